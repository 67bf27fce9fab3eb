import type { RunDetail } from '../../preload/contract.ts';

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

/** Said beside curves of training that are of changed clips. */
export const CHANGED_CLIPS_NOTE =
  'Training is measured on clips as they were changed, validation on clips as they are: training may look the worse of the two.';

/** Whether a training changed its clips, so that its figures and those of validation are not of the same kind. */
export function changesClips(training: RunDetail['run']['training'] | undefined): boolean {
  return training != null && Object.values(training.augmentation).some((value) => value > 0);
}

/** How the line of training is called. */
export function trainingLine(changed: boolean): string {
  return changed ? 'training, on changed clips' : 'training';
}
