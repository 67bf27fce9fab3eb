import type { LabelScores } from './heard-clips.ts';
import { labelMetrics } from './label-metrics.ts';

/** What is reached without listening. */
export interface FixedAnswer {
  /** Indices of the classes that are always named, the most frequent first. */
  readonly labels: readonly number[];
  readonly microF1: number;
  readonly macroF1: number;
}

export interface LabelBaselines {
  /** Always naming the most frequent label. */
  readonly majority: FixedAnswer;
  /** Share of clips that carry it. */
  readonly majorityShare: number;
  /** Always naming the k most frequent labels, with the k that gives the highest micro F1. */
  readonly mostFrequent: FixedAnswer;
}

/**
 * The best that can be had by always giving the same answer. Both the frequencies and k are looked up in the scored labels
 * themselves: no fixed answer does better, so what beats it has listened.
 */
export function labelBaselines({ classes, rows }: LabelScores): LabelBaselines {
  const clips = classes.map((_, index) => rows.filter(({ labels }) => labels.includes(index)).length);
  const order = classes
    .map((_, index) => index)
    .filter((index) => classes[index]?.known === true)
    .sort((a, b) => (clips[b] ?? 0) - (clips[a] ?? 0) || a - b);
  const answers = order.map((_, last): FixedAnswer => {
    const named = order.slice(0, last + 1);
    const scores = classes.map((__, index) => (named.includes(index) ? 1 : 0));
    const { micro, macro } = labelMetrics(
      { classes, rows: rows.map(({ group, labels }) => ({ group, labels, scores })) },
      1,
    );
    return { labels: named, microF1: micro.f1, macroF1: macro.f1 };
  });
  const [majority = { labels: [], microF1: 0, macroF1: 0 }] = answers;
  return {
    majority,
    majorityShare: (clips[majority.labels[0] ?? -1] ?? 0) / rows.length,
    mostFrequent: answers.reduce((best, answer) => (answer.microF1 > best.microF1 ? answer : best), majority),
  };
}
