import type { Random } from '../../common/random.ts';
import { decibels } from './exact-math.ts';

/**
 * Samples a second of every sample clip. The recipe listens up to 8 kHz, which 22,050 Hz covers with room for a
 * resampler to work on, as it must for real files; 44,100 Hz stereo would be four times the disk for nothing heard.
 */
export const SAMPLE_RATE = 22_050;

/** Modulations (vibrato, envelopes, formants) are computed once in so many samples: every 1.5 ms. */
export const CONTROL_BLOCK = 32;

/** Mono samples, about -1 to 1. */
export type Signal = Float64Array;

export function seconds(duration: number): number {
  return Math.round(duration * SAMPLE_RATE);
}

/** White noise from -1 to 1 by xorshift: one sample costs a nanosecond, and integers are the same everywhere. */
export class Noise {
  #state: number;

  constructor(random: Random) {
    this.#state = 1 + random.integer(0x7ffffffe);
  }

  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x / 0x80000000;
  }
}

export function rootMeanSquare(signal: Signal): number {
  let sum = 0;
  for (let i = 0; i < signal.length; i++) {
    const sample = signal[i] ?? 0;
    sum += sample * sample;
  }
  return Math.sqrt(sum / Math.max(1, signal.length));
}

export function addInto(target: Signal, source: Signal): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + (source[i] ?? 0);
}

/** Adds `source`, brought to `level` decibels RMS, to `target`. Silence stays silence. */
export function mixAt(target: Signal, source: Signal, level: number): void {
  const rms = rootMeanSquare(source);
  if (rms < 1e-12) return;
  const gain = decibels(level) / rms;
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + gain * (source[i] ?? 0);
}
