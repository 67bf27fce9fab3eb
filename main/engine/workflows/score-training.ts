import { join } from 'node:path';
import { holdsSeveralLabels, labelsOf, type ClassName, type Dataset } from '../dataset/dataset.ts';
import { computeLeak } from '../dataset/leak.ts';
import { computeMetrics, type EvaluationContext, type Metrics } from '../evaluation/metrics.ts';
import {
  chooseClassThresholds,
  columnsOf,
  type ClassThreshold,
  type JudgedClip,
} from '../evaluation/multilabel/class-thresholds.ts';
import { labelScores } from '../evaluation/multilabel/heard-clips.ts';
import { computeMultilabelMetrics, type MultilabelMetrics } from '../evaluation/multilabel/multilabel-metrics.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import { sureFrom } from '../evaluation/sure-from.ts';
import { RUN_FILES, type TakenForClasses, type TrainingConfig } from '../library/run-folder.ts';
import type { Decision } from '../model/decision.ts';
import type { Predictor } from '../model/predictor.ts';
import { windowMean } from '../model/window-mean.ts';
import type { FitResult } from '../training/fit.ts';
import { hearClips, type Heard } from './hear-clips.ts';
import type { OtherSounds } from './other-sounds.ts';
import type { FailedClip } from './prepare-clips.ts';
import { writeLabelScore } from './score-labels.ts';
import { predictClips, predictWindows, writeScore } from './score.ts';
import { otherRows, rowsOf, type SplitClips } from './training-rows.ts';
import type { TrainingTask } from './training-task.ts';

/** Share of the verdicts of a network for one class that are to be right where it is sure. */
const RIGHT_WHERE_SURE = 0.8;

export interface Scoring extends SplitClips {
  readonly others: OtherSounds | null;
  readonly out: string;
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly result: FitResult;
  readonly predictor: Predictor;
  readonly temperature: number | null;
}

export interface TrainingScores {
  /** Of the validation side. */
  readonly metrics: Metrics | MultilabelMetrics;
  /** Of the test side, where the split has one. */
  readonly test: Metrics | MultilabelMetrics | null;
  /** When the network is believed, as validation has it; null where nothing can be told. */
  readonly decision: Decision | null;
  /** Clips of these sides that could not be heard after all. */
  readonly failed: readonly FailedClip[];
  /** What is heard in other sounds that were held back; null where there are none. */
  readonly takenForClasses: TakenForClasses | null;
}

type ScoredSide = 'validation' | 'test';

/** Scores the sides of a training and writes their files; what is decided by is chosen on validation. */
export function scoreTraining(scoring: Scoring, task: TrainingTask): Promise<TrainingScores> {
  return holdsSeveralLabels(scoring.dataset) ? scoreLabels(scoring, task) : scoreOneLabel(scoring, task);
}

async function scoreOneLabel(scoring: Scoring, task: TrainingTask): Promise<TrainingScores> {
  const { config, predictor, prepared } = scoring;
  const score = async (side: ScoredSide): Promise<{ predictions: Predictions; metrics: Metrics }> => {
    const { clips, rows } = rowsOf(side, scoring);
    const predictions = await predictClips(predictor, { store: prepared.store, clips, rows }, task);
    const metrics = computeMetrics(predictions, contextOf(side, scoring));
    await writeScore(folderOf(side, scoring), predictions, metrics);
    return { predictions, metrics };
  };
  const { predictions, metrics } = await score('validation');
  const test = config.test > 0 ? (await score('test')).metrics : null;
  const failed: FailedClip[] = [];
  if (predictor.outputs === 'softmax') {
    return { metrics, test, failed, decision: ofBest(predictions), takenForClasses: null };
  }
  const heldBack = await hearHeldBack(scoring, task);
  const thresholds = thresholdsOf(
    predictor.classes,
    predictions.rows.map(({ label, probabilities }) => ({ labels: [label], scores: probabilities })),
    heldBack,
  ).map(({ threshold }) => threshold);
  const takenForClasses = takenFor(predictor.classes, thresholds, heldBack);
  return { metrics, test, failed, decision: { kind: 'each', thresholds }, takenForClasses };
}

function ofBest(predictions: Predictions): Decision | null {
  const sure = sureFrom(predictions, RIGHT_WHERE_SURE);
  return sure === null ? null : { kind: 'best', sureFrom: sure.threshold };
}

/** The scores of other sounds that training did not learn from, of each the mean of its windows. */
async function hearHeldBack(
  { others, predictor }: Scoring,
  { signal }: TrainingTask,
): Promise<readonly (readonly number[])[]> {
  if (others === null) return [];
  const rows = otherRows('validation', others);
  const heard = await predictWindows(predictor, { store: others.prepared.store, rows }, { signal });
  return heard.map(windowMean);
}

async function scoreLabels(scoring: Scoring, task: TrainingTask): Promise<TrainingScores> {
  const { config, dataset, predictor } = scoring;
  const hear = (side: ScoredSide): Promise<Heard> => hearClips(dataset, rowsOf(side, scoring).clips, predictor, task);
  const heard = await hear('validation');
  const heldBack = await hearHeldBack(scoring, task);
  const own = thresholdsOf(heard.classes, labelScores(heard, 'mean').rows, heldBack);
  const score = async (side: ScoredSide, clips: Heard): Promise<MultilabelMetrics> => {
    const evenOdds = heard.classes.flatMap(({ code }, index) => (own[index]?.f1 === null ? [code] : []));
    const thresholds = {
      source: { kind: 'per-class', evenOdds, onScored: side === 'validation' },
      of: { mean: { threshold: own.map(({ threshold }) => threshold), f1: null }, 'sum-max': null },
    } as const;
    const context = { ...contextOf(side, scoring), outputs: predictor.outputs, thresholds };
    const metrics = computeMultilabelMetrics(clips, context);
    await writeLabelScore(folderOf(side, scoring), clips, thresholds, metrics);
    return metrics;
  };
  const metrics = await score('validation', heard);
  const tested = config.test > 0 ? await hear('test') : null;
  const test = tested === null ? null : await score('test', tested);
  const failed = [...heard.failed, ...(tested?.failed ?? [])];
  const thresholds = own.map(({ threshold }) => threshold);
  const takenForClasses = takenFor(heard.classes, thresholds, heldBack);
  return { metrics, test, failed, decision: { kind: 'each', thresholds }, takenForClasses };
}

/** @param heldBack scores of sounds in which none of the classes sounds */
function thresholdsOf(
  classes: readonly ClassName[],
  clips: readonly JudgedClip[],
  heldBack: readonly (readonly number[])[],
): ClassThreshold[] {
  const all = [...clips, ...heldBack.map((scores) => ({ labels: [], scores }))];
  return chooseClassThresholds(columnsOf(classes.length, all));
}

function takenFor(
  classes: readonly ClassName[],
  thresholds: readonly number[],
  heldBack: readonly (readonly number[])[],
): TakenForClasses | null {
  if (heldBack.length === 0) return null;
  const isHeard = (score: number, index: number): boolean => score >= (thresholds[index] ?? 1);
  const counts = classes.map(({ code }, index) => ({
    code,
    sounds: heldBack.filter((scores) => isHeard(scores[index] ?? 0, index)).length,
  }));
  return {
    sounds: heldBack.length,
    taken: heldBack.filter((scores) => scores.some(isHeard)).length,
    classes: counts.filter(({ sounds }) => sounds > 0).sort((a, b) => b.sounds - a.sounds),
  };
}

function folderOf(side: ScoredSide, { out }: Scoring): string {
  return side === 'test' ? join(out, RUN_FILES.test) : out;
}

function contextOf(side: ScoredSide, scoring: Scoring): Omit<EvaluationContext, 'folds'> {
  const { run, config, dataset, prepared, sides, result, temperature } = scoring;
  const { clips } = rowsOf('training', scoring);
  return {
    dataset: { name: dataset.name, synthetic: dataset.synthetic },
    side,
    split: config.split,
    leak: computeLeak(prepared.clips, sides, side),
    origin: null,
    base: baseOf(side, scoring),
    training: {
      clips: clips.length,
      clipsPerClass: run.classes.map(({ code }) => clips.filter((clip) => labelsOf(clip).includes(code)).length),
      recordings: new Set(clips.map(({ recording }) => recording)).size,
      epochs: result.history.length,
      selectedEpoch: result.selectedEpoch,
      selectedOnValidation: side === 'validation' && result.selectedOnValidation,
    },
    temperature,
    corrections: run.corrections,
    seed: config.seed,
  };
}

/** What the training began from had perhaps heard the clips that are scored. */
function baseOf(side: ScoredSide, { run: { base }, config: { trainLayers } }: Scoring): Metrics['base'] {
  const heard = base?.heard[side] ?? null;
  if (base === null || heard === null) return null;
  return { name: base.name, trainLayers, leak: heard.leak, complete: base.known === 'all', suspected: heard.suspected };
}
