import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup/places.mjs';

/**
 * Draws how accurate each preset is beside the processor time of its training, as docs/presets.json has the figures, to
 * docs/pictures/presets.svg: node scripts/preset-chart.mjs
 */

const WIDTH = 720;
const HEIGHT = 360;
const AREA = { left: 64, right: WIDTH - 24, top: 80, bottom: HEIGHT - 56 };
/** Minutes on the logarithmic axis. */
const MINUTES = { low: 0.5, high: 128, ticks: [0.5, 1, 2, 4, 8, 16, 32, 64, 128] };
const LEVELS = [0, 0.2, 0.4, 0.6, 0.8, 1];
const COLOURS = { text: '#1f2328', second: '#4d5560', grid: '#e3e6ea', point: '#a63c00', reference: '#5f6873' };

const { title, subtitle, guessing, presets } = JSON.parse(readFileSync(join(ROOT, 'docs/presets.json'), 'utf8'));

const x = (minutes) =>
  AREA.left + (Math.log(minutes / MINUTES.low) / Math.log(MINUTES.high / MINUTES.low)) * (AREA.right - AREA.left);
const y = (accuracy) => AREA.bottom - accuracy * (AREA.bottom - AREA.top);
const percent = (share) => `${(share * 100).toFixed(1)} %`;

const line = (x1, y1, x2, y2, colour, width = 1, dashes = 'none') =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" stroke-width="${width}" stroke-dasharray="${dashes}"/>`;
/** With a white rim under the letters, so that no line runs through them. */
const text = (at, words, { colour = COLOURS.text, size = 12.5, anchor = 'start', weight = 400 } = {}) =>
  [`stroke="#ffffff" stroke-width="4"`, `fill="${colour}"`]
    .map(
      (paint) =>
        `<text x="${at[0]}" y="${at[1]}" ${paint} font-size="${size}" font-weight="${weight}" text-anchor="${anchor}">${words}</text>`,
    )
    .join('');

function grid() {
  return [
    ...LEVELS.map((level) => line(AREA.left, y(level), AREA.right, y(level), COLOURS.grid)),
    ...LEVELS.map((level) =>
      text([AREA.left - 8, y(level) + 4], `${Math.round(level * 100)} %`, { colour: COLOURS.second, anchor: 'end' }),
    ),
    ...MINUTES.ticks.map((minutes) =>
      text([x(minutes), AREA.bottom + 20], String(minutes), { colour: COLOURS.second, anchor: 'middle' }),
    ),
    text([(AREA.left + AREA.right) / 2, AREA.bottom + 42], 'Processor minutes of training (logarithmic)', {
      colour: COLOURS.second,
      anchor: 'middle',
    }),
  ];
}

function point({ name, processorSeconds, accuracy, interval }) {
  const at = x(processorSeconds / 60);
  const [low, high] = interval.map(y);
  // Names stand to the left of points near the right edge.
  const toLeft = at > AREA.right - 200;
  const beside = toLeft ? at - 12 : at + 12;
  const anchor = toLeft ? 'end' : 'start';
  return [
    line(at, low, at, high, COLOURS.point, 1.75),
    line(at - 5, low, at + 5, low, COLOURS.point, 1.75),
    line(at - 5, high, at + 5, high, COLOURS.point, 1.75),
    `<circle cx="${at}" cy="${y(accuracy)}" r="4.5" fill="${COLOURS.point}"/>`,
    text([beside, y(accuracy) - 2], name, { anchor, weight: 600 }),
    text([beside, y(accuracy) + 14], percent(accuracy), { anchor, colour: COLOURS.second }),
  ];
}

const parts = [
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif">`,
  `<title>${title}</title>`,
  `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
  text([16, 30], title, { size: 16, weight: 600 }),
  text([16, 52], subtitle, { colour: COLOURS.second }),
  ...grid(),
  line(AREA.left, y(guessing), AREA.right, y(guessing), COLOURS.reference, 1.5, '5 4'),
  text([AREA.right, y(guessing) - 7], `guessing the largest class: ${percent(guessing)}`, {
    colour: COLOURS.second,
    anchor: 'end',
  }),
  ...presets.flatMap(point),
  '</svg>',
];
writeFileSync(join(ROOT, 'docs/pictures/presets.svg'), `${parts.join('\n')}\n`);
