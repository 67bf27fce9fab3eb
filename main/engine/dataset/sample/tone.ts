import type { Random } from '../../common/random.ts';
import { decibels, exp2, hertz, sine } from './exact-math.ts';
import type { Note } from './score.ts';
import type { Signal } from './signal.ts';
import { CONTROL_BLOCK, rootMeanSquare, SAMPLE_RATE, seconds } from './signal.ts';

const TABLE_SIZE = 2048;
const HIGHEST_PARTIAL = 9_500;
/** Partials below this amplitude (-76 dB) are left out. */
const INAUDIBLE = 1.6e-4;
const SINE_TABLE = Float64Array.from({ length: TABLE_SIZE }, (_, i) => sine(i / TABLE_SIZE));

/** One period of a tone, and its first sample again so that interpolation needs no wrap. */
type WaveTable = Float64Array;

/** Level in decibels of partial `k` (from 1) at `frequency` Hz; `brightness` is 0 for the softest tone, 1 for the loudest. */
export type Spectrum = (k: number, frequency: number, brightness: number) => number;

/** The two ends between which a tone moves as it is played softer or louder. */
export interface Timbre {
  readonly dark: WaveTable;
  readonly bright: WaveTable;
}

/** The waveforms of an instrument, made once a pitch. `unevenness` decibels of its partials are this instrument's own. */
export class TimbreBook {
  readonly #pages = new Map<number, Timbre>();
  readonly #jitter: readonly number[];

  constructor(
    private readonly spectrum: Spectrum,
    unevenness: number,
    random: Random,
  ) {
    this.#jitter = Array.from({ length: 200 }, () => random.between(-unevenness, unevenness));
  }

  at(pitch: number): Timbre {
    const known = this.#pages.get(pitch);
    if (known !== undefined) return known;
    const timbre = this.#make(hertz(pitch));
    this.#pages.set(pitch, timbre);
    return timbre;
  }

  #make(fundamental: number): Timbre {
    const dark = new Float64Array(TABLE_SIZE + 1);
    const bright = new Float64Array(TABLE_SIZE + 1);
    for (let k = 1; k * fundamental < HIGHEST_PARTIAL; k++) {
      const jitter = this.#jitter[k] ?? 0;
      const soft = decibels(this.spectrum(k, k * fundamental, 0) + jitter);
      const loud = decibels(this.spectrum(k, k * fundamental, 1) + jitter);
      if (soft < INAUDIBLE && loud < INAUDIBLE) continue;
      const phase = (k * k * 37) % TABLE_SIZE;
      for (let i = 0; i < TABLE_SIZE; i++) {
        const value = SINE_TABLE[(k * i + phase) & (TABLE_SIZE - 1)] ?? 0;
        dark[i] = (dark[i] ?? 0) + soft * value;
        bright[i] = (bright[i] ?? 0) + loud * value;
      }
    }
    return { dark: finish(dark), bright: finish(bright) };
  }
}

/** Brings a table to the power of a sine and closes it. */
function finish(table: WaveTable): WaveTable {
  const gain = Math.SQRT1_2 / Math.max(rootMeanSquare(table.subarray(0, TABLE_SIZE)), 1e-6);
  for (let i = 0; i < TABLE_SIZE; i++) table[i] = (table[i] ?? 0) * gain;
  table[TABLE_SIZE] = table[0] ?? 0;
  return table;
}

/** How a player forms a sustained note. Times in seconds, depths of pitch in cents. */
export interface Articulation {
  readonly attack: number;
  readonly release: number;
  readonly vibratoRate: number;
  readonly vibratoDepth: number;
  readonly vibratoDelay: number;
  /** Share of the loudness that moves with the vibrato, 0 to 1. */
  readonly tremolo: number;
  /** How far below the pitch a note begins, and how long it takes to arrive. */
  readonly scoop: number;
  readonly scoopTime: number;
  /** How much a note grows towards its middle, 0 (flat) to 1. */
  readonly swell: number;
  /** Brightness of the loudest note, 0 to 1. */
  readonly brightness: number;
}

/**
 * Adds a sustained note: a wave table read at a moving pitch, between dark and bright as the note swells. The loudness
 * alone is added to `envelope`, for breath and bow noise to follow.
 */
export function addTone(
  output: Signal,
  envelope: Signal,
  note: Note,
  timbre: Timbre,
  articulation: Articulation,
  random: Random,
): void {
  const { dark, bright } = timbre;
  const shape = new NoteShape(note, articulation, random);
  const begin = seconds(note.start);
  const first = Math.max(0, -begin);
  const length = Math.min(seconds(note.duration + articulation.release), output.length - begin);
  const step = (hertz(note.pitch) / SAMPLE_RATE) * TABLE_SIZE;
  let phase = random.next() * TABLE_SIZE;
  let level = shape.level(first / SAMPLE_RATE);
  let mix = shape.brightness(level);
  for (let block = first; block < length; block += CONTROL_BLOCK) {
    const count = Math.min(CONTROL_BLOCK, length - block);
    const time = (block + count) / SAMPLE_RATE;
    const increment = step * exp2(shape.cents(time) / 1200);
    const nextLevel = shape.level(time);
    const nextMix = shape.brightness(nextLevel);
    const levelStep = (nextLevel - level) / count;
    const mixStep = (nextMix - mix) / count;
    for (let i = 0, at = begin + block; i < count; i++, at++) {
      const index = phase | 0;
      const fraction = phase - index;
      const a = dark[index] ?? 0;
      const b = bright[index] ?? 0;
      const soft = a + fraction * ((dark[index + 1] ?? 0) - a);
      const loud = b + fraction * ((bright[index + 1] ?? 0) - b);
      output[at] = (output[at] ?? 0) + level * (soft + mix * (loud - soft));
      envelope[at] = (envelope[at] ?? 0) + level;
      level += levelStep;
      mix += mixStep;
      phase += increment;
      if (phase >= TABLE_SIZE) phase -= TABLE_SIZE;
    }
    level = nextLevel;
    mix = nextMix;
  }
}

/** Pitch and loudness of one note over its time. */
export class NoteShape {
  readonly #phase: number;
  readonly #rate: number;
  readonly #detune: number;
  readonly #attack: number;

  constructor(
    private readonly note: Note,
    private readonly articulation: Articulation,
    random: Random,
  ) {
    this.#phase = random.next();
    this.#rate = articulation.vibratoRate * random.between(0.93, 1.07);
    this.#detune = random.between(-6, 6);
    this.#attack = Math.min(articulation.attack * (1.3 - 0.6 * note.velocity), note.duration * 0.6);
  }

  /** Cents from the written pitch, `time` seconds into the note. */
  cents(time: number): number {
    const { vibratoDepth, scoop, scoopTime } = this.articulation;
    const arrival = time >= scoopTime ? 0 : 1 - time / scoopTime;
    return this.#detune - scoop * arrival * arrival + vibratoDepth * this.#vibrato(time);
  }

  /** Loudness from 0 to about 1, `time` seconds into the note. */
  level(time: number): number {
    const { release, swell, tremolo } = this.articulation;
    const { duration, velocity } = this.note;
    const peak = 0.25 + 0.75 * velocity;
    const rise = time >= this.#attack ? 1 : ease(time / this.#attack);
    const fall = time <= duration ? 1 : ease(Math.max(0, 1 - (time - duration) / release));
    const middle = Math.min(1, time / duration);
    const arch = 1 - swell + swell * 4 * middle * (1 - middle);
    return peak * rise * fall * arch * (1 + tremolo * this.#vibrato(time));
  }

  brightness(level: number): number {
    return Math.min(1, Math.max(0, this.articulation.brightness * level));
  }

  #vibrato(time: number): number {
    const { vibratoDelay } = this.articulation;
    const depth = Math.min(1, Math.max(0, (time - vibratoDelay) / 0.25));
    return depth === 0 ? 0 : depth * sine(this.#phase + time * this.#rate);
  }
}

function ease(x: number): number {
  return x * x * (3 - 2 * x);
}
