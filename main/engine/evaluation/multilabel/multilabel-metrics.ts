import { z } from 'zod';
import { OUTPUT_KINDS, type OutputKind } from '../../model/output-kind.ts';
import { BOOTSTRAP_LEVEL, BOOTSTRAP_RESAMPLES, FEW_GROUPS } from '../bootstrap.ts';
import {
  AveragesSchema,
  BaseOfScoreSchema,
  Count,
  IntervalSchema,
  LeakSchema,
  OriginSchema,
  Share,
  TrainingSchema,
  trainingSummary,
  type Provenance,
} from '../metrics.ts';
import { meanOfDefined, rankingScore } from '../ranking-metrics.ts';
import {
  AGGREGATIONS,
  askedClasses,
  checkHeard,
  cutoffOf,
  labelScores,
  type Aggregation,
  type Cutoffs,
  type HeardClips,
} from './heard-clips.ts';
import { labelBaselines, type FixedAnswer } from './label-baselines.ts';
import { inGroups, labelIntervals, meanInterval } from './label-bootstrap.ts';
import { labelMetrics } from './label-metrics.ts';
import { clipRanking } from './label-ranking.ts';
import { thresholdCurve } from './threshold.ts';

const ThresholdSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('given') }),
  /** Chosen on the validation side of the run the network was trained in. */
  z.object({
    kind: z.literal('validation'),
    name: z.string(),
    clips: Count,
    /** Clips that were not looked at, as the scored folder has them, too. */
    leftOut: Count,
  }),
  /** Chosen on another labelled folder. */
  z.object({
    kind: z.literal('folder'),
    name: z.string(),
    clips: Count,
    leftOut: Count,
    /** Clips known from training, where the network is surer than elsewhere; null where its training is not known. */
    heardInTraining: Count.nullable(),
  }),
  /** Each class has its own, chosen on the validation side of the training. */
  z.object({
    kind: z.literal('per-class'),
    /** Classes with too few clips there, which count as heard where they are likelier than not. */
    evenOdds: z.array(z.string()),
    /** Whether those validation clips are the ones that are scored. */
    onScored: z.boolean(),
  }),
  /** Each class has its own in each fold of a cross-validation, chosen on the clips of the other folds. */
  z.object({
    kind: z.literal('cross-fitted'),
    /** Classes with too few clips for some fold, in which they count as heard where they are likelier than not. */
    evenOdds: z.array(z.string()),
  }),
]);

const FoldSchema = z.object({
  clips: Count,
  microF1: Share,
  /** From which score on each class counted as heard, in the order of the network's. */
  thresholds: z.array(Share),
  /** What the network's logits were divided by, fitted to these clips; null where they were not. */
  temperature: z.number().positive().nullable(),
});

/** One part of a cross-validation, scored by a network that was trained on all others. */
export type LabelFoldScore = z.infer<typeof FoldSchema>;

const FixedAnswerSchema = z.object({ labels: z.array(z.string()), microF1: Share, macroF1: Share });

const ClassSchema = z.object({
  code: z.string(),
  name: z.string(),
  /** False for a class that the network does not know: all its clips are missed. */
  known: z.boolean(),
  /**
   * From which score on it counts as heard, in a cross-validation the mean of the folds; null where it is not known, and in files
   * that did not tell.
   */
  threshold: Share.nullable().default(null),
  precision: Share,
  recall: Share,
  f1: Share,
  f1Interval: IntervalSchema.nullable(),
  /** Clips that carry the label. */
  support: Count,
  /** Clips in which the class was named. */
  predicted: Count,
  /** Groups of recordings with clips of the class. */
  groups: Count,
  auroc: Share.nullable(),
  averagePrecision: Share.nullable(),
});

const AggregatedSchema = z.object({
  /** A class counts as heard where its score reaches this; null where each has its own. */
  threshold: Share.nullable(),
  /** Micro F1 of this threshold where it was chosen; null where it was given, or where each class has its own. */
  chosenF1: Share.nullable(),
  micro: AveragesSchema,
  macro: AveragesSchema,
  weighted: AveragesSchema,
  microF1Interval: IntervalSchema.nullable(),
  macroF1Interval: IntervalSchema.nullable(),
  /** Share of clips whose labels were named exactly. */
  exactMatch: Share,
  namedPerClip: z.number().nonnegative(),
  /** Mean of the classes that the network knows and where it is defined. */
  macroAuroc: Share.nullable(),
  macroAveragePrecision: Share.nullable(),
  perClass: z.array(ClassSchema),
  /** Micro figures at other thresholds, for a picture: what is best here was not chosen here. */
  curve: z.array(z.object({ threshold: Share, precision: Share, recall: Share, f1: Share })),
});

/**
 * How good a network is on clips with several right answers, with all that is needed to judge the figures. Kept as
 * `metrics.json` of such an evaluation or training.
 */
export const MultilabelMetricsSchema = z.object({
  kind: z.literal('multilabel'),
  version: z.literal(1),
  dataset: z.object({ name: z.string(), synthetic: z.boolean() }),
  /** Which clips were scored: a side of the run's own split, or another labelled folder. */
  side: z.enum(['validation', 'test', 'folder']).default('folder'),
  /** How that side was split from training; null for another folder. */
  split: z.enum(['grouped', 'random']).nullable().default(null),
  /** How the network answers. */
  outputs: z.enum(OUTPUT_KINDS).default('softmax'),
  /** Clips of the whole dataset that the user corrected before it was split; null where nothing was. */
  corrections: z.object({ relabelled: Count, leftOut: Count }).nullable().default(null),
  clips: Count,
  recordings: Count,
  labels: Count,
  labelCounts: z.array(z.object({ labels: Count, clips: Count })),
  /** Clips in which nothing was to be heard: no class was named. */
  silentClips: Count,
  /** The parts of a cross-validation; null where one network has scored all clips. */
  folds: z.array(FoldSchema).nullable().default(null),
  unknown: z.object({
    /** Labels that the network does not know, each a miss, and the clips that carry one. */
    classes: z.array(z.object({ code: z.string(), clips: Count })),
    clips: Count,
  }),
  training: TrainingSchema.nullable(),
  leak: LeakSchema.nullable(),
  /** Where its clips are not known, what else is known of training, as of the starter network; null for nothing. */
  origin: OriginSchema.nullable().default(null),
  /** The trained network that the training began from; null where there was none, or it is not known. */
  base: BaseOfScoreSchema.nullable().default(null),
  threshold: ThresholdSourceSchema,
  /** The aggregation whose figures stand first: the one that did better where the threshold was chosen. */
  first: z.enum(AGGREGATIONS),
  /** `sum-max` has always one class at 1, which says nothing of a network that judges each by itself: null there. */
  aggregations: z.object({ mean: AggregatedSchema, 'sum-max': AggregatedSchema.nullable() }),
  ranking: z.object({
    /** Label-ranking average precision. */
    averagePrecision: Share,
    averagePrecisionInterval: IntervalSchema.nullable(),
    coverageError: z.number().nonnegative(),
    loss: Share,
    /** Share of clips whose first class is one of the labels. */
    firstIsRight: Share,
    firstIsRightInterval: IntervalSchema.nullable(),
  }),
  baselines: z.object({ majority: FixedAnswerSchema, majorityShare: Share, mostFrequent: FixedAnswerSchema }),
  intervals: z.object({
    level: Share,
    resamples: Count,
    seed: z.number().int(),
    groups: Count,
    fewGroups: z.boolean(),
  }),
});

export type MultilabelMetrics = z.infer<typeof MultilabelMetricsSchema>;
export type AggregatedMetrics = z.infer<typeof AggregatedSchema>;

/** The figures that stand first. */
export function firstOf({ aggregations, first }: MultilabelMetrics): AggregatedMetrics {
  return aggregations[first] ?? aggregations.mean;
}
export type ThresholdSource = z.infer<typeof ThresholdSourceSchema>;

/** The thresholds to score with, and where they are from. */
export interface Thresholds {
  readonly source: ThresholdSource;
  readonly of: { readonly mean: Threshold; readonly 'sum-max': Threshold | null };
}

export interface Threshold {
  readonly threshold: Cutoffs;
  /** Micro F1 where it was chosen; null where the threshold was given or each class has its own. */
  readonly f1: number | null;
}

export type MultilabelContext = Provenance & {
  /** The parts of a cross-validation; null, or left out, where one network has scored all clips. */
  readonly folds?: readonly LabelFoldScore[] | null;
  readonly outputs: OutputKind;
  readonly thresholds: Thresholds;
};

/**
 * Scores clips with several right answers.
 * @throws EngineError as `checkHeard`
 */
export function computeMultilabelMetrics(heard: HeardClips, context: MultilabelContext): MultilabelMetrics {
  checkHeard(heard);
  const { rows } = heard;
  const { dataset, side, split, outputs, corrections, leak, origin, base, training, seed, thresholds } = context;
  const bootstrap = { seed, resamples: BOOTSTRAP_RESAMPLES };
  const scores = labelScores(heard, 'mean');
  const rankings = scores.rows.map((row) => ({ group: row.group, ...clipRanking(row) }));
  const mean = (value: (ranking: (typeof rankings)[number]) => number): number =>
    rankings.reduce((total, ranking) => total + value(ranking), 0) / rankings.length;
  const { majority, majorityShare, mostFrequent } = labelBaselines(scores);
  const answer = ({ labels, microF1, macroF1 }: FixedAnswer): z.infer<typeof FixedAnswerSchema> => ({
    labels: labels.map((index) => scores.classes[index]?.code ?? ''),
    ...{ microF1, macroF1 },
  });
  const groups = inGroups(rows).length;
  return {
    kind: 'multilabel',
    version: 1,
    dataset: { ...dataset },
    ...{ side, split, outputs },
    corrections: corrections === null ? null : { ...corrections },
    clips: rows.length,
    recordings: new Set(rows.map(({ recording }) => recording)).size,
    labels: rows.reduce((total, { labels }) => total + labels.length, 0),
    labelCounts: labelCounts(heard),
    silentClips: rows.filter(({ windows }) => windows === 0).length,
    folds: context.folds?.map((fold) => ({ ...fold, thresholds: [...fold.thresholds] })) ?? null,
    unknown: unknownLabels(heard),
    training: training === null ? null : trainingSummary(training),
    leak: leak === null ? null : { ...leak },
    origin,
    base,
    threshold: thresholds.source,
    first: betterWhereChosen(thresholds),
    aggregations: {
      mean: aggregated(heard, 'mean', thresholds.of.mean, seed),
      'sum-max':
        thresholds.of['sum-max'] === null ? null : aggregated(heard, 'sum-max', thresholds.of['sum-max'], seed),
    },
    ranking: {
      averagePrecision: mean(({ averagePrecision }) => averagePrecision),
      averagePrecisionInterval: meanInterval(rankings, ({ averagePrecision }) => averagePrecision, bootstrap),
      coverageError: mean(({ coverage }) => coverage),
      loss: mean(({ loss }) => loss),
      firstIsRight: mean(({ firstIsRight }) => Number(firstIsRight)),
      firstIsRightInterval: meanInterval(rankings, ({ firstIsRight }) => Number(firstIsRight), bootstrap),
    },
    baselines: { majority: answer(majority), majorityShare, mostFrequent: answer(mostFrequent) },
    intervals: { level: BOOTSTRAP_LEVEL, ...bootstrap, groups, fewGroups: groups < FEW_GROUPS },
  };
}

function aggregated(
  heard: HeardClips,
  aggregation: Aggregation,
  { threshold: cutoffs, f1: chosenF1 }: Threshold,
  seed: number,
): z.infer<typeof AggregatedSchema> {
  const scores = labelScores(heard, aggregation);
  const { perClass, ...metrics } = labelMetrics(scores, cutoffs);
  const intervals = labelIntervals(scores, cutoffs, { seed, resamples: BOOTSTRAP_RESAMPLES });
  const rankings = scores.classes.map(({ known }, index) => {
    const column = scores.rows.map((row) => ({ score: row.scores[index] ?? 0, own: row.labels.includes(index) }));
    return known ? rankingScore(column) : { auroc: null, averagePrecision: null };
  });
  return {
    threshold: typeof cutoffs === 'number' ? cutoffs : null,
    chosenF1,
    ...metrics,
    microF1Interval: intervals.microF1,
    macroF1Interval: intervals.macroF1,
    macroAuroc: meanOfDefined(rankings.map(({ auroc }) => auroc)),
    macroAveragePrecision: meanOfDefined(rankings.map(({ averagePrecision }) => averagePrecision)),
    perClass: scores.classes.map(({ code, name, known }, index) => {
      const { precision = 0, recall = 0, f1 = 0, support = 0, predicted = 0 } = perClass[index] ?? {};
      const { auroc = null, averagePrecision = null } = rankings[index] ?? {};
      const own = scores.rows.filter(({ labels }) => labels.includes(index));
      return {
        threshold: known ? cutoffOf(cutoffs, index) : null,
        ...{ code, name, known, precision, recall, f1, f1Interval: intervals.perClass[index] ?? null },
        ...{ support, predicted, groups: inGroups(own).length, auroc, averagePrecision },
      };
    }),
    curve: thresholdCurve(scores),
  };
}

/** Chosen where the threshold was, so that neither is picked for doing well on the scored clips; the mean otherwise. */
function betterWhereChosen({ of }: Thresholds): Aggregation {
  return (of['sum-max']?.f1 ?? 0) > (of.mean.f1 ?? 0) ? 'sum-max' : 'mean';
}

function labelCounts({ rows }: HeardClips): MultilabelMetrics['labelCounts'] {
  const sizes = rows.map(({ labels }) => labels.length);
  return [...new Set(sizes)]
    .sort((a, b) => a - b)
    .map((labels) => ({ labels, clips: sizes.filter((size) => size === labels).length }));
}

function unknownLabels(heard: HeardClips): MultilabelMetrics['unknown'] {
  const unknown = askedClasses(heard).flatMap(({ code, known }) => (known ? [] : [code]));
  return {
    classes: unknown.map((code) => ({ code, clips: heard.rows.filter(({ labels }) => labels.includes(code)).length })),
    clips: heard.rows.filter(({ labels }) => labels.some((code) => unknown.includes(code))).length,
  };
}
