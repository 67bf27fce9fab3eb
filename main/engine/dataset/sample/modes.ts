import { cosine, decibels, log2, sine } from './exact-math.ts';
import type { Signal } from './signal.ts';
import { SAMPLE_RATE } from './signal.ts';

/** A decaying partial of something struck. */
export interface Mode {
  /** Hz. */
  readonly frequency: number;
  readonly amplitude: number;
  /** Seconds in which it falls by 60 dB. */
  readonly decay: number;
}

/** A partial ends where it has fallen to this amplitude (-74 dB). */
const INAUDIBLE = 2e-4;

/** Partials are added so many at a time: each waits for its own last sample, four together fill the wait. */
const TOGETHER = 4;

/** Adds decaying partials from sample `begin` on, for at most `length` samples, as long as each can be heard. */
export function addModes(output: Signal, begin: number, length: number, modes: readonly Mode[]): void {
  const last = Math.min(output.length, begin + length);
  const heard = modes
    .map((mode) => ({ mode, end: Math.min(last, begin + audibleSamples(mode)) }))
    .filter(({ end }) => end > Math.max(0, begin))
    .sort((a, b) => a.end - b.end);
  for (let index = 0; index < heard.length; index += TOGETHER) {
    const group = heard.slice(index, index + TOGETHER).map(({ mode }) => new Resonator(mode));
    const [a, b = SILENT, c = SILENT, d = SILENT] = group;
    const end = heard[Math.min(index + TOGETHER, heard.length) - 1]?.end ?? 0;
    if (a !== undefined) addFour(output, begin, end, a, b, c, d);
  }
}

function audibleSamples({ amplitude, decay }: Mode): number {
  if (amplitude <= INAUDIBLE) return 0;
  const fall = 6.0206 * log2(amplitude / INAUDIBLE);
  return Math.ceil((decay * SAMPLE_RATE * fall) / 60);
}

/** A two-pole filter struck once: y[n] = c1 y[n-1] - c2 y[n-2] is a decaying sine, for two multiplications a sample. */
class Resonator {
  readonly c1: number;
  readonly c2: number;
  readonly first: number;

  constructor({ frequency, amplitude, decay }: Mode) {
    const turns = frequency / SAMPLE_RATE;
    const radius = decibels(-60 / (decay * SAMPLE_RATE));
    this.c1 = 2 * radius * cosine(turns);
    this.c2 = radius * radius;
    this.first = amplitude * sine(turns);
  }
}

const SILENT = new Resonator({ frequency: 0, amplitude: 0, decay: 1 });

function addFour(
  output: Signal,
  begin: number,
  end: number,
  a: Resonator,
  b: Resonator,
  c: Resonator,
  d: Resonator,
): void {
  const { c1: a1, c2: a2 } = a;
  const { c1: b1, c2: b2 } = b;
  const { c1: g1, c2: g2 } = c;
  const { c1: d1, c2: d2 } = d;
  let [p, q, r, s] = [a.first, b.first, c.first, d.first];
  let [p0, q0, r0, s0] = [0, 0, 0, 0];
  for (let i = begin; i < end; i++) {
    if (i >= 0) output[i] = (output[i] ?? 0) + (p + q + (r + s));
    const p1 = a1 * p - a2 * p0;
    const q1 = b1 * q - b2 * q0;
    const r1 = g1 * r - g2 * r0;
    const s1 = d1 * s - d2 * s0;
    p0 = p;
    q0 = q;
    r0 = r;
    s0 = s;
    p = p1;
    q = q1;
    r = r1;
    s = s1;
  }
}
