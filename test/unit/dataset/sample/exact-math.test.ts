import { describe, expect, it } from 'vitest';
import { cosine, decibels, exp2, hertz, log2, sine } from '../../../../main/engine/dataset/sample/exact-math.ts';

function range(from: number, to: number, steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
}

describe('arithmetic that is the same on every machine', () => {
  it('has the sine and cosine of the mathematical ones within 1e-11, over several turns and before zero', () => {
    for (const turns of range(-3, 3, 997)) {
      expect(Math.abs(sine(turns) - Math.sin(2 * Math.PI * turns))).toBeLessThan(1e-11);
      expect(Math.abs(cosine(turns) - Math.cos(2 * Math.PI * turns))).toBeLessThan(1e-11);
    }
  });

  it('raises 2 to positive, negative and broken powers', () => {
    for (const x of range(-40, 40, 611)) expect(exp2(x) / 2 ** x).toBeCloseTo(1, 13);
  });

  it('inverts powers of 2 by its logarithm', () => {
    for (const x of range(-20, 20, 613)) expect(log2(2 ** x)).toBeCloseTo(x, 12);
    expect(log2(1)).toBe(0);
    expect(log2(8)).toBe(3);
  });

  it('knows that 20 dB are a factor of 10, and where the notes of the piano lie', () => {
    expect(decibels(20)).toBeCloseTo(10, 12);
    expect(decibels(-60)).toBeCloseTo(0.001, 14);
    expect(hertz(69)).toBe(440);
    expect(hertz(60)).toBeCloseTo(261.6255653, 6);
  });
});
