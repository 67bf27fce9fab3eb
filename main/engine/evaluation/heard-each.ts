import type { Predictions } from './predictions.ts';

/** What becomes of scored clips of one label each where every class is judged by its own threshold. */
export interface HeardEach {
  readonly clips: number;
  /** Clips in which at least one class is heard. */
  readonly named: number;
  /** Those of them in which their own class is among what is heard. */
  readonly right: number;
  /** Those of them in which nothing else is heard. */
  readonly alone: number;
}

/** @param thresholds from which probability on a class counts as heard, one a class */
export function heardEach({ rows }: Predictions, thresholds: readonly number[]): HeardEach {
  const heard = rows.map(({ label, probabilities }) => ({
    label,
    classes: probabilities.flatMap((probability, index) => (probability >= (thresholds[index] ?? 1) ? [index] : [])),
  }));
  const right = heard.filter(({ label, classes }) => classes.includes(label));
  return {
    clips: rows.length,
    named: heard.filter(({ classes }) => classes.length > 0).length,
    right: right.length,
    alone: right.filter(({ classes }) => classes.length === 1).length,
  };
}
