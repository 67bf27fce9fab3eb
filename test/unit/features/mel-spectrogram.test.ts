import { describe, expect, it } from 'vitest';
import { hzToMel, melFilters, melToHz } from '../../../main/engine/features/mel-filters.ts';
import { melSpectrogram } from '../../../main/engine/features/mel-spectrogram.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../main/engine/features/recipe.ts';
import { noise, sweep } from '../../fixtures/audio/signals.ts';
import { reference } from '../../fixtures/features/reference.ts';

const SMALL = { fftSize: 1024, windowLength: 800, hopLength: 256, melBands: 64, minFrequency: 50, maxFrequency: 7000 };
const RECIPES: Readonly<Record<string, Recipe>> = {
  default: DEFAULT_RECIPE,
  small: { ...DEFAULT_RECIPE, ...SMALL },
  magnitude: { ...DEFAULT_RECIPE, power: 1 },
};
const SIGNALS: Readonly<Record<string, Float32Array>> = {
  noise: noise(48_000),
  sweep: sweep(48_000, 16_000, 50, 7900),
  short: sweep(20_000, 16_000, 200, 900),
};

describe('the mel scale', () => {
  it('is linear below 1000 Hz and logarithmic above', () => {
    expect(hzToMel(500)).toBeCloseTo(7.5, 12);
    expect(hzToMel(1000)).toBeCloseTo(15, 12);
    expect(hzToMel(6400)).toBeCloseTo(42, 12);
    for (const hz of [10, 999, 1001, 8000]) expect(melToHz(hzToMel(hz))).toBeCloseTo(hz, 9);
  });

  it("gives librosa's filters", () => {
    const filters = melFilters(DEFAULT_RECIPE);
    expect(filters).toHaveLength(128);
    for (const [band, values] of Object.entries(reference.filters)) {
      const weights = filters[Number(band)]?.weights ?? [];
      expect(weights).toHaveLength(values.length);
      values.forEach((value, index) => {
        expect(weights[index]).toBeCloseTo(value, 7);
      });
    }
  });
});

describe('melSpectrogram', () => {
  it.each(reference.mel)(
    "gives librosa's image of $signal by the $recipe recipe",
    ({ signal, recipe, shape, values }) => {
      const image = melSpectrogram(SIGNALS[signal] ?? noise(0), RECIPES[recipe] ?? DEFAULT_RECIPE);
      expect([image.height, image.width]).toEqual(shape);
      values.forEach((value, index) => {
        expect(Math.abs((image.decibels[index * 91] ?? NaN) - value)).toBeLessThan(0.01);
      });
    },
  );

  it('does not depend on the gain', () => {
    const quiet = melSpectrogram(noise(48_000), DEFAULT_RECIPE, 1);
    const loud = melSpectrogram(noise(48_000), DEFAULT_RECIPE, 2);
    loud.decibels.forEach((value, index) => {
      expect(value).toBeCloseTo(quiet.decibels[index] ?? NaN, 3);
    });
  });

  it('carries nothing over from a longer clip to a shorter one', () => {
    const before = melSpectrogram(sweep(20_000, 16_000, 200, 900), DEFAULT_RECIPE).decibels;
    melSpectrogram(noise(48_000), DEFAULT_RECIPE);
    expect(melSpectrogram(sweep(20_000, 16_000, 200, 900), DEFAULT_RECIPE).decibels).toEqual(before);
  });

  it('gives even loudness, and no division by zero, for digital silence', () => {
    for (const value of melSpectrogram(new Float32Array(48_000), DEFAULT_RECIPE).decibels)
      expect(value).toBeCloseTo(0, 6);
  });
});
