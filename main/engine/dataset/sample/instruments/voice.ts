import type { Random } from '../../../common/random.ts';
import { cosine, decibels, log2, sine } from '../exact-math.ts';
import { applyFilters, bandPass, highPass, highShelf } from '../filters.ts';
import type { Note } from '../score.ts';
import type { Signal } from '../signal.ts';
import { addInto, CONTROL_BLOCK, Noise, SAMPLE_RATE, seconds } from '../signal.ts';
import { addTone, TimbreBook } from '../tone.ts';
import type { Articulation } from '../tone.ts';
import type { Instrument, Player } from './instrument.ts';
import { noiseUnder } from './instrument.ts';

/** Formant frequencies in Hz of a man's vowels, lowest first (order of magnitude: Peterson and Barney 1952). */
const VOWELS = [
  [730, 1090, 2440, 3300],
  [530, 1840, 2480, 3400],
  [300, 2250, 3000, 3500],
  [480, 900, 2450, 3200],
  [320, 870, 2250, 3150],
  [500, 1400, 2400, 3300],
] as const;

type Vowel = (typeof VOWELS)[number];

const FORMANT_LEVELS = [0, -5, -10, -14] as const;
const FORMANT_WIDTHS = [80, 100, 140, 200] as const;
const GLIDE = 0.06;

interface Singer {
  /** 1 for a man's vocal tract, about 1.17 for a woman's. */
  readonly tract: number;
  /** Decibels by which the formants near 3 kHz are raised, as trained singers do. */
  readonly ring: number;
  /** Share of notes that begin with a consonant. */
  readonly diction: number;
}

/** When each vowel begins, in samples. */
interface Syllable {
  readonly at: number;
  readonly vowel: Vowel;
}

/** Passes the glottal source through four parallel resonances that glide from vowel to vowel. */
function sing(source: Signal, syllables: readonly Syllable[], singer: Singer): Signal {
  const output = new Float64Array(source.length);
  for (let formant = 0; formant < 4; formant++) {
    const level = decibels((FORMANT_LEVELS[formant] ?? 0) + (formant >= 2 ? singer.ring : 0));
    const width = (FORMANT_WIDTHS[formant] ?? 100) * singer.tract;
    resonate(source, output, level, width, formantTrack(syllables, formant, singer.tract));
  }
  return output;
}

/** Frequency of one formant at any sample, asked for in rising order. */
function formantTrack(syllables: readonly Syllable[], formant: number, tract: number): (at: number) => number {
  const glide = 1 - decibels((-20 * CONTROL_BLOCK) / seconds(GLIDE));
  let index = 0;
  let frequency = (syllables[0]?.vowel[formant] ?? 500) * tract;
  return (at) => {
    while ((syllables[index + 1]?.at ?? Infinity) <= at) index++;
    frequency += glide * ((syllables[index]?.vowel[formant] ?? 500) * tract - frequency);
    return frequency;
  };
}

function resonate(
  source: Signal,
  output: Signal,
  level: number,
  width: number,
  frequencyAt: (at: number) => number,
): void {
  let x1 = 0;
  let x2 = 0;
  let y1 = 0;
  let y2 = 0;
  for (let block = 0; block < source.length; block += CONTROL_BLOCK) {
    const frequency = Math.min(frequencyAt(block), 0.45 * SAMPLE_RATE);
    const turns = frequency / SAMPLE_RATE;
    const alpha = (sine(turns) * width) / (2 * frequency);
    const gain = (level * alpha) / (1 + alpha);
    const a1 = (-2 * cosine(turns)) / (1 + alpha);
    const a2 = (1 - alpha) / (1 + alpha);
    const end = Math.min(block + CONTROL_BLOCK, source.length);
    for (let i = block; i < end; i++) {
      const x = source[i] ?? 0;
      const y = gain * (x - x2) - a1 * y1 - a2 * y2;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
      output[i] = (output[i] ?? 0) + y;
    }
  }
}

/** Hissed and burst consonants before the notes: noise of a few hundredths of a second, each in its own band. */
function consonants(notes: readonly Note[], length: number, diction: number, random: Random): Signal {
  const output = new Float64Array(length);
  const noise = new Noise(random);
  for (const note of notes) {
    if (random.next() >= diction) continue;
    const size = seconds(random.between(0.03, 0.13));
    const hiss = Float64Array.from({ length: size }, (_, i) => noise.next() * sine((0.5 * i) / size));
    applyFilters(hiss, [bandPass(random.between(2500, 7000), random.between(0.8, 2))]);
    const level = decibels(random.between(-16, -4)) * (0.3 + 0.7 * note.velocity);
    const begin = seconds(note.start) - Math.round(size * 0.8);
    for (let i = Math.max(0, -begin); i < size && begin + i < length; i++) {
      output[begin + i] = (output[begin + i] ?? 0) + level * (hiss[i] ?? 0);
    }
  }
  return output;
}

function makeSinger(random: Random): Player {
  const trained = random.next() < 0.35;
  const high = random.next() < 0.5;
  const singer: Singer = {
    tract: (high ? 1.17 : 1) * random.between(0.94, 1.06),
    ring: trained ? random.between(4, 9) : random.between(-6, 2),
    diction: random.between(0.35, 0.8),
  };
  const slope = random.between(-1.5, 1.5);
  const glottis = new TimbreBook((k, _, brightness) => -log2(k) * (10.5 + slope - 5 * brightness), 1.5, random);
  const articulation: Articulation = {
    attack: random.between(0.04, 0.1),
    release: random.between(0.05, 0.14),
    vibratoRate: random.between(4.8, 6.2),
    vibratoDepth: trained ? random.between(40, 90) : random.between(5, 45),
    vibratoDelay: trained ? random.between(0.05, 0.2) : random.between(0.2, 0.5),
    tremolo: random.between(0, 0.12),
    scoop: random.between(40, 220),
    scoopTime: random.between(0.06, 0.16),
    swell: random.between(0, 0.4),
    brightness: random.between(0.5, 1),
  };
  const breathLevel = random.between(-38, -24);
  const octave = high ? 12 : 0;
  return (notes, length, numbers) => {
    const source = new Float64Array(length);
    const envelope = new Float64Array(length);
    const sung = notes.map((note) => ({ ...note, pitch: note.pitch + octave }));
    for (const note of sung) addTone(source, envelope, note, glottis.at(note.pitch), articulation, numbers);
    addInto(source, noiseUnder(envelope, breathLevel, [highShelf(2000, 6)], numbers));
    const syllables = sung.map((note) => ({ at: seconds(note.start), vowel: numbers.pick(VOWELS) }));
    const output = sing(source, syllables, singer);
    addInto(output, consonants(sung, length, singer.diction, numbers));
    applyFilters(output, [highPass(80)]);
    return output;
  };
}

export const voice: Instrument = {
  range: { low: 45, high: 66 },
  solo: ['melody'],
  accompaniment: [],
  makePlayer: makeSinger,
};
