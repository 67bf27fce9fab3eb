import { EngineError } from '../common/errors.ts';
import { readJson, readText } from '../common/files.ts';
import { labelsOf, type Clip, type Dataset } from '../dataset/dataset.ts';
import { foldInWords, type Fold } from '../dataset/fold.ts';
import type { Leak } from '../dataset/split.ts';
import { computeMetrics, MetricsSchema, type Metrics } from '../evaluation/metrics.ts';
import { predictionsFromCsv } from '../evaluation/predictions-csv.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import { foldFolder, networkOf, readRun, runFile, type Run } from '../library/run-folder.ts';

/** The folds of a cross-validation as one score. */
export interface PooledFolds {
  /** Each clip as the network of its fold heard it, in the order of the folds. */
  readonly predictions: Predictions;
  readonly metrics: Metrics;
  /** Of training, the mean of the folds. */
  readonly clipsPerSecond: number | null;
}

interface ScoredFold {
  readonly run: Run;
  readonly metrics: Metrics;
  readonly predictions: Predictions;
}

/**
 * Puts the validation sides of all folds together and scores them as one.
 * @param clips all that were divided
 * @throws EngineError `incompatible-run` where a fold has not finished or is damaged, or a clip was not scored exactly once
 */
export async function poolFolds(
  folder: string,
  run: Run,
  folds: readonly Fold[],
  { name, synthetic }: Dataset,
  clips: readonly Clip[],
): Promise<PooledFolds> {
  const scored: ScoredFold[] = [];
  for (const fold of folds) scored.push(await readFold(folder, fold, clips));
  const rows = scored.flatMap(({ predictions }) => predictions.rows);
  refuseIncomplete(folder, rows, clips);
  const predictions = { ...networkOf(run), rows };
  const metrics = computeMetrics(predictions, {
    dataset: { name, synthetic },
    side: 'validation',
    split: run.training?.split ?? null,
    folds: scored.map(({ metrics: { clips: count, accuracy, calibration } }) => ({
      ...{ clips: count, accuracy },
      temperature: calibration.temperature?.value ?? null,
    })),
    leak: sumOfLeaks(scored.map(({ metrics: { leak } }) => leak)),
    origin: null,
    base: baseOfAll(scored),
    training: trainingOfAll(run, scored, clips),
    corrections: run.corrections,
    seed: run.training?.seed ?? 0,
  });
  const windows = scored.reduce((sum, { metrics: own }) => sum + (own.windows ?? own.clips), 0);
  const speeds = scored.flatMap(({ run: { clipsPerSecond } }) => clipsPerSecond ?? []);
  return {
    predictions,
    // The files that the folds were read from hold the mean of a clip's windows alone.
    metrics: windows === rows.length ? metrics : { ...metrics, windows },
    clipsPerSecond: speeds.length === 0 ? null : meanOf(speeds),
  };
}

async function readFold(folder: string, fold: Fold, clips: readonly Clip[]): Promise<ScoredFold> {
  const own = foldFolder(folder, fold.number);
  const run = await readRun(own);
  if (run.status !== 'done') {
    throw new EngineError('incompatible-run', `The training of ${foldInWords(fold)} in ${own} has not finished.`);
  }
  const origins = new Map(clips.map(({ path, recording, group }) => [path, { recording, group }]));
  return {
    run,
    metrics: await readJson(runFile(own, 'metrics'), MetricsSchema),
    predictions: predictionsFromCsv(await readText(runFile(own, 'predictions')), networkOf(run), origins),
  };
}

function refuseIncomplete(folder: string, rows: Predictions['rows'], clips: readonly Clip[]): void {
  const scored = new Set(rows.map(({ clip }) => clip));
  if (rows.length === clips.length && scored.size === clips.length) return;
  throw new EngineError(
    'incompatible-run',
    `The folds in ${folder} are not those of one division: of ${clips.length} clips, ${scored.size} were scored, in ${rows.length} scores.`,
  );
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
): Parameters<typeof computeMetrics>[1]['training'] {
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

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
