import { z } from 'zod';
import type { CorrectionCounts } from '../dataset/corrections.ts';
import type { Leak, SplitKind } from '../dataset/split.ts';
import { OUTPUT_KINDS } from '../model/output-kind.ts';
import { TRAIN_LAYERS } from '../model/train-layers.ts';
import { baselines } from './baselines.ts';
import { BOOTSTRAP_RESAMPLES, bootstrapIntervals } from './bootstrap.ts';
import { calibration } from './calibration.ts';
import { classificationMetrics } from './classification-metrics.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { confusedPairs, confusions, misclassifiedClips } from './misclassified.ts';
import { checkPredictions, countRecordings } from './predictions.ts';
import type { Predictions } from './predictions.ts';
import { logLoss, topKAccuracy } from './probability-metrics.ts';
import { rankingMetrics } from './ranking-metrics.ts';
import { withTemperature } from './temperature.ts';

export const Count = z.number().int().nonnegative();
export const Share = z.number().min(0).max(1);
export const IntervalSchema = z.tuple([Share, Share]);
export const AveragesSchema = z.object({ precision: Share, recall: Share, f1: Share });

export const TrainingSchema = z.object({
  clips: Count,
  recordings: Count,
  epochs: Count,
  /** The epoch whose weights were scored, from 1. */
  selectedEpoch: Count,
  /** True where that epoch was chosen by its score on the validation side, which flatters that score. */
  selectedOnValidation: z.boolean(),
});

export const LeakSchema = z.object({
  validationClips: Count,
  sharedRecording: Count,
  identicalClip: Count,
  either: Count,
});

export const BaseOfScoreSchema = z.object({
  name: z.string(),
  trainLayers: z.enum(TRAIN_LAYERS),
  /** What the scored clips have in common with what that was trained on; null where nothing is known of it. */
  leak: LeakSchema.nullable(),
  /** Whether that is all it was trained on. */
  complete: z.boolean(),
  /** Whether the clips are named like recordings of which it was trained on some that are not known. */
  suspected: z.boolean(),
});

/** One part of a cross-validation, scored by the network that was trained on all the others. */
export const FoldScoreSchema = z.object({
  clips: Count,
  accuracy: Share,
  /** What the logits of its network were divided by, fitted on these clips; null where they were not. */
  temperature: z.number().positive().nullable(),
});

export type FoldScore = z.infer<typeof FoldScoreSchema>;

/** What a network learned from whose training clips are not known one by one. */
export const OriginSchema = z.object({
  /** Whose recordings, or the dataset they were in, by name. */
  data: z.string(),
  clips: Count,
  /** Scored clips that are named like those recordings: it has probably heard many of these. */
  alike: Count,
});

const ClassMetricsSchema = z.object({
  code: z.string(),
  name: z.string(),
  precision: Share,
  recall: Share,
  f1: Share,
  /** Clips that truly are of the class. */
  support: Count,
  /** Clips that were taken for the class. */
  predicted: Count,
  /** Groups of recordings with clips of the class. */
  groups: Count,
  recallInterval: IntervalSchema.nullable(),
  f1Interval: IntervalSchema.nullable(),
  auroc: Share.nullable(),
  averagePrecision: Share.nullable(),
});

/**
 * Everything that is known about how good a network is, with all that is needed to judge the figures:
 * on which clips, split how, with what leak, against which baselines, how uncertain. Kept as `metrics.json`.
 */
export const MetricsSchema = z.object({
  version: z.literal(1),
  dataset: z.object({ name: z.string(), synthetic: z.boolean() }),
  /** Which clips were scored: a side of the run's own split, or another labelled folder. */
  side: z.enum(['validation', 'test', 'folder']),
  /** How the network answers: one class out of all, or each by itself. */
  outputs: z.enum(OUTPUT_KINDS).default('softmax'),
  /** How that side was split from training; null for another folder. */
  split: z.enum(['grouped', 'random']).nullable(),
  clips: Count,
  /** In how many windows they were heard, each clip counting with their mean; left out where each clip was one. */
  windows: Count.optional(),
  recordings: Count,
  /** Clips of the whole dataset that the user corrected before it was split; null where nothing was. */
  corrections: z.object({ relabelled: Count, leftOut: Count }).nullable().default(null),
  /** What the network was trained on; null where that is not known. */
  training: TrainingSchema.nullable(),
  /** Of a cross-validation, in which each clip is scored by a network of its own fold, its parts; `training` is their mean. */
  folds: z.array(FoldScoreSchema).nullable().default(null),
  /** What the scored clips have in common with training; null where that is not known. */
  leak: LeakSchema.nullable(),
  /** Where its clips are not known, what else is known of training, as of the starter network; null for nothing. */
  origin: OriginSchema.nullable().default(null),
  /** The trained network that the training began from; null where there was none, or it is not known. */
  base: BaseOfScoreSchema.nullable().default(null),
  accuracy: Share,
  /** Null where there are no more than two or three classes. */
  top2Accuracy: Share.nullable(),
  top3Accuracy: Share.nullable(),
  macro: AveragesSchema,
  micro: AveragesSchema,
  weighted: AveragesSchema,
  logLoss: z.number().nonnegative(),
  /** Mean of the classes where it is defined. */
  macroAuroc: Share.nullable(),
  macroAveragePrecision: Share.nullable(),
  calibration: z.object({
    expectedCalibrationError: Share,
    /** What the network's logits were divided by, and the error if they had not been; null where they were not. */
    temperature: z
      .object({ value: z.number().positive(), expectedCalibrationErrorBefore: Share })
      .nullable()
      .default(null),
    meanConfidence: z.number().nonnegative(),
    bins: z.array(
      z.object({
        lower: Share,
        upper: Share,
        clips: Count,
        confidence: z.number().nonnegative().nullable(),
        accuracy: Share.nullable(),
      }),
    ),
  }),
  baselines: z.object({
    majority: z.object({ label: z.string(), from: z.enum(['training', 'scored']), accuracy: Share, macroF1: Share }),
    chance: z.object({ accuracy: Share }),
  }),
  intervals: z.object({
    level: Share,
    resamples: Count,
    seed: z.number().int(),
    groups: Count,
    fewGroups: z.boolean(),
    accuracy: IntervalSchema.nullable(),
    macroF1: IntervalSchema.nullable(),
  }),
  perClass: z.array(ClassMetricsSchema),
  /** Row = true class, column = predicted class, in the order of `perClass`. */
  confusionMatrix: z.array(z.array(Count)),
  confusions: z.array(z.object({ label: z.string(), predicted: z.string(), clips: Count, share: Share })),
  confusedPairs: z.array(
    z.object({ first: z.string(), second: z.string(), clips: Count, firstAsSecond: Count, secondAsFirst: Count }),
  ),
  misclassified: z.array(
    z.object({
      clip: z.string(),
      recording: z.string(),
      label: z.string(),
      predicted: z.string(),
      probability: z.number().nonnegative(),
      labelProbability: z.number().nonnegative(),
    }),
  ),
});

export type Metrics = z.infer<typeof MetricsSchema>;
export type ClassMetrics = z.infer<typeof ClassMetricsSchema>;

/** Where the predictions come from: all that the figures must not be shown without. */
export interface Provenance {
  readonly dataset: { readonly name: string; readonly synthetic: boolean };
  readonly side: 'validation' | 'test' | 'folder';
  /** Null for another folder. */
  readonly split: SplitKind | null;
  /** Null where it is not known what the network was trained on. */
  readonly leak: Leak | null;
  readonly origin: Metrics['origin'];
  readonly base: Metrics['base'];
  /** Null where it is not known what the network was trained on. */
  readonly training: {
    readonly clips: number;
    /** Training clips of each class, in the order of the classes; one with several labels counts for each. */
    readonly clipsPerClass: readonly number[];
    readonly recordings: number;
    readonly epochs: number;
    readonly selectedEpoch: number;
    readonly selectedOnValidation: boolean;
  } | null;
  /** What the user corrected before the split; null for nothing. */
  readonly corrections: CorrectionCounts | null;
  /** Of the bootstrap. */
  readonly seed: number;
}

export interface EvaluationContext extends Provenance {
  /** The parts of a cross-validation; null, or left out, where one network has scored all clips. */
  readonly folds?: readonly FoldScore[] | null;
  /** What the network's logits were divided by for calibration; null where they were not. */
  readonly temperature?: number | null;
}

/**
 * Scores predictions.
 * @throws EngineError as `checkPredictions`
 */
export function computeMetrics(predictions: Predictions, context: EvaluationContext): Metrics {
  checkPredictions(predictions);
  const { classes, rows } = predictions;
  const matrix = confusionMatrix(predictions);
  const scores = classificationMetrics(matrix);
  const ranking = rankingMetrics(predictions);
  const { perClass: classIntervals, ...intervals } = bootstrapIntervals(predictions, {
    seed: context.seed,
    resamples: BOOTSTRAP_RESAMPLES,
  });
  const { majority, chance } = baselines(
    scores.perClass.map((score) => score.support),
    context.training?.clipsPerClass ?? null,
  );
  return {
    version: 1,
    dataset: { ...context.dataset },
    side: context.side,
    outputs: predictions.outputs ?? 'softmax',
    split: context.split,
    clips: rows.length,
    ...windowsOf(predictions),
    recordings: countRecordings(rows),
    corrections: context.corrections === null ? null : { ...context.corrections },
    training: context.training === null ? null : trainingSummary(context.training),
    folds: context.folds?.map((fold) => ({ ...fold })) ?? null,
    leak: context.leak === null ? null : { ...context.leak },
    origin: context.origin,
    base: context.base,
    accuracy: scores.accuracy,
    top2Accuracy: topKAccuracy(predictions, 2),
    top3Accuracy: topKAccuracy(predictions, 3),
    macro: scores.macro,
    micro: scores.micro,
    weighted: scores.weighted,
    logLoss: logLoss(predictions),
    macroAuroc: ranking.macro.auroc,
    macroAveragePrecision: ranking.macro.averagePrecision,
    calibration: { ...calibration(predictions), temperature: temperatureEffect(predictions, context) },
    baselines: { majority: { ...majority, label: classes[majority.label]?.code ?? '' }, chance },
    intervals,
    perClass: classes.map(({ code, name }, index) => {
      const { precision = 0, recall = 0, f1 = 0, support = 0, predicted = 0 } = scores.perClass[index] ?? {};
      const { groups = 0, recall: recallInterval = null, f1: f1Interval = null } = classIntervals[index] ?? {};
      const { auroc = null, averagePrecision = null } = ranking.perClass[index] ?? {};
      return {
        ...{ code, name, precision, recall, f1, support, predicted, groups },
        ...{ recallInterval, f1Interval, auroc, averagePrecision },
      };
    }),
    confusionMatrix: matrix,
    confusions: confusions(matrix, classes),
    confusedPairs: confusedPairs(matrix, classes),
    misclassified: misclassifiedClips(predictions),
  };
}

function windowsOf({ rows }: Predictions): Pick<Metrics, 'windows'> {
  if (rows.every(({ windows }) => windows === undefined)) return {};
  return { windows: rows.reduce((total, { windows }) => total + (windows?.length ?? 1), 0) };
}

function temperatureEffect(
  predictions: Predictions,
  { temperature = null }: EvaluationContext,
): Metrics['calibration']['temperature'] {
  if (temperature === null) return null;
  const before = calibration(withTemperature(predictions, 1 / temperature));
  return { value: temperature, expectedCalibrationErrorBefore: before.expectedCalibrationError };
}

export function trainingSummary(training: NonNullable<EvaluationContext['training']>): Metrics['training'] {
  const { clips, recordings, epochs, selectedEpoch, selectedOnValidation } = training;
  return { clips, recordings, epochs, selectedEpoch, selectedOnValidation };
}
