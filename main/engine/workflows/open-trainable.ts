import { resolve } from 'node:path';
import { applyCorrections, countCorrections, effectiveCorrections, type Correction } from '../dataset/corrections.ts';
import { holdsSeveralLabels, type Dataset } from '../dataset/dataset.ts';
import { assertTrainable } from '../dataset/trainable.ts';
import type { OutputKind } from '../model/output-kind.ts';
import { correctionsInWords, counted } from '../evaluation/figures-in-words.ts';
import type { EngineContext } from './context.ts';
import type { Stopwatch } from './run-record.ts';
import { openDataset, scanNews } from './scan.ts';
import { tellNote, type TrainingTask } from './training-task.ts';

/** Which corrections are to be applied: those of the library, none, or exactly these. */
export type CorrectionChoice = 'library' | 'none' | readonly Correction[];

export interface TrainableDataset {
  /** As corrected. */
  readonly dataset: Dataset;
  /** Those that changed something. */
  readonly corrections: readonly Correction[];
  readonly outputs: OutputKind;
}

/** How the network is to answer. */
export interface WantedOutputs {
  readonly outputs: OutputKind;
  /** Whether clips with several labels make it sigmoid. */
  readonly adapts: boolean;
}

/**
 * Scans a folder for training, corrects what was found and tells what is to be known of it.
 * @throws EngineError as `openDataset` and `assertTrainable`
 */
export async function openTrainable(
  context: EngineContext,
  folder: string,
  choice: CorrectionChoice,
  wanted: WantedOutputs,
  clock: Stopwatch,
  task: TrainingTask,
): Promise<TrainableDataset> {
  const opened = await clock.time('scan', () => openDataset(context, resolve(folder), task));
  for (const { message, about } of scanNews(opened)) tellNote(task, message, about);
  const known = effectiveCorrections(opened.dataset.clips, opened.corrections);
  const corrections =
    choice === 'library' ? known : choice === 'none' ? [] : effectiveCorrections(opened.dataset.clips, choice);
  if (corrections.length > 0) tellNote(task, `${correctionsInWords(countCorrections(corrections))}, as marked by you.`);
  if (choice === 'none' && known.length > 0) {
    tellNote(task, `Labels are as in the folder: ${counted(known.length, 'mark')} of yours not applied.`);
    tellNote(task, '--corrections applies what you marked.', 'terminal');
  }
  const dataset = corrections.length === 0 ? opened.dataset : applyCorrections(opened.dataset, corrections);
  const switches = wanted.adapts && wanted.outputs === 'softmax' && holdsSeveralLabels(dataset);
  if (switches) tellNote(task, 'These clips have several labels: each class is judged by itself (sigmoid outputs).');
  const outputs = switches ? 'sigmoid' : wanted.outputs;
  assertTrainable(dataset, outputs === 'sigmoid' ? 'several' : 'one');
  return { dataset, corrections, outputs };
}
