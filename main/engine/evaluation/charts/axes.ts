import type { SKRSContext2D } from '@napi-rs/canvas';
import { COLOURS, SMALL_TEXT_SIZE, TEXT_SIZE } from './figure.ts';

/** The heading of one panel. */
export function panelTitle(text: string) {
  return {
    display: true,
    align: 'start' as const,
    text,
    color: COLOURS.text,
    font: { size: TEXT_SIZE, weight: 600 },
    padding: { top: 2, bottom: 10 },
  };
}

/** What an axis measures. */
export function axisTitle(text: string) {
  return { display: true, text, color: COLOURS.secondText, font: { size: TEXT_SIZE } };
}

/** The looks of a numeric axis; `grid` draws its lines across the chart. */
export function numericAxis(title: string, grid: boolean) {
  return {
    type: 'linear' as const,
    title: axisTitle(title),
    grid: { color: COLOURS.grid, tickColor: COLOURS.axis, tickLength: 4, drawOnChartArea: grid, offset: false },
    border: { color: COLOURS.axis },
    ticks: { font: { size: SMALL_TEXT_SIZE }, color: COLOURS.text, maxRotation: 0 },
  };
}

/** `0.2` → `20 %`, for ticks. */
export function percentTick(value: number | string): string {
  return `${(Number(value) * 100).toFixed(0)} %`;
}

export interface Line {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly colour: string;
  readonly dashed: boolean;
}

/** A thin straight line that something is to be compared with. */
export function drawReferenceLine(context: SKRSContext2D, { colour, dashed, from, to }: Line): void {
  context.save();
  context.strokeStyle = colour;
  context.lineWidth = 1.25;
  context.setLineDash(dashed ? [5, 4] : []);
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.restore();
}
