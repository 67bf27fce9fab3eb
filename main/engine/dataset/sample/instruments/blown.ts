import type { Random } from '../../../common/random.ts';
import { hertz, log2 } from '../exact-math.ts';
import { bandPass, highPass, lowPass, peaking } from '../filters.ts';
import type { Articulation, Spectrum } from '../tone.ts';
import { TimbreBook } from '../tone.ts';
import type { Instrument } from './instrument.ts';
import { sustainedPlayer } from './instrument.ts';

/** Octaves by which `frequency` lies above `corner`, 0 below it. */
function octavesAbove(frequency: number, corner: number): number {
  return frequency <= corner ? 0 : log2(frequency / corner);
}

/** A cylinder closed at the reed: odd partials, the even ones coming in with height. */
function clarinetSpectrum(slope: number): Spectrum {
  return (k, frequency, brightness) => {
    const fundamental = frequency / k;
    const closed = fundamental > hertz(70) ? 13 : 30;
    const even = k % 2 === 0 ? Math.max(3, closed - 2.2 * k) : 0;
    return -log2(k) * (6.5 + slope - 3 * brightness) - even - octavesAbove(frequency, 1600) * (11 - 5 * brightness);
  };
}

/** An open tube without a reed: few partials, the octave strong in the low register. */
function fluteSpectrum(slope: number): Spectrum {
  return (k, frequency, brightness) => {
    const octave = k === 2 && frequency < 1200 ? 7 : 0;
    return octave - log2(k) * (13 + slope - 5 * brightness) - octavesAbove(frequency, 3000) * 5;
  };
}

/** A cone with a reed: all partials, strong up to about 1 kHz. */
function saxophoneSpectrum(slope: number): Spectrum {
  return (k, frequency, brightness) =>
    -log2(k) * (3 + slope - 2 * brightness) - octavesAbove(frequency, 1000) * (10 - 3.5 * brightness);
}

/** Lips on a flaring bell: almost only low partials when soft, all of them to 1.5 kHz and beyond when loud. */
function trumpetSpectrum(slope: number): Spectrum {
  return (k, frequency, brightness) => {
    const rise = -log2(k) * (7 - 9 * brightness);
    return rise - octavesAbove(frequency, 700 + 800 * brightness) * (19 - 8.5 * brightness + slope);
  };
}

function breathOf(random: Random, change: Partial<Articulation>): Articulation {
  return {
    attack: random.between(0.03, 0.08),
    release: random.between(0.04, 0.12),
    vibratoRate: random.between(4.5, 6),
    vibratoDepth: random.between(0, 8),
    vibratoDelay: random.between(0.1, 0.4),
    tremolo: random.between(0, 0.05),
    scoop: random.between(0, 25),
    scoopTime: random.between(0.03, 0.08),
    swell: random.between(0, 0.4),
    brightness: random.between(0.4, 1),
    ...change,
  };
}

export const clarinet: Instrument = {
  range: { low: 51, high: 86 },
  solo: ['melody'],
  accompaniment: [],
  makePlayer: (random) =>
    sustainedPlayer({
      timbres: new TimbreBook(clarinetSpectrum(random.between(-1, 2)), 2.5, random),
      articulation: breathOf(random, { vibratoDepth: random.between(0, 10) }),
      body: [peaking(random.between(1200, 1700), 1.2, random.between(0, 5)), highPass(120)],
      noiseLevel: random.between(-42, -30),
      noiseFilters: [bandPass(random.between(1800, 3200), 0.6)],
    }),
};

export const flute: Instrument = {
  range: { low: 60, high: 93 },
  solo: ['melody'],
  accompaniment: [],
  makePlayer: (random) =>
    sustainedPlayer({
      timbres: new TimbreBook(fluteSpectrum(random.between(-2, 2)), 2, random),
      articulation: breathOf(random, {
        attack: random.between(0.05, 0.13),
        vibratoDepth: random.between(4, 20),
        tremolo: random.between(0.04, 0.28),
      }),
      body: [highPass(220)],
      noiseLevel: random.between(-27, -14),
      noiseFilters: [bandPass(random.between(900, 2600), 0.45), lowPass(random.between(5000, 8000))],
    }),
};

export const saxophone: Instrument = {
  range: { low: 47, high: 82 },
  solo: ['melody'],
  accompaniment: [],
  makePlayer: (random) =>
    sustainedPlayer({
      timbres: new TimbreBook(saxophoneSpectrum(random.between(-1, 1)), 2.5, random),
      articulation: breathOf(random, {
        vibratoDepth: random.between(6, 32),
        vibratoDelay: random.between(0.15, 0.5),
        tremolo: random.between(0.02, 0.15),
        scoop: random.between(25, 140),
        scoopTime: random.between(0.05, 0.14),
      }),
      body: [
        peaking(random.between(600, 850), 2, random.between(2, 6)),
        peaking(random.between(1300, 1900), 2, random.between(2, 7)),
        highPass(110),
      ],
      noiseLevel: random.between(-24, -14),
      noiseFilters: [bandPass(random.between(2000, 4500), 0.5)],
    }),
};

export const trumpet: Instrument = {
  range: { low: 55, high: 84 },
  solo: ['melody'],
  accompaniment: [],
  makePlayer: (random) => {
    const muted = random.next() < 0.2;
    return sustainedPlayer({
      timbres: new TimbreBook(trumpetSpectrum(random.between(-1.5, 1.5)), 2, random),
      articulation: breathOf(random, {
        attack: random.between(0.025, 0.07),
        vibratoDepth: random.between(0, 18),
        scoop: random.between(0, 60),
        brightness: random.between(0.6, 1.15),
      }),
      body: muted
        ? [peaking(random.between(1600, 2400), 2.5, 14), highPass(700)]
        : [peaking(random.between(1050, 1450), 1.5, random.between(2, 6)), highPass(160)],
      noiseLevel: random.between(-44, -33),
      noiseFilters: [bandPass(random.between(1500, 3000), 0.6)],
    });
  },
};
