import type { Random } from '../../../common/random.ts';
import { log2 } from '../exact-math.ts';
import { bandPass, highPass, highShelf, peaking } from '../filters.ts';
import { TimbreBook } from '../tone.ts';
import type { Instrument, Player } from './instrument.ts';
import { sustainedPlayer } from './instrument.ts';

/** Frequency in Hz, sharpness and gain in decibels of a resonance of the wooden body. */
type Resonance = readonly [frequency: number, q: number, gain: number];

interface BowedBody {
  readonly resonances: readonly Resonance[];
  /** Hz below which the body hardly radiates. */
  readonly lowest: number;
  /** Hz from which the strings' brightness falls off. */
  readonly rolloff: number;
}

/** A bowed string moves as a sawtooth (Helmholtz); the body's resonances and the player's vibrato make it a violin. */
function bowed(body: BowedBody, random: Random): Player {
  const size = random.between(0.93, 1.07);
  const vibrato = random.next() < 0.8;
  const slope = random.between(-1, 1);
  const timbres = new TimbreBook(
    (k, frequency, brightness) => {
      const octaves = log2(k);
      const above = Math.max(0, log2(frequency / body.rolloff));
      return -octaves * (7.5 + slope - 2 * brightness) - above * (8 - 4 * brightness);
    },
    2.5,
    random,
  );
  return sustainedPlayer({
    timbres,
    articulation: {
      attack: random.between(0.05, 0.16),
      release: random.between(0.08, 0.25),
      vibratoRate: random.between(4.8, 6.6),
      vibratoDepth: vibrato ? random.between(12, 34) : random.between(0, 5),
      vibratoDelay: random.between(0.02, 0.25),
      tremolo: random.between(0, 0.12),
      scoop: random.between(0, 45),
      scoopTime: random.between(0.03, 0.12),
      swell: random.between(0, 0.5),
      brightness: random.between(0.5, 1),
    },
    body: [
      ...body.resonances.map(([frequency, q, gain]) =>
        peaking(frequency * size * random.between(0.95, 1.05), q, gain + random.between(-3, 3)),
      ),
      highPass(body.lowest * size),
    ],
    noiseLevel: random.between(-30, -19),
    noiseFilters: [highPass(900), bandPass(random.between(2200, 4200), 0.5), highShelf(5000, -6)],
  });
}

const VIOLIN: BowedBody = {
  resonances: [
    [280, 6, 7],
    [470, 5, 7],
    [560, 6, 6],
    [1150, 3, -5],
    [2600, 1.4, 9],
  ],
  lowest: 210,
  rolloff: 3200,
};

const CELLO: BowedBody = {
  resonances: [
    [105, 5, 6],
    [185, 5, 7],
    [240, 5, 5],
    [620, 2.5, -5],
    [1400, 1.5, 5],
  ],
  lowest: 70,
  rolloff: 1500,
};

export const violin: Instrument = {
  range: { low: 56, high: 91 },
  solo: ['melody'],
  accompaniment: ['sustained-chords'],
  makePlayer: (random) => bowed(VIOLIN, random),
};

export const cello: Instrument = {
  range: { low: 37, high: 68 },
  solo: ['melody'],
  accompaniment: ['melody', 'sustained-chords'],
  makePlayer: (random) => bowed(CELLO, random),
};
