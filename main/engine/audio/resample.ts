import { planHalving } from './halving.ts';
import { polyphasePlan } from './polyphase.ts';
import { gentleLowPass, sharpLowPass } from './resample-filter.ts';
import { halvingStep, polyphaseStep, type Stage, type Step } from './resample-steps.ts';
import { concatenate } from './samples.ts';

/** Converts a stream of samples to another rate. */
export interface Resampler {
  /** The samples that `chunk` completes; the filter holds back a few milliseconds until more comes. */
  push(chunk: Float32Array): Float32Array;
  /** The rest, as if silence followed. */
  end(): Float32Array;
}

/** Tables are kept for the conversions used last; a dataset rarely mixes more rates. */
const KEPT_CONVERSIONS = 4;
/** Samples of silence pushed at a time until the last output is complete. */
const SILENCE = 1024;
const conversions = new Map<string, readonly Step[]>();

/**
 * A streaming resampler `from` → `to` (Hz, whole numbers) with the pass band, stop band and phase of soxr's HQ recipe:
 * no delay, `round(n * to / from)` samples for n, silence assumed before and after. Equal rates pass through untouched.
 */
export function createResampler(from: number, to: number): Resampler {
  if (from === to) return { push: (chunk) => chunk, end: () => new Float32Array(0) };
  const stages = chain(stepsFor(from, to));
  let received = 0;
  let given = 0;
  const through = (chunk: Float32Array): Float32Array => {
    const pieces: Float32Array[] = [];
    const last = (samples: Float32Array): void => void pieces.push(samples.slice());
    const emit = stages.reduceRight(
      (next, stage) => (samples: Float32Array) => {
        stage.push(samples, next);
      },
      last,
    );
    emit(chunk);
    const samples = concatenate(pieces);
    given += samples.length;
    return samples;
  };
  return {
    push(chunk) {
      received += chunk.length;
      return through(chunk);
    },
    end() {
      const before = given;
      const total = Math.round((received * to) / from);
      const pieces: Float32Array[] = [];
      while (given < total) pieces.push(through(new Float32Array(SILENCE)));
      return concatenate(pieces).subarray(0, Math.max(0, total - before));
    },
  };
}

/** Converts a whole piece of sound at once. */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  const resampler = createResampler(from, to);
  return concatenate([resampler.push(samples), resampler.end()]);
}

/**
 * Going down takes two steps: a short filter to twice the new rate, which only keeps out what the second step could not
 * tell from sound below the new Nyquist frequency, then the sharp filter to half of that. Going up takes the sharp
 * filter alone.
 */
function stepsFor(from: number, to: number): readonly Step[] {
  const key = `${String(from)}:${String(to)}`;
  const kept = conversions.get(key);
  if (kept !== undefined) return kept;
  const steps: Step[] = [];
  if (from < to) steps.push(polyphaseStep(polyphasePlan(to, from, sharpLowPass(from, to))));
  else {
    if (from !== 2 * to) steps.push(polyphaseStep(polyphasePlan(2 * to, from, gentleLowPass(from, to))));
    steps.push(halvingStep(planHalving()));
  }
  const oldest = conversions.keys().next();
  if (conversions.size >= KEPT_CONVERSIONS && oldest.done !== true) conversions.delete(oldest.value);
  conversions.set(key, steps);
  return steps;
}

/** The steps as stages; each begins so early that what its filter makes before the first sample is not lost. */
function chain(steps: readonly Step[]): Stage[] {
  let start = 0;
  return steps.map((step, index) => {
    const first = index === steps.length - 1 ? 0 : -step.ringing;
    const stage = step.begin(start, first);
    start = first;
    return stage;
  });
}
