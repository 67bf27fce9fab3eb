import { cosine, decibels, sine } from './exact-math.ts';
import type { Signal } from './signal.ts';
import { SAMPLE_RATE } from './signal.ts';

/** A second-order filter, normalised so that a0 is 1. */
export interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/** What all the filters below start from (Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients"). */
function prewarp(frequency: number, q: number): { cos: number; alpha: number } {
  const turns = Math.min(frequency, 0.48 * SAMPLE_RATE) / SAMPLE_RATE;
  return { cos: cosine(turns), alpha: sine(turns) / (2 * q) };
}

function normalised(b0: number, b1: number, b2: number, a0: number, a1: number, a2: number): Biquad {
  return { b0: b0 / a0, b1: b1 / a0, b2: b2 / a0, a1: a1 / a0, a2: a2 / a0 };
}

export function lowPass(frequency: number, q = 0.7071): Biquad {
  const { cos, alpha } = prewarp(frequency, q);
  return normalised((1 - cos) / 2, 1 - cos, (1 - cos) / 2, 1 + alpha, -2 * cos, 1 - alpha);
}

export function highPass(frequency: number, q = 0.7071): Biquad {
  const { cos, alpha } = prewarp(frequency, q);
  return normalised((1 + cos) / 2, -1 - cos, (1 + cos) / 2, 1 + alpha, -2 * cos, 1 - alpha);
}

/** Passes a band whose peak has gain 1. */
export function bandPass(frequency: number, q: number): Biquad {
  const { cos, alpha } = prewarp(frequency, q);
  return normalised(alpha, 0, -alpha, 1 + alpha, -2 * cos, 1 - alpha);
}

/** Raises or lowers a band by `gain` decibels. */
export function peaking(frequency: number, q: number, gain: number): Biquad {
  const { cos, alpha } = prewarp(frequency, q);
  const a = decibels(gain / 2);
  return normalised(1 + alpha * a, -2 * cos, 1 - alpha * a, 1 + alpha / a, -2 * cos, 1 - alpha / a);
}

/** Raises or lowers everything below `frequency` by `gain` decibels. */
export function lowShelf(frequency: number, gain: number): Biquad {
  return shelf(frequency, gain, 1);
}

/** Raises or lowers everything above `frequency` by `gain` decibels. */
export function highShelf(frequency: number, gain: number): Biquad {
  return shelf(frequency, gain, -1);
}

/** Both shelves are one formula, mirrored: `side` 1 is the low one, -1 the high one. */
function shelf(frequency: number, gain: number, side: 1 | -1): Biquad {
  const { cos, alpha } = prewarp(frequency, 0.7071);
  const a = decibels(gain / 2);
  const c = side * cos;
  const root = 2 * Math.sqrt(a) * alpha;
  return normalised(
    a * (a + 1 - (a - 1) * c + root),
    side * 2 * a * (a - 1 - (a + 1) * c),
    a * (a + 1 - (a - 1) * c - root),
    a + 1 + (a - 1) * c + root,
    side * -2 * (a - 1 + (a + 1) * c),
    a + 1 + (a - 1) * c - root,
  );
}

const TRANSPARENT: Biquad = { b0: 1, b1: 0, b2: 0, a1: 0, a2: 0 };

/** Filters in place, one after the other (transposed direct form II); two at a time, since each waits for itself. */
export function applyFilters(signal: Signal, filters: readonly Biquad[]): void {
  for (let index = 0; index < filters.length; index += 2) {
    applyPair(signal, filters[index] ?? TRANSPARENT, filters[index + 1] ?? TRANSPARENT);
  }
}

function applyPair(signal: Signal, first: Biquad, second: Biquad): void {
  const { b0, b1, b2, a1, a2 } = first;
  const { b0: d0, b1: d1, b2: d2, a1: c1, a2: c2 } = second;
  let z1 = 0;
  let z2 = 0;
  let w1 = 0;
  let w2 = 0;
  for (let i = 0; i < signal.length; i++) {
    const x = signal[i] ?? 0;
    const y = b0 * x + z1;
    z1 = b1 * x - a1 * y + z2;
    z2 = b2 * x - a2 * y;
    const v = d0 * y + w1;
    w1 = d1 * y - c1 * v + w2;
    w2 = d2 * y - c2 * v;
    signal[i] = v;
  }
}
