import { columnTotals, diagonal, rowTotals } from './confusion-matrix.ts';
import type { ConfusionMatrix } from './confusion-matrix.ts';

export interface PrecisionRecallF1 {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface ClassScore extends PrecisionRecallF1 {
  /** Clips that truly are of the class. */
  readonly support: number;
  /** Clips that were taken for the class. */
  readonly predicted: number;
}

export interface ClassificationMetrics {
  readonly accuracy: number;
  /** Mean over the classes, each counting alike. */
  readonly macro: PrecisionRecallF1;
  /** From the summed counts; where every clip has one label and one prediction all three are the accuracy. */
  readonly micro: PrecisionRecallF1;
  /** Mean over the classes, each counting by its support. */
  readonly weighted: PrecisionRecallF1;
  /** In the order of the classes. */
  readonly perClass: readonly ClassScore[];
}

/**
 * Precision, recall and F1 as scikit-learn's `precision_recall_fscore_support` computes them by default:
 * what would be divided by zero is 0 (`zero_division=0`), and the averages go over the classes that occur
 * among the true or the predicted labels.
 */
export function classificationMetrics(matrix: ConfusionMatrix): ClassificationMetrics {
  const hits = diagonal(matrix);
  const predicted = columnTotals(matrix);
  const perClass = rowTotals(matrix).map((support, index) =>
    classScore(hits[index] ?? 0, support, predicted[index] ?? 0),
  );
  const occurring = perClass.filter(occurs);
  const clips = sum(perClass, (score) => score.support);
  const accuracy = ratio(sum(hits, Number), clips);
  return {
    accuracy,
    macro: meanScore(occurring, () => 1),
    micro: { precision: accuracy, recall: accuracy, f1: accuracy },
    weighted: meanScore(occurring, (score) => score.support),
    perClass,
  };
}

/** Whether any clip is of the class or was taken for it. */
export function occurs(score: ClassScore): boolean {
  return score.support + score.predicted > 0;
}

/** F1 = 2 hits / (support + predicted), the harmonic mean of precision and recall; 0 where nothing is there. */
export function f1Score(hits: number, support: number, predicted: number): number {
  return ratio(2 * hits, support + predicted);
}

/** Precision, recall and F1 of one class from its counts. */
export function classScore(hits: number, support: number, predicted: number): ClassScore {
  return {
    precision: ratio(hits, predicted),
    recall: ratio(hits, support),
    f1: f1Score(hits, support, predicted),
    support,
    predicted,
  };
}

/** Mean over classes, each counting by its weight; 0 where none counts. */
export function meanScore(scores: readonly ClassScore[], weight: (score: ClassScore) => number): PrecisionRecallF1 {
  const total = sum(scores, weight);
  return {
    precision: ratio(
      sum(scores, (score) => weight(score) * score.precision),
      total,
    ),
    recall: ratio(
      sum(scores, (score) => weight(score) * score.recall),
      total,
    ),
    f1: ratio(
      sum(scores, (score) => weight(score) * score.f1),
      total,
    ),
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
