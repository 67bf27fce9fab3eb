import { describe, expect, it } from 'vitest';
import { binaryCrossEntropy } from '../../../main/engine/training/binary-cross-entropy.ts';

const weights = Float32Array.of(1, 0.5);

describe('binaryCrossEntropy', () => {
  it('is the mean over the classes of each clip, and the sum over the clips by their weights', () => {
    const targets = Float32Array.of(1, 0, 0, 1);
    const { lossSum } = binaryCrossEntropy(Float32Array.of(0, 0, 0, 0), { targets, weights });
    expect(lossSum).toBeCloseTo(1.5 * Math.LN2, 6);
  });

  it('has the gradient that small steps show', () => {
    const targets = Float32Array.of(1, 0.25, 0, 0.9);
    const logits = Float32Array.of(0.5, -1.5, 2.25, 0);
    const { gradient } = binaryCrossEntropy(logits, { targets, weights });
    for (const [index, logit] of logits.entries()) {
      const at = (value: number): number => binaryCrossEntropy(logits.with(index, value), { targets, weights }).lossSum;
      expect(gradient[index]).toBeCloseTo((at(logit + 2 ** -7) - at(logit - 2 ** -7)) * 64, 4);
    }
  });

  it('stays finite for logits of any size', () => {
    const targets = Float32Array.of(1, 0, 0, 1);
    const { lossSum, gradient } = binaryCrossEntropy(Float32Array.of(-1e4, 1e4, -1e4, 1e4), { targets, weights });
    expect(lossSum).toBeCloseTo(1e4, 3);
    expect([...gradient]).toEqual([-0.5, 0.5, 0, 0]);
  });
});
