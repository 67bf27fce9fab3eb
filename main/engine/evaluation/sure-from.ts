import { predictedLabel, type Predictions } from './predictions.ts';

/** With fewer clips than this left, a share of right ones says little. */
const FEWEST_CLIPS = 30;

/** What a threshold leaves of some scored clips. */
export interface Named {
  readonly clips: number;
  /** Clips whose highest probability is not below the threshold. */
  readonly named: number;
  /** Those of them that were named rightly. */
  readonly right: number;
}

/** From which probability on a verdict is to be believed, as scored clips have it. */
export interface SureFrom extends Named {
  /** Share of right verdicts that was asked for. */
  readonly target: number;
  /** Probability, in whole hundredths; 0 where all verdicts together are right often enough. */
  readonly threshold: number;
}

/**
 * The lowest probability from which on so many verdicts are right. It is chosen on the very clips that it is told of, so that
 * new clips will do a little worse.
 * @param target share of right verdicts, 0 to 1
 * @returns null where no probability does it with enough clips left
 */
export function sureFrom(predictions: Predictions, target: number): SureFrom | null {
  for (let hundredths = 0; hundredths < 100; hundredths++) {
    const threshold = hundredths / 100;
    const counted = namedFrom(predictions, threshold);
    if (counted.named < FEWEST_CLIPS) return null;
    if (counted.right / counted.named >= target) return { target, threshold, ...counted };
  }
  return null;
}

/** What is named, and how much of it rightly, where verdicts below a threshold do not count. */
export function namedFrom({ rows }: Predictions, threshold: number): Named {
  const named = rows.flatMap(({ label, probabilities }) => {
    const predicted = predictedLabel(probabilities);
    return (probabilities[predicted] ?? 0) >= threshold ? [predicted === label] : [];
  });
  return { clips: rows.length, named: named.length, right: named.filter((isRight) => isRight).length };
}
