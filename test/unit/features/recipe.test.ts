import { describe, expect, it } from 'vitest';
import {
  clipLength,
  DEFAULT_RECIPE,
  frameCount,
  recipeHash,
  RecipeSchema,
} from '../../../main/engine/features/recipe.ts';

describe('the recipe', () => {
  it('has the default 48,000 samples and 94 frames', () => {
    expect(RecipeSchema.parse(DEFAULT_RECIPE)).toEqual(DEFAULT_RECIPE);
    expect(clipLength(DEFAULT_RECIPE)).toBe(48_000);
    expect(frameCount(DEFAULT_RECIPE)).toBe(94);
  });

  it('has a hash that depends on each value and not on their order', () => {
    const backwards = RecipeSchema.parse(Object.fromEntries(Object.entries(DEFAULT_RECIPE).reverse()));
    expect(recipeHash(backwards)).toBe(recipeHash(DEFAULT_RECIPE));
    expect(recipeHash({ ...DEFAULT_RECIPE, trimDb: 50 })).not.toBe(recipeHash(DEFAULT_RECIPE));
    expect(recipeHash(DEFAULT_RECIPE)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    { fftSize: 1000 },
    { windowLength: 4096 },
    { maxFrequency: 9000 },
    { minFrequency: 8000 },
    { version: 2 },
    { resampler: 'other' },
    { melBands: 0 },
    { unknown: 1 },
  ])('refuses %j', (change) => {
    expect(RecipeSchema.safeParse({ ...DEFAULT_RECIPE, ...change }).success).toBe(false);
  });
});
