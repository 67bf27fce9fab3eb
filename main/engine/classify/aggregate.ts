import type { ClassName } from '../dataset/dataset.ts';
import type { Aggregation, ScoredClass } from './result.ts';

/**
 * Joins the probabilities of a file's windows, one window at a time, so that its length does not matter. Silent windows
 * are simply not added.
 */
export class Aggregate {
  readonly #sums: Float64Array;
  #windows = 0;

  /** @param classes how many there are */
  constructor(classes: number) {
    this.#sums = new Float64Array(classes);
  }

  /** @param probabilities one a class */
  add(probabilities: ArrayLike<number>): void {
    if (probabilities.length !== this.#sums.length) {
      throw new RangeError(`${probabilities.length} probabilities for ${this.#sums.length} classes`);
    }
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i] = (this.#sums[i] ?? 0) + (probabilities[i] ?? 0);
    this.#windows++;
  }

  /** How many windows were added. */
  get windows(): number {
    return this.#windows;
  }

  /**
   * `mean`: p_c = sum_w p_wc / W, which sums to 1. `sum-max`: s_c = sum_w p_wc / max_k sum_w p_wk, where the strongest class
   * has 1 and the others say how near they come (Han, Kim and Lee 2017, "Deep convolutional neural networks for
   * predominant instrument recognition in polyphonic music").
   * @returns one value a class, or null when no window was added
   */
  result(method: Aggregation): Float64Array | null {
    if (this.#windows === 0) return null;
    return method === 'mean' ? this.#sums.map((sum) => sum / this.#windows) : overMaximum(this.#sums);
  }
}

/** Each value divided by the largest: the sums of windows and their means give the same. All 0 where the largest is. */
export function overMaximum(values: Float64Array): Float64Array {
  const largest = Math.max(...values);
  return values.map((value) => (largest === 0 ? 0 : value / largest));
}

/** The `k` classes with the largest values, best first; equal ones in the order of the classes. */
export function topClasses(values: ArrayLike<number>, classes: readonly ClassName[], k: number): ScoredClass[] {
  return classes
    .map(({ code, name }, index) => ({ label: code, name, probability: values[index] ?? 0 }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, k);
}
