import { EngineError } from '../common/errors.ts';
import { readJson, readText } from '../common/files.ts';
import type { Clip, Dataset } from '../dataset/dataset.ts';
import type { Fold } from '../dataset/fold.ts';
import { computeMetrics, MetricsSchema, type Metrics } from '../evaluation/metrics.ts';
import { predictionsFromCsv } from '../evaluation/predictions-csv.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import { networkOf, runFile, type Run } from '../library/run-folder.ts';
import { contextOfFolds, readFinishedFold, speedOfFolds } from './context-of-folds.ts';

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
  dataset: Pick<Dataset, 'name' | 'synthetic'>,
  clips: readonly Clip[],
): Promise<PooledFolds> {
  const scored: ScoredFold[] = [];
  for (const fold of folds) scored.push(await readFold(folder, fold, clips));
  const rows = scored.flatMap(({ predictions }) => predictions.rows);
  refuseIncomplete(folder, rows, clips);
  const predictions = { ...networkOf(run), rows };
  const metrics = computeMetrics(predictions, {
    ...contextOfFolds(run, scored, dataset, clips),
    folds: scored.map(({ metrics: { clips: count, accuracy, calibration } }) => ({
      ...{ clips: count, accuracy },
      temperature: calibration.temperature?.value ?? null,
    })),
  });
  const windows = scored.reduce((sum, { metrics: own }) => sum + (own.windows ?? own.clips), 0);
  return {
    predictions,
    // The files that the folds were read from hold the mean of a clip's windows alone.
    metrics: windows === rows.length ? metrics : { ...metrics, windows },
    clipsPerSecond: speedOfFolds(scored),
  };
}

async function readFold(folder: string, fold: Fold, clips: readonly Clip[]): Promise<ScoredFold> {
  const { own, run } = await readFinishedFold(folder, fold);
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
