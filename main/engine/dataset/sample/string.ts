import { decibels, exp2, hertz, sine } from './exact-math.ts';
import type { Note } from './score.ts';
import type { Noise, Signal } from './signal.ts';
import { CONTROL_BLOCK, SAMPLE_RATE, seconds } from './signal.ts';

/** How a string answers to a pluck. */
export interface PluckedString {
  /** Seconds in which the fundamental falls by 60 dB. */
  readonly decay: number;
  /** Loss of high partials in each round trip, 0 (none) to 0.5 (most). */
  readonly damping: number;
  /** How hard the finger or plectrum is: share of the high partials at the start, 0 to 1. */
  readonly hardness: number;
  /** Where it is plucked, as a share of its length: partials with a node there are missing. */
  readonly position: number;
  /** Seconds for which it goes on after the note has been let go. */
  readonly release: number;
  /** Cents by which the pitch swings (a finger's vibrato), five times a second. */
  readonly vibrato: number;
}

const LINE_SIZE = 1024;
const VIBRATO_RATE = 5;

/**
 * Adds a plucked string: a delay line as long as one period, filled with the pluck's shape and read back through a
 * low-pass (Karplus and Strong 1983, extended by Jaffe and Smith 1983), read with third-order Lagrange interpolation.
 */
export function addPluck(output: Signal, note: Note, string: PluckedString, noise: Noise): void {
  const frequency = hertz(note.pitch);
  const period = SAMPLE_RATE / frequency;
  const line = excitation(period, note.velocity, string, noise);
  const begin = seconds(note.start);
  const length = Math.min(seconds(note.duration + string.release), output.length - begin);
  const held = seconds(note.duration);
  const ringing = decibels(-60 / (string.decay * frequency));
  const stopped = decibels(-60 / (Math.max(0.03, string.release) * frequency));
  const damping = string.damping;
  let write = Math.ceil(period);
  let before = 0;
  for (let block = 0; block < length; block += CONTROL_BLOCK) {
    const count = Math.min(CONTROL_BLOCK, length - block);
    const time = block / SAMPLE_RATE;
    const swing = string.vibrato * Math.min(1, time * 2) * sine(time * VIBRATO_RATE);
    const delay = period * exp2(-swing / 1200) - damping;
    const whole = Math.floor(delay) - 1;
    const d = delay - whole;
    const h0 = (-(d - 1) * (d - 2) * (d - 3)) / 6;
    const h1 = (d * (d - 2) * (d - 3)) / 2;
    const h2 = (-d * (d - 1) * (d - 3)) / 2;
    const h3 = (d * (d - 1) * (d - 2)) / 6;
    const gain = block < held ? ringing : stopped;
    for (let i = 0, at = begin + block; i < count; i++, at++) {
      const read = write - whole;
      const value =
        h0 * (line[read & (LINE_SIZE - 1)] ?? 0) +
        h1 * (line[(read - 1) & (LINE_SIZE - 1)] ?? 0) +
        h2 * (line[(read - 2) & (LINE_SIZE - 1)] ?? 0) +
        h3 * (line[(read - 3) & (LINE_SIZE - 1)] ?? 0);
      const next = gain * (value + damping * (before - value));
      before = value;
      line[write & (LINE_SIZE - 1)] = next;
      write++;
      if (at >= 0) output[at] = (output[at] ?? 0) + next;
    }
  }
}

/** One period of the pluck: a click and some scratch, dulled by a soft finger, with the notches of its place. */
function excitation(period: number, velocity: number, string: PluckedString, noise: Noise): Float64Array {
  const line = new Float64Array(LINE_SIZE);
  const size = Math.ceil(period);
  const shape = new Float64Array(size);
  const smooth = 1 - Math.min(0.97, string.hardness * (0.5 + 0.5 * velocity));
  let value = 0;
  for (let turn = 0; turn < 2; turn++) {
    for (let i = 0; i < size; i++) {
      const raw = turn === 1 ? (i === 0 ? 0.35 * size : 0) + 0.6 * noise.next() : 0;
      value = smooth * value + (1 - smooth) * raw;
      shape[i] = value;
    }
  }
  const shift = Math.max(1, Math.round(size * string.position));
  const amplitude = 0.2 + 0.8 * velocity;
  for (let i = 0; i < size; i++) {
    line[i] = amplitude * ((shape[i] ?? 0) - (shape[(i + size - shift) % size] ?? 0));
  }
  return line;
}
