import { describe, expect, it } from 'vitest';
import { Random } from '../../../../main/engine/common/random.ts';
import { decibels, hertz, sine } from '../../../../main/engine/dataset/sample/exact-math.ts';
import {
  applyFilters,
  bandPass,
  highPass,
  highShelf,
  lowPass,
  lowShelf,
  peaking,
  type Biquad,
} from '../../../../main/engine/dataset/sample/filters.ts';
import { addModes } from '../../../../main/engine/dataset/sample/modes.ts';
import {
  mixAt,
  Noise,
  rootMeanSquare,
  SAMPLE_RATE,
  seconds,
  type Signal,
} from '../../../../main/engine/dataset/sample/signal.ts';
import { addPluck } from '../../../../main/engine/dataset/sample/string.ts';
import { addTone, TimbreBook, type Articulation } from '../../../../main/engine/dataset/sample/tone.ts';

/** Amplitude of the sine of `frequency` in a stretch of sound, by its Fourier coefficient. */
function amplitudeAt(signal: Signal, frequency: number, from = 0, to = signal.length): number {
  let [re, im] = [0, 0];
  for (let i = from; i < to; i++) {
    const angle = (2 * Math.PI * frequency * i) / SAMPLE_RATE;
    const window = 1 - Math.cos((2 * Math.PI * (i - from)) / (to - from));
    re += window * (signal[i] ?? 0) * Math.cos(angle);
    im += window * (signal[i] ?? 0) * Math.sin(angle);
  }
  return (2 * Math.hypot(re, im)) / (to - from);
}

/** The frequency near `guess` at which there is most sound, within a tenth of a cent. */
function peakNear(signal: Signal, guess: number): number {
  let best = guess;
  for (const step of [10, 1, 0.1]) {
    const centre = best;
    for (let n = -12; n <= 12; n++) {
      const frequency = centre * 2 ** ((n * step) / 1200);
      if (amplitudeAt(signal, frequency) > amplitudeAt(signal, best)) best = frequency;
    }
  }
  return best;
}

function cents(a: number, b: number): number {
  return 1200 * Math.log2(a / b);
}

function gainOf(filter: Biquad, frequency: number): number {
  const signal = Float64Array.from({ length: SAMPLE_RATE }, (_, i) => sine((i * frequency) / SAMPLE_RATE));
  applyFilters(signal, [filter]);
  return 20 * Math.log10(amplitudeAt(signal, frequency, SAMPLE_RATE / 2));
}

describe('filters', () => {
  it.each([
    ['a low-pass is 3 dB down at its corner', lowPass(1000), 1000, -3.01],
    ['a low-pass is 24 dB down two octaves above', lowPass(500), 2000, -24.2],
    ['a high-pass is 3 dB down at its corner', highPass(1000), 1000, -3.01],
    ['a band-pass lets its middle through', bandPass(1200, 2), 1200, 0],
    ['a peak raises its middle by its gain', peaking(800, 2, 9), 800, 9],
    ['a dip lowers its middle by its gain', peaking(800, 2, -9), 800, -9],
    ['a peak leaves what is far away', peaking(800, 4, 9), 60, 0],
    ['a low shelf moves what is below it', lowShelf(2000, -6), 60, -6],
    ['a low shelf leaves what is above it', lowShelf(200, -6), 5000, 0],
    ['a high shelf moves what is above it', highShelf(300, 7), 8000, 7],
    ['a high shelf leaves what is below it', highShelf(3000, 7), 60, 0],
  ])('%s', (_, filter, frequency, expected) => {
    expect(Math.abs(gainOf(filter, frequency) - expected)).toBeLessThan(0.35);
  });

  it('gives the same in a chain as one after the other, also for an odd number', () => {
    const noise = new Noise(new Random(1));
    const chained = Float64Array.from({ length: 500 }, () => noise.next());
    const single = chained.slice();
    const filters = [lowPass(3000), peaking(700, 1, 5), highPass(100)];
    applyFilters(chained, filters);
    for (const filter of filters) applyFilters(single, [filter]);
    expect(chained).toEqual(single);
  });
});

describe('partials of something struck', () => {
  it('sound at their frequency and fall by 60 dB in their decay time', () => {
    const signal = new Float64Array(SAMPLE_RATE);
    addModes(signal, 0, signal.length, [{ frequency: 440, amplitude: 1, decay: 0.8 }]);
    const early = amplitudeAt(signal, 440, 0, seconds(0.1));
    const late = amplitudeAt(signal, 440, seconds(0.4), seconds(0.5));
    expect(20 * Math.log10(early / late)).toBeCloseTo(30, 0);
    expect(Math.abs(cents(peakNear(signal, 440), 440))).toBeLessThan(1);
  });

  it('begin in the middle where they were struck before the signal', () => {
    const whole = new Float64Array(4000);
    const cut = new Float64Array(3000);
    const modes = [{ frequency: 300, amplitude: 0.5, decay: 0.5 }];
    addModes(whole, 0, 4000, modes);
    addModes(cut, -1000, 4000, modes);
    expect(cut).toEqual(whole.slice(1000));
  });
});

describe('a plucked string', () => {
  const string = { decay: 3, damping: 0.1, hardness: 0.5, position: 0.2, release: 0.1, vibrato: 0 };

  it.each([40, 52.3, 64, 76, 81.5])('is in tune at pitch %s', (pitch) => {
    const signal = new Float64Array(SAMPLE_RATE);
    addPluck(signal, { start: 0, duration: 1, pitch, velocity: 0.8 }, string, new Noise(new Random(1)));
    expect(Math.abs(cents(peakNear(signal, hertz(pitch)), hertz(pitch)))).toBeLessThan(4);
  });

  it('is silenced when the note is let go', () => {
    const signal = new Float64Array(SAMPLE_RATE);
    addPluck(signal, { start: 0, duration: 0.5, pitch: 52, velocity: 1 }, string, new Noise(new Random(1)));
    const sounding = rootMeanSquare(signal.subarray(seconds(0.4), seconds(0.5)));
    expect(rootMeanSquare(signal.subarray(seconds(0.59), seconds(0.6)))).toBeLessThan(sounding / 20);
    expect(rootMeanSquare(signal.subarray(seconds(0.61)))).toBe(0);
  });
});

describe('a sustained tone', () => {
  const steady: Articulation = {
    attack: 0.02,
    release: 0.05,
    vibratoRate: 5,
    vibratoDepth: 0,
    vibratoDelay: 0,
    tremolo: 0,
    scoop: 0,
    scoopTime: 0.05,
    swell: 0,
    brightness: 0,
  };

  function play(articulation: Articulation, pitch = 69): Signal {
    const signal = new Float64Array(SAMPLE_RATE);
    const book = new TimbreBook(
      (k, _, brightness) => (k > 3 ? -200 : -6 * (k - 1) * (1 - brightness)),
      0,
      new Random(1),
    );
    const note = { start: 0, duration: 0.9, pitch, velocity: 1 };
    addTone(signal, new Float64Array(SAMPLE_RATE), note, book.at(pitch), articulation, new Random(2));
    return signal;
  }

  it('has its pitch, within the few cents by which players differ, and the partials it is made of', () => {
    const signal = play(steady);
    const frequency = peakNear(signal, 440);
    expect(Math.abs(cents(frequency, 440))).toBeLessThan(7);
    const [first, second, third, fourth] = [1, 2, 3, 4].map((k) => amplitudeAt(signal, k * frequency));
    expect(20 * Math.log10((second ?? 0) / (first ?? 0))).toBeCloseTo(-6, 0);
    expect(20 * Math.log10((third ?? 0) / (first ?? 0))).toBeCloseTo(-12, 0);
    expect(fourth).toBeLessThan(1e-3);
  });

  it('spreads to both sides of its pitch with vibrato', () => {
    const without = amplitudeAt(play(steady), 440 - 5);
    expect(amplitudeAt(play({ ...steady, vibratoDepth: 40 }), 440 - 5)).toBeGreaterThan(5 * without);
  });

  it('gets brighter as it gets louder where its articulation says so', () => {
    const share = (signal: Signal): number => amplitudeAt(signal, 3 * 440) / amplitudeAt(signal, 440);
    expect(share(play({ ...steady, brightness: 1 }))).toBeGreaterThan(2 * share(play(steady)));
  });
});

describe('noise and levels', () => {
  it('is white between -1 and 1 around 0', () => {
    const noise = new Noise(new Random(7));
    const values = Array.from({ length: 50_000 }, () => noise.next());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const power = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(power).toBeCloseTo(1 / 3, 2);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
  });

  it('mixes a part at its level whatever its own, and leaves silence out', () => {
    const target = new Float64Array(1000);
    mixAt(target, new Float64Array(1000).fill(17), -20);
    expect(rootMeanSquare(target)).toBeCloseTo(decibels(-20), 12);
    mixAt(target, new Float64Array(1000), 0);
    expect(rootMeanSquare(target)).toBeCloseTo(decibels(-20), 12);
  });
});
