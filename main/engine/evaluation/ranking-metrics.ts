import type { Predictions } from './predictions.ts';

export interface RankingScore {
  /** Area under the ROC curve of the class against all others; null where there are no clips of either kind. */
  readonly auroc: number | null;
  /** Area under the precision-recall curve by steps; null where the class has no clips. */
  readonly averagePrecision: number | null;
}

export interface RankingMetrics {
  /** Mean over the classes for which it is defined; null where it is for none. */
  readonly macro: RankingScore;
  /** In the order of the classes. */
  readonly perClass: readonly RankingScore[];
}

/**
 * How well the probability of each class ranks its own clips above all others (one versus rest), whatever threshold is
 * taken: scikit-learn's `roc_auc_score` and `average_precision_score` of each column.
 */
export function rankingMetrics({ classes, rows }: Predictions): RankingMetrics {
  const perClass = classes.map((_, index) =>
    rankingScore(rows.map((row) => ({ score: row.probabilities[index] ?? 0, own: row.label === index }))),
  );
  return {
    macro: {
      auroc: meanOfDefined(perClass.map((score) => score.auroc)),
      averagePrecision: meanOfDefined(perClass.map((score) => score.averagePrecision)),
    },
    perClass,
  };
}

export interface Scored {
  readonly score: number;
  /** Whether the clip truly is of the class. */
  readonly own: boolean;
}

/**
 * One pass from the highest score down, equal scores taken together. AUROC is the share of pairs (own, other) in the right
 * order, ties counting half (Mann and Whitney); average precision is the sum of (rise of recall) x precision.
 */
export function rankingScore(scored: readonly Scored[]): RankingScore {
  const sorted = [...scored].sort((a, b) => b.score - a.score);
  const own = sorted.filter((item) => item.own).length;
  const others = sorted.length - own;
  let ownAbove = 0;
  let seen = 0;
  let pairs = 0;
  let precisionSum = 0;
  for (const tie of ties(sorted)) {
    const ownHere = tie.filter((item) => item.own).length;
    const othersHere = tie.length - ownHere;
    const othersBelow = others - (seen - ownAbove) - othersHere;
    pairs += ownHere * (othersBelow + othersHere / 2);
    ownAbove += ownHere;
    seen += tie.length;
    precisionSum += (ownHere * ownAbove) / seen;
  }
  return {
    auroc: own === 0 || others === 0 ? null : pairs / (own * others),
    averagePrecision: own === 0 ? null : precisionSum / own,
  };
}

function* ties(sorted: readonly Scored[]): Generator<readonly Scored[]> {
  let start = 0;
  for (let end = 1; end <= sorted.length; end++) {
    if (sorted[end]?.score === sorted[start]?.score) continue;
    yield sorted.slice(start, end);
    start = end;
  }
}

export function meanOfDefined(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  if (defined.length === 0) return null;
  return defined.reduce((total, value) => total + value, 0) / defined.length;
}
