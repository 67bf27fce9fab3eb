import { describe, expect, it } from 'vitest';
import { Random } from '../../../../main/engine/common/random.ts';
import { mixBatch, symmetricBeta } from '../../../../main/engine/training/augmentation/mixup.ts';

const SIZE = 6;
const COUNT = 4;
const ORIGINAL = Uint8Array.from({ length: COUNT * SIZE }, (_, index) => (index * 37) % 256);

describe('mixBatch', () => {
  it('mixes every clip with the one after it, as it was, the last with the first', () => {
    const images = ORIGINAL.slice();
    const { partners, shares } = mixBatch(images, COUNT, 0.5, new Random(1));
    expect([...partners]).toEqual([1, 2, 3, 0]);
    images.forEach((value, index) => {
      const clip = Math.floor(index / SIZE);
      const share = shares[clip] ?? NaN;
      const partner = ORIGINAL[((clip + 1) % COUNT) * SIZE + (index % SIZE)] ?? NaN;
      expect(Math.abs(value - (share * (ORIGINAL[index] ?? NaN) + (1 - share) * partner))).toBeLessThanOrEqual(1.1);
    });
  });

  it('leaves each clip the larger share', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { shares } = mixBatch(ORIGINAL.slice(), COUNT, 0.5, new Random(seed));
      for (const share of shares) {
        expect(share).toBeGreaterThanOrEqual(0.5);
        expect(share).toBeLessThanOrEqual(1);
      }
    }
  });

  it('leaves a clip alone in its batch as it is', () => {
    const single = ORIGINAL.slice(0, SIZE);
    mixBatch(single, 1, 0.5, new Random(1));
    expect(single).toEqual(ORIGINAL.slice(0, SIZE));
  });
});

describe('symmetricBeta', () => {
  it.each([0.2, 0.5, 1])('has mean 1/2 and the variance of the beta distribution for %s', (alpha) => {
    const random = new Random(3, 'beta');
    const drawn = Array.from({ length: 20_000 }, () => symmetricBeta(alpha, random));
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
    expect(mean).toBeCloseTo(0.5, 1.7);
    expect(variance).toBeCloseTo(1 / (4 * (2 * alpha + 1)), 2);
  });
});
