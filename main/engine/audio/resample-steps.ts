import { HALVING_INPUTS, HALVING_OUTPUTS, HALVING_REACH, type Halving } from './halving.ts';
import type { PolyphasePlan } from './polyphase.ts';
import { concatenate } from './samples.ts';

/** A step of a conversion, ready to be begun for any number of streams. */
export interface Step {
  /**
   * @param start number of the first sample of the stream; those before are silence
   * @param first number of the first sample to be given
   */
  begin(start: number, first: number): Stage;
  /** Samples before the first one in which the filter already rings. */
  readonly ringing: number;
}

/** A step in the middle of a stream. */
export interface Stage {
  /** Takes samples and hands on what they complete; both are used before the call returns and not kept. */
  push(chunk: Float32Array, emit: (samples: Float32Array) => void): void;
}

export function polyphaseStep(plan: PolyphasePlan): Step {
  const { up, down, reach } = plan;
  const step = plan.inputCapacity - 2 * reach - Math.ceil(down / up) - 1;
  const begin = (start: number, first: number): Stage => {
    let next = first;
    // What the first output reaches back for and the stream does not hold is silence.
    let pendingStart = Math.min(start, Math.floor((first * down) / up) - reach + 1);
    let pending: Float32Array = new Float32Array(start - pendingStart);
    const take = (slice: Float32Array, emit: (samples: Float32Array) => void): void => {
      const end = pendingStart + pending.length + slice.length;
      // Output n needs input up to floor(n * down / up) + reach.
      const count = Math.max(0, Math.ceil(((end - reach) * up) / down) - next);
      if (count > 0) emit(plan.run([pending, slice], pendingStart, next, count));
      next += count;
      const keep = Math.max(pendingStart, Math.floor((next * down) / up) - reach + 1);
      const passed = keep - pendingStart;
      pending =
        passed < pending.length ? concatenate([pending.subarray(passed), slice]) : slice.slice(passed - pending.length);
      pendingStart = Math.min(keep, end);
    };
    return {
      push(chunk, emit) {
        for (let at = 0; at < chunk.length; at += step) take(chunk.subarray(at, at + step), emit);
      },
    };
  };
  return { begin, ringing: Math.ceil((reach * up) / down) };
}

export function halvingStep(plan: Halving): Step {
  const begin = (start: number, first: number): Stage => {
    const pending = new Float32Array(HALVING_INPUTS);
    let filled = start - (2 * first - HALVING_REACH);
    return {
      push(chunk, emit) {
        let at = 0;
        while (at < chunk.length) {
          const slice = chunk.subarray(at, at + HALVING_INPUTS - filled);
          pending.set(slice, filled);
          at += slice.length;
          filled += slice.length;
          if (filled < HALVING_INPUTS) return;
          emit(plan.run(pending));
          pending.copyWithin(0, 2 * HALVING_OUTPUTS);
          filled -= 2 * HALVING_OUTPUTS;
        }
      },
    };
  };
  return { begin, ringing: HALVING_REACH / 2 };
}
