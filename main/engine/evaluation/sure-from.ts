import { predictedLabel, type Predictions } from './predictions.ts';

/** With fewer clips than this left, a share of right ones says little. */
const FEWEST_CLIPS = 30;

/** From which probability on a verdict is to be believed, as scored clips have it. */
export interface SureFrom {
  /** Share of right verdicts that was asked for. */
  readonly target: number;
  /** Probability, in whole hundredths; 0 where all verdicts together are right often enough. */
  readonly threshold: number;
  readonly clips: number;
  /** Clips whose highest probability is not below the threshold. */
  readonly named: number;
  /** Those of them that were named rightly. */
  readonly right: number;
}

/**
 * The lowest probability from which on so many verdicts are right. It is chosen on the very clips that it is told of, so that
 * new clips will do a little worse.
 * @param target share of right verdicts, 0 to 1
 * @returns null where no probability does it with enough clips left
 */
export function sureFrom({ rows }: Predictions, target: number): SureFrom | null {
  const verdicts = rows.map(({ label, probabilities }) => {
    const predicted = predictedLabel(probabilities);
    return { probability: probabilities[predicted] ?? 0, right: predicted === label };
  });
  for (let hundredths = 0; hundredths < 100; hundredths++) {
    const threshold = hundredths / 100;
    const named = verdicts.filter(({ probability }) => probability >= threshold);
    if (named.length < FEWEST_CLIPS) return null;
    const right = named.filter((verdict) => verdict.right).length;
    if (right / named.length >= target) {
      return { target, threshold, clips: rows.length, named: named.length, right };
    }
  }
  return null;
}
