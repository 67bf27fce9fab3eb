import type { EpochRecord } from './history.ts';
import type { BatchResult } from './batch-loss.ts';

export interface Measured {
  readonly loss: number;
  readonly accuracy: number;
  readonly clipsPerSecond: number;
}

/** Adds up the batches of one pass over the clips, and estimates how long the rest will take. */
export class Meter {
  readonly #started = performance.now();
  #lastAdded = this.#started;
  #count = 0;
  #lossSum = 0;
  #correct = 0;

  /**
   * @param total clips of the pass
   * @param earlier epochs already done, from which the time besides training is taken
   */
  constructor(
    private readonly total: number,
    private readonly earlier: readonly EpochRecord[],
  ) {}

  add({ count, lossSum, correct }: BatchResult): void {
    this.#count += count;
    this.#lossSum += lossSum;
    this.#correct += correct;
    this.#lastAdded = performance.now();
  }

  /** Means over what was added; clips a second up to the last batch. */
  measured(): Measured {
    const seconds = (this.#lastAdded - this.#started) / 1000;
    return {
      loss: this.#lossSum / this.#count,
      accuracy: this.#correct / this.#count,
      clipsPerSecond: seconds > 0 ? this.#count / seconds : 0,
    };
  }

  /** Seconds since the pass began. */
  seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** Seconds until this pass and `epochs` more will be done, at the present rate. */
  secondsLeft(epochs: number): number {
    const { clipsPerSecond } = this.measured();
    const last = this.earlier[this.earlier.length - 1];
    const besides = last === undefined ? 0 : Math.max(0, last.seconds - this.total / last.clipsPerSecond);
    const training = clipsPerSecond > 0 ? (this.total * (epochs + 1) - this.#count) / clipsPerSecond : 0;
    return training + besides * (epochs + 1);
  }
}
