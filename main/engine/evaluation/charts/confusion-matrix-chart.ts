import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Chart, ChartConfiguration, Plugin, Scale } from 'chart.js';
import { rowTotals } from '../confusion-matrix.ts';
import { accuracyInWords, describeProvenance } from '../describe-score.ts';
import { count, percent } from '../figures-in-words.ts';
import type { Metrics } from '../metrics.ts';
import { axisTitle } from './axes.ts';
import { COLOURS, ellipsis, fontOf, renderFigure, SMALL_TEXT_SIZE, TEXT_SIZE, textWidth } from './figure.ts';

/** Width of the matrix, unless cells would be too small to read or so large as to look empty. */
const MATRIX_WIDTH = 560;
const MIN_CELL = 38;
const MAX_CELL = 110;

/** Longer names are cut with an ellipsis. */
const MAX_LABEL_WIDTH = 210;
const AXIS_TITLE_SPACE = 26;
const LABEL_GAP = 10;
const PADDING_TOP = TEXT_SIZE / 2;

const COLOUR_BAR = { gap: 20, width: 12, space: 92 };

/** From none to all clips of a true class: one hue, evenly darker, so that it prints in gray too. */
const SHADES = [
  [255, 255, 255],
  [207, 225, 242],
  [127, 179, 220],
  [47, 121, 185],
  [8, 48, 107],
] as const;

type Colour = readonly [number, number, number];

interface Cell {
  /** Index of the predicted class. */
  readonly x: number;
  /** Index of the true class. */
  readonly y: number;
  readonly clips: number;
  /** Of the true class's clips, 0 to 1. */
  readonly share: number;
}

/**
 * `confusion_matrix.png`: clips and share of the true class in every cell, above it the accuracy with its interval, the origin of the
 * figures and the majority baseline.
 * @returns the bytes of a PNG
 */
export function confusionMatrixChart(metrics: Metrics): Buffer {
  const { baselines, perClass } = metrics;
  const cells = cellsOf(metrics.confusionMatrix);
  const size = Math.round(Math.min(MAX_CELL, Math.max(MIN_CELL, MATRIX_WIDTH / perClass.length)));
  const columns = perClass.map(({ name }) => ellipsis(name, MAX_LABEL_WIDTH));
  const rows = perClass.map(({ name, support }) => {
    const clips = ` (${count(support)})`;
    return `${ellipsis(name, MAX_LABEL_WIDTH - textWidth(clips))}${clips}`;
  });
  const [columnWidth, rowWidth] = [columns, rows].map((labels) => Math.max(...labels.map((label) => textWidth(label))));
  const rotation = (columnWidth ?? 0) <= size - 8 ? 0 : 45;
  const columnHeight = rotation === 0 ? TEXT_SIZE : ((columnWidth ?? 0) + TEXT_SIZE) * Math.SQRT1_2;
  const left = Math.ceil((rowWidth ?? 0) + LABEL_GAP + AXIS_TITLE_SPACE);
  const bottom = Math.ceil(columnHeight + LABEL_GAP + AXIS_TITLE_SPACE);
  return renderFigure({
    title: `Confusion matrix: ${accuracyInWords(metrics).toLowerCase()}`,
    subtitle: [
      ...describeProvenance(metrics),
      `always guessing the largest class: ${percent(baselines.majority.accuracy)}`,
    ],
    legend: [],
    panels: [
      {
        width: left + size * perClass.length + COLOUR_BAR.space,
        height: PADDING_TOP + size * perClass.length + bottom,
        configure: (context): ChartConfiguration<'matrix', Cell[]> => ({
          type: 'matrix',
          data: {
            datasets: [
              {
                data: cells,
                width: size,
                height: size,
                backgroundColor: cells.map(({ share }) => cssOf(shadeOf(share))),
                borderColor: COLOURS.grid,
                borderWidth: 0.75,
              },
            ],
          },
          options: {
            layout: { autoPadding: false, padding: { top: PADDING_TOP, right: COLOUR_BAR.space } },
            plugins: { legend: { display: false } },
            scales: {
              x: {
                ...classAxis(columns, 'Predicted class', rotation),
                position: 'bottom',
                afterFit: (scale: Scale) => {
                  scale.height = bottom;
                },
              },
              y: {
                ...classAxis(rows, 'True class (clips)', 0),
                reverse: true,
                afterFit: (scale: Scale) => {
                  scale.width = left;
                },
              },
            },
          },
          plugins: [figuresAndColourBar(context, cells, size)],
        }),
      },
    ],
  });
}

function cellsOf(matrix: Metrics['confusionMatrix']): Cell[] {
  const support = rowTotals(matrix);
  return matrix.flatMap((row, y) =>
    row.map((clips, x) => ({ x, y, clips, share: clips === 0 ? 0 : clips / (support[y] ?? clips) })),
  );
}

/** A place for every class at the whole numbers from 0. */
function classAxis(labels: readonly string[], title: string, rotation: number) {
  return {
    type: 'linear' as const,
    offset: false,
    min: -0.5,
    max: labels.length - 0.5,
    title: axisTitle(title),
    grid: { display: false },
    border: { display: false },
    afterBuildTicks: (scale: Scale) => {
      scale.ticks = labels.map((_, value) => ({ value }));
    },
    ticks: {
      autoSkip: false,
      minRotation: rotation,
      maxRotation: rotation,
      color: COLOURS.text,
      callback: (value: string | number) => labels[Number(value)] ?? '',
    },
  };
}

function figuresAndColourBar(context: SKRSContext2D, cells: readonly Cell[], size: number): Plugin<'matrix'> {
  return {
    id: 'figures-and-colour-bar',
    afterDatasetsDraw: (chart) => {
      const { x, y } = chart.scales;
      if (x === undefined || y === undefined) return;
      context.save();
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      for (const cell of cells) writeCell(context, cell, x.getPixelForValue(cell.x), y.getPixelForValue(cell.y), size);
      drawColourBar(context, chart.chartArea);
      context.restore();
    },
  };
}

/** The clips, and below them their share of the row; a mere 0 where there are none. */
function writeCell(context: SKRSContext2D, { clips, share }: Cell, x: number, y: number, size: number): void {
  const large = Math.min(16, Math.max(11.5, size * 0.26));
  const small = Math.min(12.5, Math.max(9.5, size * 0.21));
  context.fillStyle = clips === 0 ? COLOURS.reference : inkOn(shadeOf(share));
  context.font = fontOf(large, clips === 0 ? 400 : 600);
  if (clips === 0) {
    context.fillText('0', x, y);
    return;
  }
  context.fillText(count(clips), x, y - small * 0.62);
  context.font = fontOf(small);
  context.fillText(shareInCell(share), x, y + large * 0.62);
}

function shareInCell(share: number): string {
  return share < 0.005 ? '<1%' : `${(share * 100).toFixed(0)}%`;
}

function drawColourBar(context: SKRSContext2D, { bottom, right, top }: Chart['chartArea']): void {
  const left = right + COLOUR_BAR.gap;
  const gradient = context.createLinearGradient(0, bottom, 0, top);
  for (const [index, shade] of SHADES.entries()) gradient.addColorStop(index / (SHADES.length - 1), cssOf(shade));
  context.fillStyle = gradient;
  context.fillRect(left, top, COLOUR_BAR.width, bottom - top);
  context.strokeStyle = COLOURS.axis;
  context.lineWidth = 0.75;
  context.strokeRect(left, top, COLOUR_BAR.width, bottom - top);
  context.fillStyle = COLOURS.text;
  context.font = fontOf(SMALL_TEXT_SIZE);
  context.textAlign = 'left';
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const y = bottom - share * (bottom - top);
    context.fillText(`${share * 100} %`, left + COLOUR_BAR.width + 6, y);
  }
  context.translate(left + COLOUR_BAR.width + 52, (top + bottom) / 2);
  context.rotate(Math.PI / 2);
  context.textAlign = 'center';
  context.font = fontOf(TEXT_SIZE);
  context.fillStyle = COLOURS.secondText;
  context.fillText('Share of the true class', 0, 0);
}

function shadeOf(share: number): Colour {
  const position = share * (SHADES.length - 1);
  const below = SHADES[Math.floor(position)] ?? SHADES[0];
  const above = SHADES[Math.ceil(position)] ?? below;
  const part = position - Math.floor(position);
  return [mix(below[0], above[0], part), mix(below[1], above[1], part), mix(below[2], above[2], part)];
}

function mix(from: number, to: number, part: number): number {
  return Math.round(from + (to - from) * part);
}

function cssOf([red, green, blue]: Colour): string {
  return `rgb(${red}, ${green}, ${blue})`;
}

/** Dark or light ink, whichever has the greater contrast (WCAG 2.2, relative luminance). */
function inkOn([red, green, blue]: Colour): string {
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return luminance > 0.18 ? COLOURS.text : '#ffffff';
}

function linear(value: number): number {
  const channel = value / 255;
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
