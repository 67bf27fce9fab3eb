import type { Random } from '../../../common/random.ts';
import type { Biquad } from '../filters.ts';
import { applyFilters, highPass, highShelf, lowPass, peaking } from '../filters.ts';
import type { Note } from '../score.ts';
import type { Signal } from '../signal.ts';
import { Noise } from '../signal.ts';
import type { PluckedString } from '../string.ts';
import { addPluck } from '../string.ts';
import type { Instrument, Player } from './instrument.ts';

function pluckAll(notes: readonly Note[], length: number, string: PluckedString, random: Random): Signal {
  const output = new Float64Array(length);
  const noise = new Noise(random);
  for (const note of notes) addPluck(output, note, string, noise);
  return output;
}

/** Nylon or steel strings on a wooden box. */
function acoustic(random: Random): Player {
  const steel = random.next() < 0.55;
  const string: PluckedString = {
    decay: random.between(1.2, 3.5),
    damping: steel ? random.between(0.06, 0.2) : random.between(0.2, 0.42),
    hardness: steel ? random.between(0.18, 0.45) : random.between(0.07, 0.22),
    position: random.between(0.1, 0.3),
    release: random.between(0.05, 0.3),
    vibrato: 0,
  };
  const box = [
    peaking(random.between(95, 120), 4, random.between(3, 9)),
    peaking(random.between(190, 230), 4, random.between(2, 7)),
    peaking(random.between(380, 480), 3, random.between(-2, 5)),
    highShelf(2500, random.between(-9, -1)),
    highPass(70),
  ];
  return (notes, length, numbers) => filtered(pluckAll(notes, length, string, numbers), box);
}

/** Steel strings over a pickup, an amplifier that may be driven hard, and a loudspeaker without treble. */
function electric(random: Random): Player {
  const driven = random.next() < 0.6;
  const string: PluckedString = {
    decay: random.between(2.5, 6),
    damping: random.between(0.02, 0.15),
    hardness: random.between(0.5, 0.95),
    position: random.between(0.08, 0.25),
    release: random.between(0.03, 0.12),
    vibrato: random.next() < 0.5 ? random.between(5, 30) : 0,
  };
  const drive = driven ? random.between(6, 60) : random.between(0.3, 2);
  const pickup = [peaking(random.between(1800, 3500), 1.5, random.between(2, 8)), highPass(110)];
  const speaker = [
    peaking(random.between(1800, 2800), 1.2, random.between(2, 7)),
    lowPass(random.between(3200, 5200), 0.9),
    lowPass(random.between(4200, 6500)),
    highPass(90),
  ];
  return (notes, length, numbers) => {
    const signal = filtered(pluckAll(notes, length, string, numbers), pickup);
    for (let i = 0; i < signal.length; i++) {
      const x = drive * (signal[i] ?? 0);
      signal[i] = x / (1 + Math.abs(x));
    }
    return filtered(signal, speaker);
  };
}

function filtered(signal: Signal, filters: readonly Biquad[]): Signal {
  applyFilters(signal, filters);
  return signal;
}

export const acousticGuitar: Instrument = {
  range: { low: 40, high: 76 },
  solo: ['strum', 'arpeggio', 'arpeggio', 'melody'],
  accompaniment: ['strum', 'arpeggio'],
  makePlayer: acoustic,
};

export const electricGuitar: Instrument = {
  range: { low: 40, high: 82 },
  solo: ['melody', 'melody', 'strum', 'block-chords'],
  accompaniment: ['block-chords', 'strum'],
  makePlayer: electric,
};
