import { resolve } from 'node:path';
import { EngineError } from '../common/errors.ts';
import { applyCorrections, countCorrections, effectiveCorrections, type Correction } from '../dataset/corrections.ts';
import { holdsSeveralLabels, type Dataset } from '../dataset/dataset.ts';
import { assertTrainable } from '../dataset/trainable.ts';
import type { OutputKind } from '../model/output-kind.ts';
import { correctionsInWords, counted } from '../evaluation/figures-in-words.ts';
import type { EngineContext } from './context.ts';
import type { Stopwatch } from './run-record.ts';
import { openDataset, scanNews } from './scan.ts';
import { tellNote, type TrainingTask } from './training-task.ts';

/** Which corrections are to be applied: those of the library, none, or those of a run that is gone on with. */
export type CorrectionChoice = 'library' | 'none' | KeptCorrections;

export interface KeptCorrections {
  /** Those that the run began with; what was marked since then belongs to the next run. */
  readonly kept: readonly Correction[];
  /** Whether the user asked for the library's again, which a run that began without any does not take. */
  readonly askedAgain: boolean;
}

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
 * @throws EngineError as `openDataset` and `assertTrainable`; `invalid-argument` where a resumed run was asked to take marks that it had
 *   not begun with
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
    choice === 'library' ? known : choice === 'none' ? [] : keptCorrections(opened.dataset, choice, known);
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

function keptCorrections(
  { clips }: Dataset,
  { kept, askedAgain }: KeptCorrections,
  known: readonly Correction[],
): readonly Correction[] {
  if (!askedAgain || kept.length > 0 || known.length === 0) return effectiveCorrections(clips, kept);
  throw new EngineError(
    'invalid-argument',
    'A resumed run keeps its labels: this one began without corrections. Train anew to apply them.',
  );
}
