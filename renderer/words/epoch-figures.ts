/** One line of a chart over epochs. */
export interface EpochLine {
  readonly label: string;
  /** The custom property that holds its colour. */
  readonly colour: '--muted' | '--accent';
  readonly dashed: boolean;
  /** One value an epoch, from the first on. */
  readonly values: readonly number[];
}

export type EpochFigure = 'loss' | 'accuracy';

/** A value as figures are written beside the chart and in its tooltips. */
export function inFigures(figure: EpochFigure, value: number): string {
  return figure === 'loss' ? value.toFixed(3) : `${(value * 100).toFixed(1)} %`;
}
