import { EngineError } from '../common/errors.ts';
import { meanOf } from '../common/mean.ts';
import { labelsOf, type Clip, type Dataset } from '../dataset/dataset.ts';
import { foldInWords, type Fold } from '../dataset/fold.ts';
import type { Leak } from '../dataset/split.ts';
import type { Metrics, Provenance } from '../evaluation/metrics.ts';
import { foldFolder, readRun, type Run } from '../library/run-folder.ts';

/** What both kinds of score say of the part of a cross-validation that they are of. */
interface ScoredFold {
  readonly metrics: Pick<Metrics, 'leak' | 'base' | 'training'>;
}

/**
 * The record of a fold that has finished.
 * @throws EngineError `incompatible-run` where it has not
 */
export async function readFinishedFold(folder: string, fold: Fold): Promise<{ own: string; run: Run }> {
  const own = foldFolder(folder, fold.number);
  const run = await readRun(own);
  if (run.status === 'done') return { own, run };
  throw new EngineError('incompatible-run', `The training of ${foldInWords(fold)} in ${own} has not finished.`);
}

/** Where the figures of all folds together come from. @param clips all that were divided */
export function contextOfFolds(
  run: Run,
  scored: readonly ScoredFold[],
  { name, synthetic }: Pick<Dataset, 'name' | 'synthetic'>,
  clips: readonly Clip[],
): Provenance {
  return {
    dataset: { name, synthetic },
    side: 'validation',
    split: run.training?.split ?? null,
    leak: sumOfLeaks(scored.map(({ metrics: { leak } }) => leak)),
    origin: null,
    base: baseOfAll(scored),
    training: trainingOfAll(run, scored, clips),
    corrections: run.corrections,
    seed: run.training?.seed ?? 0,
  };
}

/** Clips a second that the folds were trained with, on average; null where not known of any. */
export function speedOfFolds(scored: readonly { readonly run: Run }[]): number | null {
  const speeds = scored.flatMap(({ run: { clipsPerSecond } }) => clipsPerSecond ?? []);
  return speeds.length === 0 ? null : meanOf(speeds);
}

/** Null where it is not known of one of them. */
function sumOfLeaks(leaks: readonly (Leak | null)[]): Leak | null {
  const known = leaks.filter((leak) => leak !== null);
  if (known.length < leaks.length) return null;
  const sum = (of: (leak: Leak) => number): number => known.reduce((total, leak) => total + of(leak), 0);
  return {
    validationClips: sum(({ validationClips }) => validationClips),
    sharedRecording: sum(({ sharedRecording }) => sharedRecording),
    identicalClip: sum(({ identicalClip }) => identicalClip),
    either: sum(({ either }) => either),
  };
}

/** All folds begin from the same network, of which each has held-back clips of its own. */
function baseOfAll(scored: readonly ScoredFold[]): Metrics['base'] {
  const bases = scored.flatMap(({ metrics: { base } }) => base ?? []);
  const [first] = bases;
  if (first === undefined) return null;
  return {
    ...first,
    leak: sumOfLeaks(bases.map(({ leak }) => leak)),
    complete: bases.every(({ complete }) => complete),
    suspected: bases.some(({ suspected }) => suspected),
  };
}

function trainingOfAll(
  { classes }: Run,
  scored: readonly ScoredFold[],
  clips: readonly Clip[],
): Provenance['training'] {
  const trainings = scored.flatMap(({ metrics: { training } }) => training ?? []);
  const epochs = Math.max(...trainings.map((training) => training.epochs));
  return {
    clips: Math.round(meanOf(trainings.map((training) => training.clips))),
    clipsPerClass: classes.map(({ code }) => clips.filter((clip) => labelsOf(clip).includes(code)).length),
    recordings: Math.round(meanOf(trainings.map(({ recordings }) => recordings))),
    epochs,
    selectedEpoch: epochs,
    selectedOnValidation: trainings.some(({ selectedOnValidation }) => selectedOnValidation),
  };
}
