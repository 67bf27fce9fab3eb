import type { Random } from '../../../common/random.ts';
import { decibels, log2, sine } from '../exact-math.ts';
import { bandPass, highPass, lowPass } from '../filters.ts';
import type { Signal } from '../signal.ts';
import { SAMPLE_RATE } from '../signal.ts';
import type { Articulation } from '../tone.ts';
import { TimbreBook } from '../tone.ts';
import type { Instrument, Player } from './instrument.ts';
import { sustainedPlayer } from './instrument.ts';

/** Keys switch the tone on and off: hardly any attack, no vibrato of a player's hand, no swell. */
function switched(attack: number, release: number): Articulation {
  return {
    attack,
    release,
    vibratoRate: 1,
    vibratoDepth: 0,
    vibratoDelay: 0,
    tremolo: 0,
    scoop: 0,
    scoopTime: 0.01,
    swell: 0,
    brightness: 0.6,
  };
}

/** Partials (counted from the octave below the key) that the nine drawbars of a tone-wheel organ open. */
const DRAWBARS = [1, 3, 2, 4, 6, 8, 10, 12, 16] as const;

/** Drawbars of equal loudness in steps of 3 dB, key click, and a rotating loudspeaker behind them. */
function toneWheels(random: Random): Player {
  const levels = new Map<number, number>();
  for (const [place, partial] of DRAWBARS.entries()) {
    const drawn = place < 4 ? 3 + random.integer(6) : random.integer(8);
    levels.set(partial, drawn === 0 ? -90 : -3 * (8 - drawn));
  }
  const timbres = new TimbreBook((k) => levels.get(k) ?? -70, 0.5, random);
  const keys = sustainedPlayer({
    timbres,
    articulation: switched(0.006, 0.02),
    body: [highPass(45), lowPass(random.between(4500, 7500))],
    noiseLevel: -52,
    noiseFilters: [bandPass(2500, 0.5)],
  });
  const rate = random.next() < 0.5 ? random.between(5.8, 7.2) : random.between(0.7, 1);
  const depth = random.between(0.1, 0.45);
  return (notes, length, numbers) => {
    const octaveLower = notes.map((note) => ({ ...note, pitch: note.pitch - 12 }));
    const signal = keys(octaveLower, length, numbers);
    rotate(signal, rate, depth, numbers.next());
    return signal;
  };
}

/** The rotating loudspeaker: loudness and, by a moving delay, pitch swing once a turn. */
function rotate(signal: Signal, rate: number, depth: number, phase: number): void {
  const dry = signal.slice();
  const reach = 0.0006 * SAMPLE_RATE * depth;
  const step = rate / SAMPLE_RATE;
  for (let i = 0; i < signal.length; i++) {
    const swing = sine(phase + i * step);
    const place = i - reach * (1 + swing) - 1;
    const whole = Math.floor(place);
    const a = dry[whole] ?? 0;
    const delayed = a + (place - whole) * ((dry[whole + 1] ?? 0) - a);
    signal[i] = delayed * (1 + depth * swing);
  }
}

/** Ranks of pipes at 8, 4, 2 2/3, 2 and 1 foot, with a breath of wind noise and a chiff. */
function pipes(random: Random): Player {
  const principal = random.between(7, 14);
  const ranks = [1, 2, 3, 4, 8].map((partial, index) => ({
    partial,
    level: index === 0 ? 0 : random.between(-16, 1) - 1.5 * index,
  }));
  const timbres = new TimbreBook(
    (k) => {
      let amplitude = 0;
      for (const { partial, level } of ranks) {
        if (k % partial === 0) amplitude += decibels(level - principal * log2(k / partial));
      }
      return amplitude === 0 ? -80 : 6.0206 * log2(amplitude);
    },
    2,
    random,
  );
  return sustainedPlayer({
    timbres,
    articulation: switched(random.between(0.02, 0.06), random.between(0.05, 0.12)),
    body: [highPass(50)],
    noiseLevel: random.between(-44, -34),
    noiseFilters: [bandPass(random.between(1500, 3500), 0.6)],
  });
}

export const organ: Instrument = {
  range: { low: 40, high: 80 },
  solo: ['sustained-chords', 'melody-and-chords', 'block-chords'],
  accompaniment: ['sustained-chords'],
  makePlayer: (random) => (random.next() < 0.6 ? toneWheels(random) : pipes(random)),
};
