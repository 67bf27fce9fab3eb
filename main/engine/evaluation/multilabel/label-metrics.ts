import { classScore, meanScore, occurs, type ClassScore, type PrecisionRecallF1 } from '../classification-metrics.ts';
import { present, type Cutoffs, type LabelScores } from './heard-clips.ts';

export interface LabelMetrics {
  /** From the counts of all classes together: every label weighs the same. */
  readonly micro: PrecisionRecallF1;
  /** Mean over the classes that occur among the labels or the answers, each counting alike. */
  readonly macro: PrecisionRecallF1;
  /** The same, each counting by its support. */
  readonly weighted: PrecisionRecallF1;
  /** Share of clips whose answers are the labels exactly. */
  readonly exactMatch: number;
  /** Classes named for a clip, on average. */
  readonly namedPerClip: number;
  /** In the order of the classes; `support` and `predicted` count clips. */
  readonly perClass: readonly ClassScore[];
}

/**
 * How well the classes whose score reaches its threshold are the labels: scikit-learn's `precision_recall_fscore_support` of
 * label indicators, with `zero_division=0` and the averages over the classes that occur.
 */
export function labelMetrics({ classes, rows }: LabelScores, cutoffs: Cutoffs): LabelMetrics {
  const counts = classes.map(() => ({ hits: 0, support: 0, predicted: 0 }));
  let exact = 0;
  let named = 0;
  for (const row of rows) {
    const { labels } = row;
    const heard = present(row, cutoffs);
    const right = heard.filter((index) => labels.includes(index));
    count(counts, labels, 'support');
    count(counts, heard, 'predicted');
    count(counts, right, 'hits');
    named += heard.length;
    if (right.length === labels.length && heard.length === labels.length) exact++;
  }
  const perClass = counts.map(({ hits, support, predicted }) => classScore(hits, support, predicted));
  const total = (key: keyof Counts): number => counts.reduce((sum, entry) => sum + entry[key], 0);
  const { precision, recall, f1 } = classScore(total('hits'), total('support'), total('predicted'));
  const occurring = perClass.filter(occurs);
  return {
    micro: { precision, recall, f1 },
    macro: meanScore(occurring, () => 1),
    weighted: meanScore(occurring, ({ support }) => support),
    exactMatch: exact / rows.length,
    namedPerClip: named / rows.length,
    perClass,
  };
}

interface Counts {
  hits: number;
  support: number;
  predicted: number;
}

function count(counts: readonly Counts[], indices: readonly number[], key: keyof Counts): void {
  for (const index of indices) {
    const entry = counts[index];
    if (entry !== undefined) entry[key]++;
  }
}
