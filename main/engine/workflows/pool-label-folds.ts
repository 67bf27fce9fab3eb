import { EngineError } from '../common/errors.ts';
import { readJson, readText } from '../common/files.ts';
import { meanOf } from '../common/mean.ts';
import type { Clip, Dataset } from '../dataset/dataset.ts';
import type { Fold } from '../dataset/fold.ts';
import { crossFittedThresholds } from '../evaluation/multilabel/cross-fitted-thresholds.ts';
import { labelScores, type HeardClips } from '../evaluation/multilabel/heard-clips.ts';
import { labelMetrics } from '../evaluation/multilabel/label-metrics.ts';
import { heardClipsFromCsv } from '../evaluation/multilabel/multilabel-files.ts';
import {
  computeMultilabelMetrics,
  MultilabelMetricsSchema,
  type MultilabelMetrics,
  type Thresholds,
} from '../evaluation/multilabel/multilabel-metrics.ts';
import { runFile, type Run } from '../library/run-folder.ts';
import { contextOfFolds, readFinishedFold, speedOfFolds } from './context-of-folds.ts';
import { bothScores } from './hear-clips.ts';

/** The folds of a cross-validation of clips with several labels as one score. */
export interface PooledLabelFolds {
  /** Each clip as the network of its fold heard it, with the thresholds of that fold, in the order of the folds. */
  readonly heard: HeardClips;
  readonly thresholds: Thresholds;
  readonly metrics: MultilabelMetrics;
  /** Of training, the mean of the folds. */
  readonly clipsPerSecond: number | null;
}

interface HeardFold {
  readonly run: Run;
  readonly metrics: MultilabelMetrics;
  readonly heard: HeardClips;
}

/**
 * Puts the validation sides of all folds together and scores them as one. From which score on a class counts as heard was chosen in each
 * fold on its own clips; here those of the other folds choose it, which does not flatter.
 * @param clips all that were divided
 * @throws EngineError `incompatible-run` where a fold has not finished or is damaged, or a clip was scored twice
 */
export async function poolLabelFolds(
  folder: string,
  run: Run,
  folds: readonly Fold[],
  dataset: Pick<Dataset, 'name' | 'synthetic'>,
  clips: readonly Clip[],
): Promise<PooledLabelFolds> {
  const scored: HeardFold[] = [];
  for (const fold of folds) scored.push(await readFold(folder, fold));
  const chosen = crossFittedThresholds(scored.map(({ heard }) => heard));
  const judged = scored.map(({ heard: { classes, rows } }, fold): HeardClips => {
    const cutoffs = chosen[fold]?.map(({ threshold }) => threshold) ?? [];
    return { classes, rows: rows.map((row) => ({ ...row, cutoffs })) };
  });
  const heard = { classes: run.classes, rows: judged.flatMap(({ rows }) => rows) };
  refuseTwice(folder, heard, clips);
  const ofClass = (index: number): number[] => chosen.flatMap((fold) => fold[index]?.threshold ?? []);
  const mean = run.classes.map((_, index) => meanOf(ofClass(index)));
  const evenOdds = run.classes.flatMap(({ code }, index) =>
    chosen.some((fold) => fold[index]?.f1 === null) ? [code] : [],
  );
  const thresholds: Thresholds = {
    source: { kind: 'cross-fitted', evenOdds },
    of: { mean: { threshold: mean, f1: null }, 'sum-max': null },
  };
  const metrics = computeMultilabelMetrics(heard, {
    ...contextOfFolds(run, scored, dataset, clips),
    folds: judged.map((fold) => ({
      clips: fold.rows.length,
      microF1: labelMetrics(labelScores(fold, 'mean'), mean).micro.f1,
    })),
    outputs: run.model.outputs,
    thresholds,
  });
  return { heard, thresholds, metrics, clipsPerSecond: speedOfFolds(scored) };
}

async function readFold(folder: string, fold: Fold): Promise<HeardFold> {
  const { own, run } = await readFinishedFold(folder, fold);
  const rows = heardClipsFromCsv(await readText(runFile(own, 'predictions')), run.classes);
  return {
    run,
    metrics: await readJson(runFile(own, 'metrics'), MultilabelMetricsSchema),
    heard: { classes: run.classes, rows: rows.map(({ mean, ...row }) => ({ ...row, scores: bothScores(mean) })) },
  };
}

/** A clip that could not be heard after all is missing. */
function refuseTwice(folder: string, { rows }: HeardClips, clips: readonly Clip[]): void {
  const scored = new Set(rows.map(({ clip }) => clip));
  const divided = new Set(clips.map(({ path }) => path));
  if (scored.size === rows.length && rows.every(({ clip }) => divided.has(clip))) return;
  throw new EngineError(
    'incompatible-run',
    `The folds in ${folder} are not those of one division: ${scored.size} clips were scored, in ${rows.length} scores.`,
  );
}
