import { predictedLabel } from '../predictions.ts';
import type { LabelScores } from './heard-clips.ts';

type Row = LabelScores['rows'][number];

/** How well the scores of one clip rank its labels before the other classes, whatever the threshold. */
export interface ClipRanking {
  /** For each label the share of labels among the classes that rank as high, on average: 1 is perfect. */
  readonly averagePrecision: number;
  /** How far down the ranking one has to go to meet all labels. */
  readonly coverage: number;
  /** Share of pairs (label, other class) in the wrong order, equals among them. */
  readonly loss: number;
  /** Whether the class with the highest score is one of the labels. */
  readonly firstIsRight: boolean;
}

/**
 * One clip's part of scikit-learn's `label_ranking_average_precision_score`, `coverage_error` and `label_ranking_loss`, which
 * are the means over the clips. They are the same under both aggregations, which leave the order of a clip's classes.
 */
export function clipRanking({ labels, scores }: Row): ClipRanking {
  const own = labels.map((label) => scores[label] ?? 0);
  const others = scores.filter((_, index) => !labels.includes(index));
  const precisions = own.map((score) => countFrom(own, score) / countFrom(scores, score));
  const wrong = own.reduce((total, score) => total + countFrom(others, score), 0);
  return {
    averagePrecision: others.length === 0 ? 1 : precisions.reduce((total, value) => total + value, 0) / own.length,
    coverage: countFrom(scores, Math.min(...own)),
    loss: others.length === 0 ? 0 : wrong / (own.length * others.length),
    firstIsRight: labels.includes(predictedLabel(scores)),
  };
}

/** How many are as high as `score` or higher. */
function countFrom(scores: readonly number[], score: number): number {
  return scores.filter((other) => other >= score).length;
}
