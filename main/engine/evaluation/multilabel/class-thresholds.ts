import { EVEN_ODDS } from '../../model/decision.ts';
import { f1Score } from '../classification-metrics.ts';
import type { Scored } from '../ranking-metrics.ts';

/** On fewer clips of a class a threshold would be chance. */
export const FEWEST_CLIPS = 5;

export interface ClassThreshold {
  readonly threshold: number;
  /** F1 on the clips on which it was chosen; null where they were too few and it is even odds. */
  readonly f1: number | null;
}

/** A clip with what is right about it, by the index of the class. */
export interface JudgedClip {
  readonly labels: readonly number[];
  /** One a class. */
  readonly scores: readonly number[];
}

/**
 * For each class the threshold with its highest F1, every score tried as in scikit-learn's `precision_recall_curve`; the
 * highest of equals. It lies in the middle of the gap below the last score that is still named, so that clips like it are
 * named too. A class with fewer than `FEWEST_CLIPS` clips of its own, or of others, gets even odds.
 */
export function chooseClassThresholds(columns: readonly (readonly Scored[])[]): ClassThreshold[] {
  return columns.map(chooseOne);
}

/** Clips as one column a class. */
export function columnsOf(classes: number, clips: readonly JudgedClip[]): Scored[][] {
  return Array.from({ length: classes }, (_, index) =>
    clips.map(({ labels, scores }) => ({ score: scores[index] ?? 0, own: labels.includes(index) })),
  );
}

function chooseOne(scored: readonly Scored[]): ClassThreshold {
  const support = scored.filter(({ own }) => own).length;
  if (support < FEWEST_CLIPS || scored.length - support < FEWEST_CLIPS) return { threshold: EVEN_ODDS, f1: null };
  const sorted = [...scored].sort((a, b) => b.score - a.score);
  let hits = 0;
  let best = { threshold: EVEN_ODDS, f1: 0 };
  for (const [index, { score, own }] of sorted.entries()) {
    if (own) hits++;
    const next = sorted[index + 1]?.score ?? 0;
    if (next === score) continue;
    const f1 = f1Score(hits, support, index + 1);
    if (f1 > best.f1) best = { threshold: (score + next) / 2, f1 };
  }
  return best;
}
