import type { Random } from '../../../common/random.ts';
import type { Biquad } from '../filters.ts';
import { applyFilters } from '../filters.ts';
import { decibels } from '../exact-math.ts';
import type { Note, Register, Texture } from '../score.ts';
import type { Signal } from '../signal.ts';
import { addInto, Noise } from '../signal.ts';
import type { Articulation, TimbreBook } from '../tone.ts';
import { addTone } from '../tone.ts';

/** One instrument in one player's hands: plays notes into a signal of `length` samples. */
export type Player = (notes: readonly Note[], length: number, random: Random) => Signal;

/** A kind of instrument. Every recording has its own specimen and player, made from the recording's random numbers. */
export interface Instrument {
  readonly range: Register;
  /** What it plays where it has the melody. */
  readonly solo: readonly Texture[];
  /** What it plays behind others; empty where it never does. */
  readonly accompaniment: readonly Texture[];
  readonly makePlayer: (random: Random) => Player;
}

/** A signal of noise that follows `envelope`, filtered, `level` decibels against an envelope of 1. */
export function noiseUnder(envelope: Signal, level: number, filters: readonly Biquad[], random: Random): Signal {
  const noise = new Noise(random);
  const gain = decibels(level);
  const signal = new Float64Array(envelope.length);
  for (let i = 0; i < signal.length; i++) signal[i] = gain * (envelope[i] ?? 0) * noise.next();
  applyFilters(signal, filters);
  return signal;
}

/** What distinguishes one sustained instrument from another once its waveforms are made. */
export interface SustainedVoice {
  readonly timbres: TimbreBook;
  readonly articulation: Articulation;
  /** Body, bell or formants: what the tone passes on its way out. */
  readonly body: readonly Biquad[];
  /** Decibels of the breath or bow noise against the loudest tone. */
  readonly noiseLevel: number;
  readonly noiseFilters: readonly Biquad[];
}

/** A player of sustained notes: tones, noise under them, and the body around both. */
export function sustainedPlayer(voice: SustainedVoice): Player {
  return (notes, length, random) => {
    const output = new Float64Array(length);
    const envelope = new Float64Array(length);
    for (const note of notes) {
      addTone(output, envelope, note, voice.timbres.at(note.pitch), voice.articulation, random);
    }
    addInto(output, noiseUnder(envelope, voice.noiseLevel, voice.noiseFilters, random));
    applyFilters(output, voice.body);
    return output;
  };
}
