import { EngineError } from '../common/errors.ts';
import { readJson, readText } from '../common/files.ts';
import { meanOf } from '../common/mean.ts';
import { labelsOf, type Clip, type Dataset } from '../dataset/dataset.ts';
import { foldInWords, type Fold } from '../dataset/fold.ts';
import { crossFittedThresholds } from '../evaluation/multilabel/cross-fitted-thresholds.ts';
import { labelScores, type HeardClip, type HeardClips } from '../evaluation/multilabel/heard-clips.ts';
import { labelMetrics } from '../evaluation/multilabel/label-metrics.ts';
import { clipScoresFromCsv } from '../evaluation/multilabel/multilabel-files.ts';
import {
  computeMultilabelMetrics,
  MultilabelMetricsSchema,
  type MultilabelMetrics,
  type Thresholds,
} from '../evaluation/multilabel/multilabel-metrics.ts';
import { runFile, type Run } from '../library/run-folder.ts';
import { contextOfFolds, readFinishedFold, speedOfFolds } from './context-of-folds.ts';
import { bothScores } from './hear-clips.ts';
import type { FailedClip } from './prepare-clips.ts';

/** The folds of a cross-validation of clips with several labels as one score. */
export interface PooledLabelFolds {
  /** Each clip as the network of its fold heard it, with the thresholds of that fold, in the order of the folds. */
  readonly heard: HeardClips;
  readonly thresholds: Thresholds;
  readonly metrics: MultilabelMetrics;
  /** Clips that were divided and could not be heard after all. */
  readonly failed: readonly FailedClip[];
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
 * @throws EngineError `incompatible-run` where a fold has not finished or is damaged, or a clip was scored twice or is none of these
 */
export async function poolLabelFolds(
  folder: string,
  run: Run,
  folds: readonly Fold[],
  dataset: Pick<Dataset, 'name' | 'synthetic'>,
  clips: readonly Clip[],
): Promise<PooledLabelFolds> {
  const { classes } = run;
  const byPath = new Map(clips.map((clip) => [clip.path, clip]));
  const scored: HeardFold[] = [];
  for (const fold of folds) scored.push(await readFold(folder, fold, byPath));
  const chosen = crossFittedThresholds(scored.map(({ heard }) => heard));
  const judged = scored.map(({ run: { result }, heard: { rows } }, index) => {
    const thresholds = chosen[index]?.map(({ threshold }) => threshold) ?? [];
    const heard = { classes, rows: rows.map((row) => ({ ...row, cutoffs: thresholds })) };
    const { micro } = labelMetrics(labelScores(heard, 'mean'), thresholds);
    const temperature = result?.temperature ?? null;
    return { heard, score: { clips: rows.length, microF1: micro.f1, thresholds, temperature } };
  });
  const heard = { classes, rows: judged.flatMap(({ heard: { rows } }) => rows) };
  if (new Set(heard.rows.map(({ clip }) => clip)).size < heard.rows.length) throw otherDivision(folder);
  const evenOdds = classes.flatMap(({ code }, index) =>
    chosen.some((fold) => fold[index]?.f1 === null) ? [code] : [],
  );
  const mean = classes.map((_, index) => meanOf(chosen.flatMap((fold) => fold[index]?.threshold ?? [])));
  const thresholds: Thresholds = {
    source: { kind: 'cross-fitted', evenOdds },
    of: { mean: { threshold: mean, f1: null }, 'sum-max': null },
  };
  const metrics = computeMultilabelMetrics(heard, {
    ...contextOfFolds(run, scored, dataset, clips),
    folds: judged.map(({ score }) => score),
    outputs: run.model.outputs,
    thresholds,
  });
  const failed = scored.flatMap(({ run: { failedClips } }) => failedClips.filter(({ clip }) => byPath.has(clip)));
  return { heard, thresholds, metrics, failed, clipsPerSecond: speedOfFolds(scored) };
}

async function readFold(folder: string, fold: Fold, clips: ReadonlyMap<string, Clip>): Promise<HeardFold> {
  const { own, run } = await readFinishedFold(folder, fold);
  const metrics = await readJson(runFile(own, 'metrics'), MultilabelMetricsSchema);
  const scores = clipScoresFromCsv(await readText(runFile(own, 'predictions')), run.classes);
  if (scores.length !== metrics.clips) {
    const counts = `${scores.length} clips instead of ${metrics.clips}`;
    throw new EngineError(
      'incompatible-run',
      `The predictions of ${foldInWords(fold)} in ${own} are damaged: ${counts}.`,
    );
  }
  const rows = scores.map(({ clip: path, windows, mean }): HeardClip => {
    const clip = clips.get(path);
    if (clip === undefined) throw otherDivision(folder);
    const { recording, group } = clip;
    return { clip: path, recording, group, labels: labelsOf(clip), scores: bothScores(mean), windows };
  });
  return { run, metrics, heard: { classes: run.classes, rows } };
}

function otherDivision(folder: string): EngineError {
  return new EngineError('incompatible-run', `The folds in ${folder} are not those of one division of these clips.`);
}
