import { describe, expect, it } from 'vitest';
import { baselines } from '../../../main/engine/evaluation/baselines.ts';

describe('baselines', () => {
  it('always guess the class that is largest in training, even where another is largest here', () => {
    const { majority } = baselines([10, 30, 20], [500, 100, 100]);
    expect(majority).toMatchObject({ label: 0, from: 'training' });
    expect(majority.accuracy).toBeCloseTo(10 / 60, 12);
    expect(majority.macroF1).toBeCloseTo((2 * 10) / (60 + 10) / 3, 12);
  });

  it('take the largest class here where training is not known, and say so', () => {
    const { majority } = baselines([10, 30, 20], null);
    expect(majority).toMatchObject({ label: 1, from: 'scored' });
    expect(majority.accuracy).toBe(0.5);
  });

  it('guess every class alike', () => {
    expect(baselines([1, 2, 3, 4], null).chance.accuracy).toBe(0.25);
  });
});
