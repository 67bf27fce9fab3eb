import { describe, expect, it } from 'vitest';
import { learningRateOf } from '../../../main/engine/training/learning-rate.ts';

const options = { epochs: 10, batchSize: 8, learningRate: 0.4, seed: 1 };
const STEPS = 20;

describe('learningRateOf', () => {
  it('is constant unless asked otherwise', () => {
    const rate = learningRateOf(options, STEPS);
    expect([0, 1, 500].map(rate)).toEqual([0.4, 0.4, 0.4]);
  });

  it('rises over the warm-up and falls along half a cosine to the end of the last epoch', () => {
    const rate = learningRateOf({ ...options, schedule: 'cosine', warmupEpochs: 2 }, STEPS);
    expect(rate(0)).toBeCloseTo(0.01, 9);
    expect(rate(19)).toBeCloseTo(0.2, 9);
    expect(rate(39)).toBeCloseTo(0.4, 9);
    expect(rate(40)).toBeCloseTo(0.4, 9);
    expect(rate(120)).toBeCloseTo(0.2, 9);
    expect(rate(199)).toBeLessThan(0.001);
    expect(rate(199)).toBeGreaterThan(0);
    expect(rate(200)).toBeCloseTo(0, 9);
  });

  it('needs no warm-up', () => {
    expect(learningRateOf({ ...options, schedule: 'cosine' }, STEPS)(0)).toBe(0.4);
  });
});
