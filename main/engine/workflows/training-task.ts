import type { TaskOptions } from '../common/task.ts';
import type { Metrics } from '../evaluation/metrics.ts';
import type { MultilabelMetrics } from '../evaluation/multilabel/multilabel-metrics.ts';
import type { Run } from '../library/run-folder.ts';
import type { FitEvent } from '../training/fit.ts';

/** What is told while a training goes on. */
export type TrainingNews = FitEvent | { readonly type: 'note'; readonly message: string };

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

/** Tells a sentence for people. */
export function tellNote(task: TrainingTask, message: string): void {
  task.onEvent?.({ type: 'note', message });
}
