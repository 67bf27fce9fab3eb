import type { Fold } from '../dataset/fold.ts';
import type { BatchEvent } from '../training/fit.ts';

/** Share of a fold up to which what is left of it tells how long it takes in all; towards its end that says nothing. */
const SAYS_ENOUGH = 0.9;

/** Estimates when the last fold of a cross-validation will be done; of a single training, when that will be. */
export class FoldsTimeLeft {
  #after = 0;
  #foldSeconds = 0;

  begin({ number, of }: Fold): void {
    this.#after = of - number;
  }

  /** In seconds. */
  secondsLeft({ epoch, epochs, batch, batches, secondsLeft }: BatchEvent): number {
    const total = epochs * batches;
    const left = total - (epoch - 1) * batches - batch;
    const saysEnough = left > (1 - SAYS_ENOUGH) * total || this.#foldSeconds === 0;
    if (saysEnough && left > 0) this.#foldSeconds = (secondsLeft * total) / left;
    return secondsLeft + this.#after * this.#foldSeconds;
  }
}
