import type { TaskOptions } from '../common/task.ts';
import type { Fold } from '../dataset/fold.ts';
import type { Metrics } from '../evaluation/metrics.ts';
import type { MultilabelMetrics } from '../evaluation/multilabel/multilabel-metrics.ts';
import type { Run } from '../library/run-folder.ts';
import type { FitEvent } from '../training/fit.ts';
import type { EpochRecord } from '../training/history.ts';

/**
 * A sentence for people. `training`: of the training as a whole, a few in all. `file`: of files, so that there may be as many as
 * those. `terminal`: nothing that a window would need, or what it says in its own words.
 */
export interface Note {
  readonly type: 'note';
  readonly about: 'training' | 'file' | 'terminal';
  readonly message: string;
}

/** What is told while a training goes on. `begun`: its folder has been written. `fold`: one of a cross-validation begins, or is gone on with. */
export type TrainingNews =
  | FitEvent
  | Note
  | { readonly type: 'begun' }
  | {
      readonly type: 'fold';
      readonly fold: Fold;
      /** The epochs that were finished before it was stopped. */
      readonly history: readonly EpochRecord[];
    };

export interface TrainingTask extends TaskOptions {
  readonly onEvent?: ((news: TrainingNews) => void) | undefined;
}

export interface TrainedRun {
  readonly folder: string;
  readonly run: Run;
  /** Of the validation side. */
  readonly metrics: Metrics | MultilabelMetrics;
  /** Of the test side, where the split has one. */
  readonly test: Metrics | MultilabelMetrics | null;
}

export function tellNote(task: TrainingTask, message: string, about: Note['about'] = 'training'): void {
  task.onEvent?.({ type: 'note', about, message });
}
