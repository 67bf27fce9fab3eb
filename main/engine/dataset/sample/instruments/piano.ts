import type { Random } from '../../../common/random.ts';
import { decibels, hertz, log2 } from '../exact-math.ts';
import { highShelf, lowPass, peaking, applyFilters } from '../filters.ts';
import type { Mode } from '../modes.ts';
import { addModes } from '../modes.ts';
import type { Note } from '../score.ts';
import type { Signal } from '../signal.ts';
import { Noise, SAMPLE_RATE, seconds } from '../signal.ts';
import type { Instrument, Player } from './instrument.ts';

/** What one piano has of its own. */
interface Piano {
  /** Decibels an octave by which the partials of a note struck hardest fall. */
  readonly slope: number;
  /** Factor on the stiffness of its strings: a short piano is more inharmonic. */
  readonly stiffness: number;
  readonly sustain: number;
  /** Share of the string's length at which the hammer hits. */
  readonly strike: number;
  readonly knock: number;
  /** Seconds for which notes go on under the pedal. */
  readonly pedal: number;
}

const MAX_PARTIALS = 28;
const DAMPER = 0.12;

/**
 * The partials of a struck string: stretched by its stiffness (f_k = k f_1 sqrt((1 + B k^2) / (1 + B))), falling fast at
 * first and slowly afterwards (Weinreich 1977, "Coupled piano strings"), higher ones sooner.
 */
function partials(pitch: number, velocity: number, piano: Piano): Mode[] {
  const fundamental = hertz(pitch);
  const height = 1 + 0.12 * Math.max(0, pitch - 50);
  const stiffness = piano.stiffness * 0.0004 * height * height;
  const slope = piano.slope + 5 * (1 - velocity);
  const modes: Mode[] = [];
  for (let k = 1; k <= MAX_PARTIALS; k++) {
    const frequency = k * fundamental * Math.sqrt((1 + stiffness * k * k) / (1 + stiffness));
    if (frequency > 9_500) break;
    const node = Math.abs(((k * piano.strike) % 1) - 0.5) * 2;
    const level = -slope * log2(k) - 12 * node * node * node - Math.max(0, log2(frequency / 2500)) * 8;
    const amplitude = decibels(level) * (0.2 + 0.8 * velocity);
    const decay = (piano.sustain * 9) / (1 + frequency / 350 + pitch / 40);
    modes.push({ frequency, amplitude: amplitude * 0.75, decay: decay * 0.35 });
    if (k <= 8) modes.push({ frequency: frequency * 1.0004, amplitude: amplitude * 0.25, decay });
  }
  return modes;
}

function addNote(output: Signal, note: Note, piano: Piano, noise: Noise): void {
  const begin = seconds(note.start);
  const length = Math.min(seconds(note.duration + piano.pedal + DAMPER), output.length - begin);
  const scratch = new Float64Array(Math.max(0, length));
  addModes(scratch, 0, length, partials(note.pitch, note.velocity, piano));
  addKnock(scratch, piano.knock * note.velocity, noise);
  const damped = seconds(note.duration + piano.pedal);
  const fade = decibels(-60 / (DAMPER * SAMPLE_RATE));
  let gain = 1;
  for (let i = Math.max(0, -begin); i < length; i++) {
    if (i > damped) gain *= fade;
    output[begin + i] = (output[begin + i] ?? 0) + gain * (scratch[i] ?? 0);
  }
}

/** The hammer's thump and the key's: a few milliseconds of dull noise. */
function addKnock(signal: Signal, level: number, noise: Noise): void {
  const fall = decibels(-60 / seconds(0.05));
  let gain = level;
  let dull = 0;
  for (let i = 0; i < Math.min(signal.length, seconds(0.06)); i++) {
    dull += 0.25 * (noise.next() - dull);
    signal[i] = (signal[i] ?? 0) + gain * dull;
    gain *= fall;
  }
}

function makePiano(random: Random): Player {
  const piano: Piano = {
    slope: random.between(5.5, 10),
    stiffness: random.between(0.5, 1.8),
    sustain: random.between(0.7, 1.3),
    strike: random.between(0.1, 0.14),
    knock: random.between(0.1, 0.5),
    pedal: random.next() < 0.4 ? random.between(0.3, 0.9) : 0,
  };
  const body = [
    peaking(random.between(90, 180), 1.5, random.between(0, 4)),
    peaking(random.between(400, 1200), 1, random.between(-4, 4)),
    highShelf(3000, random.between(-4, 3)),
    lowPass(9000),
  ];
  return (notes, length, numbers) => {
    const output = new Float64Array(length);
    const noise = new Noise(numbers);
    for (const note of notes) addNote(output, note, piano, noise);
    applyFilters(output, body);
    return output;
  };
}

export const piano: Instrument = {
  range: { low: 38, high: 86 },
  solo: ['melody-and-chords', 'block-chords', 'arpeggio', 'melody'],
  accompaniment: ['block-chords', 'arpeggio'],
  makePlayer: makePiano,
};
