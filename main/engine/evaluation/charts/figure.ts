import { readFileSync } from 'node:fs';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { Chart, registerables } from 'chart.js';
import type { ChartConfiguration } from 'chart.js';
import { MatrixController, MatrixElement } from 'chartjs-chart-matrix';
import { EngineError } from '../../common/errors.ts';
import { packageFile } from '../../common/package-file.ts';

/** Device pixels a unit: a figure of 760 units printed over 16 cm has 360 dots an inch, and its text 7 to 8 points. */
const PIXEL_RATIO = 3;

/** Registered under a name of its own, lest another version of the font on the machine is taken. */
const FONT = 'InstruNet Inter';
export const TEXT_SIZE = 12.5;
export const SMALL_TEXT_SIZE = 11;
const TITLE_SIZE = 16;
const LINE_HEIGHT = 1.4;
const MARGIN = 16;
const PANEL_GAP = 16;

/** Narrower figures are padded, so that their heads have room. */
const MIN_WIDTH = 480;

const FONT_FILES = {
  regular: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  semiBold: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
};

/** Distinguishable with any colour vision and in gray (after Okabe and Ito 2008). */
export const COLOURS = {
  text: '#1f2328',
  secondText: '#4d5560',
  grid: '#e3e6ea',
  axis: '#8b939e',
  training: '#2f8fd0',
  validation: '#a63c00',
  reference: '#5f6873',
} as const;

/** One chart of a figure; `configure` gets the context for what plugins draw by themselves. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly configure: (context: SKRSContext2D) => ChartConfiguration;
}

export interface LegendItem {
  readonly label: string;
  readonly colour: string;
  readonly mark: 'line' | 'line with dot' | 'line with square' | 'dashed line' | 'ring';
}

export interface Figure {
  readonly title: string;
  /** Parts that are set apart by dots; lines break between them where they can. */
  readonly subtitle: readonly string[];
  readonly legend: readonly LegendItem[];
  /** Side by side. */
  readonly panels: readonly Panel[];
}

/**
 * Draws a figure without a window: Chart.js on Skia, with a font from the package, so that it looks the same on every machine.
 * @returns the bytes of a PNG
 * @throws EngineError `runtime-missing` where the font is not installed
 */
export function renderFigure(figure: Figure): Buffer {
  prepare();
  const gaps = (figure.panels.length - 1) * PANEL_GAP;
  const panelsWidth = figure.panels.reduce((total, panel) => total + panel.width, gaps);
  const width = 2 * MARGIN + Math.max(MIN_WIDTH, panelsWidth);
  const head = layOutHead(figure, width);
  const height = head.height + Math.max(...figure.panels.map((panel) => panel.height)) + MARGIN;
  const canvas = createCanvas(width * PIXEL_RATIO, height * PIXEL_RATIO);
  const context = canvas.getContext('2d');
  context.scale(PIXEL_RATIO, PIXEL_RATIO);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  for (const draw of head.drawings) draw(context);
  let left = (width - panelsWidth) / 2;
  for (const panel of figure.panels) {
    drawPanel(panel, context, left, head.height);
    left += panel.width + PANEL_GAP;
  }
  return canvas.toBuffer('image/png');
}

/** The text, or as much of its beginning as fits into `width` with an ellipsis. */
export function ellipsis(text: string, width: number, size = TEXT_SIZE): string {
  const context = measuringContext(size);
  if (context.measureText(text).width <= width) return text;
  const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  while (letters.length > 1 && context.measureText(`${letters.join('')}…`).width > width) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

export function textWidth(text: string, size = TEXT_SIZE): number {
  return measuringContext(size).measureText(text).width;
}

/** `font` of a canvas context. */
export function fontOf(size: number, weight: 400 | 600 = 400): string {
  return `${weight} ${size}px ${FONT}, sans-serif`;
}

function prepare(): void {
  Chart.register(...registerables, MatrixController, MatrixElement);
  Chart.defaults.font = { ...Chart.defaults.font, family: `${FONT}, sans-serif`, size: TEXT_SIZE };
  Chart.defaults.color = COLOURS.text;
  if (GlobalFonts.has(FONT)) return;
  for (const file of Object.values(FONT_FILES)) {
    let added;
    try {
      added = GlobalFonts.register(readFileSync(packageFile(file)), FONT);
    } catch (error) {
      throw new EngineError('runtime-missing', `The font ${FONT} for the charts is not installed.`, { cause: error });
    }
    if (added === null) throw new EngineError('runtime-missing', `The font file ${file} for the charts is damaged.`);
  }
}

function drawPanel({ width, height, configure }: Panel, target: SKRSContext2D, left: number, top: number): void {
  const canvas = createCanvas(width, height);
  const configuration = configure(canvas.getContext('2d'));
  const chart = new Chart(canvas, {
    ...configuration,
    options: { ...configuration.options, animation: false, responsive: false, devicePixelRatio: PIXEL_RATIO },
  });
  target.drawImage(canvas, left, top, width, height);
  chart.destroy();
}

function measuringContext(size: number, weight: 400 | 600 = 400): SKRSContext2D {
  prepare();
  const context = createCanvas(1, 1).getContext('2d');
  context.font = fontOf(size, weight);
  return context;
}

interface Head {
  readonly height: number;
  readonly drawings: ((context: SKRSContext2D) => void)[];
}

function layOutHead({ title, subtitle, legend }: Figure, width: number): Head {
  const drawings: Head['drawings'] = [];
  let top = MARGIN;
  const addText = (parts: readonly string[], size: number, weight: 400 | 600, colour: string): void => {
    for (const line of wrap(parts, width - 2 * MARGIN, size, weight)) {
      const baseline = top + size;
      drawings.push((context) => {
        context.font = fontOf(size, weight);
        context.fillStyle = colour;
        context.fillText(line, MARGIN, baseline);
      });
      top += size * LINE_HEIGHT;
    }
  };
  addText([title], TITLE_SIZE, 600, COLOURS.text);
  top += 2;
  addText(subtitle, TEXT_SIZE, 400, COLOURS.secondText);
  top += 8;
  if (legend.length > 0) {
    const rows = wrapLegend(legend, width - 2 * MARGIN);
    for (const row of rows) {
      const middle = top + TEXT_SIZE / 2;
      drawings.push((context) => {
        for (const { item, left } of row) drawLegendItem(context, item, MARGIN + left, middle);
      });
      top += TEXT_SIZE * LINE_HEIGHT + 3;
    }
    top += 8;
  }
  return { height: Math.ceil(top), drawings };
}

const LINE_MARK_WIDTH = 26;
const RING_RADIUS = 5.5;
const MARK_GAP = 7;
const ITEM_GAP = 22;

interface PlacedItem {
  readonly item: LegendItem;
  readonly left: number;
}

function wrapLegend(legend: readonly LegendItem[], width: number): PlacedItem[][] {
  const rows: PlacedItem[][] = [];
  let row: PlacedItem[] = [];
  let left = 0;
  for (const item of legend) {
    const itemWidth = markWidth(item) + MARK_GAP + textWidth(item.label);
    if (row.length > 0 && left + itemWidth > width) {
      rows.push(row);
      row = [];
      left = 0;
    }
    row.push({ item, left });
    left += itemWidth + ITEM_GAP;
  }
  return [...rows, row];
}

function markWidth({ mark }: LegendItem): number {
  return mark === 'ring' ? 2 * RING_RADIUS : LINE_MARK_WIDTH;
}

function drawLegendItem(context: SKRSContext2D, item: LegendItem, left: number, middle: number): void {
  const centre = left + markWidth(item) / 2;
  context.save();
  context.strokeStyle = item.colour;
  context.fillStyle = item.colour;
  context.lineWidth = 2;
  context.beginPath();
  if (item.mark === 'ring') {
    context.arc(centre, middle, RING_RADIUS, 0, 2 * Math.PI);
  } else {
    if (item.mark === 'dashed line') context.setLineDash([5, 4]);
    context.moveTo(left, middle);
    context.lineTo(left + LINE_MARK_WIDTH, middle);
  }
  context.stroke();
  context.beginPath();
  if (item.mark === 'line with dot') context.arc(centre, middle, 3.5, 0, 2 * Math.PI);
  if (item.mark === 'line with square') context.rect(centre - 3.5, middle - 3.5, 7, 7);
  context.fill();
  context.font = fontOf(TEXT_SIZE);
  context.fillStyle = COLOURS.text;
  context.textBaseline = 'middle';
  context.fillText(item.label, left + markWidth(item) + MARK_GAP, middle);
  context.restore();
}

/** Lines no wider than `width`: parts stay whole where they fit into a line of their own, and are broken between words otherwise; words that are too long are cut. */
function wrap(parts: readonly string[], width: number, size: number, weight: 400 | 600): string[] {
  const context = measuringContext(size, weight);
  const fits = (text: string): boolean => context.measureText(text).width <= width;
  const pack = (pieces: readonly string[], separator: string): string[] => {
    const lines: string[] = [];
    let line: string | undefined;
    for (const piece of pieces) {
      const longer: string = line === undefined ? piece : `${line}${separator}${piece}`;
      if (line !== undefined && !fits(longer)) {
        lines.push(line);
        line = piece;
      } else {
        line = longer;
      }
    }
    return line === undefined ? lines : [...lines, line];
  };
  return pack(
    parts.flatMap((part) =>
      fits(part)
        ? [part]
        : pack(
            part.split(' ').map((word) => ellipsis(word, width, size)),
            ' ',
          ),
    ),
    ' · ',
  );
}
