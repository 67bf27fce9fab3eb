import { EngineError } from '../common/errors.ts';
import type { ClassName } from '../dataset/dataset.ts';
import type { OutputKind } from '../model/output-kind.ts';

/** One scored clip: what it is, and what the network made of it. */
export interface Prediction {
  readonly clip: string;
  /** Recordings of one group are resampled together in the bootstrap. */
  readonly group: string;
  readonly recording: string;
  /** Class index of the true label. */
  readonly label: number;
  /** One probability a class, in the order of the classes; with softmax they sum to 1. */
  readonly probabilities: readonly number[];
  /** Those of each of its windows, where it was heard in several: `probabilities` are their mean. Not kept in files. */
  readonly windows?: readonly (readonly number[])[] | undefined;
}

export interface Predictions {
  readonly classes: readonly ClassName[];
  /** How the network answers; softmax where it is left out. */
  readonly outputs?: OutputKind | undefined;
  readonly rows: readonly Prediction[];
}

/** Probabilities come as 32-bit floats, so their sum is 1 only nearly. */
const SUM_TOLERANCE = 1e-3;

/** Class index of the highest probability; the first of equals, as numpy's `argmax` takes. */
export function predictedLabel(probabilities: readonly number[]): number {
  let best = 0;
  for (const [index, probability] of probabilities.entries()) {
    if (probability > (probabilities[best] ?? 0)) best = index;
  }
  return best;
}

/** Number of recordings that the rows come from. */
export function countRecordings(rows: readonly Prediction[]): number {
  return new Set(rows.map((row) => row.recording)).size;
}

/**
 * Makes sure that the rows can be scored.
 * @throws EngineError `no-clips` where there are none, `too-few-classes` below two classes, `failed` where probabilities are no
 *   numbers, or with softmax do not sum to 1 (a network that diverged), `invalid-argument` where labels or columns do not fit the classes
 */
export function checkPredictions({ classes, outputs = 'softmax', rows }: Predictions): void {
  if (rows.length === 0) throw new EngineError('no-clips', 'There are no clips to score.');
  if (classes.length < 2) {
    throw new EngineError('too-few-classes', 'Scoring needs at least two classes to tell apart.');
  }
  for (const { clip, label, probabilities } of rows) {
    if (classes[label] !== undefined && probabilities.length === classes.length) continue;
    throw new EngineError('invalid-argument', `The prediction for ${clip} does not fit the ${classes.length} classes.`);
  }
  const broken = rows.filter(
    ({ probabilities }) => !(outputs === 'softmax' ? isDistribution(probabilities) : areShares(probabilities)),
  );
  const first = broken[0];
  if (first === undefined) return;
  throw new EngineError(
    'failed',
    `The network gave no usable probabilities for ${broken.length} of ${rows.length} clips: its training has diverged or its file is damaged.`,
    { details: `${first.clip}: ${first.probabilities.join(', ')}` },
  );
}

function isDistribution(probabilities: readonly number[]): boolean {
  const sum = probabilities.reduce((total, probability) => total + probability, 0);
  return probabilities.every((probability) => probability >= 0) && Math.abs(sum - 1) <= SUM_TOLERANCE;
}

function areShares(probabilities: readonly number[]): boolean {
  return probabilities.every((probability) => probability >= 0 && probability <= 1);
}
