import { describe, expect, it } from 'vitest';
import { bytesPerImage, drawBatches, epochOrder } from '../../../main/engine/training/batches.ts';
import { memoryStore } from '../../fixtures/training/memory-store.ts';

/** Ten images of 2 x 2 pixels, each filled with its own number. */
const store = memoryStore(
  Uint8Array.from({ length: 40 }, (_, index) => Math.floor(index / 4)),
  2,
  1,
);
const rows = [9, 8, 7, 6, 5];
const labels = [0, 1, 2, 0, 1];

describe('epochOrder', () => {
  it('visits every clip once', () => {
    expect([...epochOrder(100, 1, 1)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it('depends on seed and epoch and nothing else', () => {
    expect(epochOrder(50, 3, 2)).toEqual(epochOrder(50, 3, 2));
    expect(epochOrder(50, 3, 2)).not.toEqual(epochOrder(50, 3, 1));
    expect(epochOrder(50, 3, 2)).not.toEqual(epochOrder(50, 4, 2));
  });
});

describe('drawBatches', () => {
  const drawn = (order?: number[]): unknown[][] =>
    Array.from(drawBatches({ store, rows, labels }, 2, order), ({ images, labels: own, count }) => [
      [...images],
      [...own],
      [count],
    ]);

  it('copies images and labels of the rows, in their order, the last batch smaller', () => {
    expect(drawn()).toEqual([
      [[9, 9, 9, 9, 8, 8, 8, 8], [0, 1], [2]],
      [[7, 7, 7, 7, 6, 6, 6, 6], [2, 0], [2]],
      [[5, 5, 5, 5], [1], [1]],
    ]);
  });

  it('follows another order when given one', () => {
    expect(drawn([4, 0])).toEqual([[[5, 5, 5, 5, 9, 9, 9, 9], [1, 0], [2]]]);
  });

  it('uses the same memory for every batch', () => {
    const buffers = new Set([...drawBatches({ store, rows, labels }, 2)].map(({ images }) => images.buffer));
    expect(buffers.size).toBe(1);
    expect([...buffers][0]?.byteLength).toBe(2 * bytesPerImage(store));
  });

  it('refuses rows without a label', () => {
    expect(() => [...drawBatches({ store, rows, labels: [0] }, 2)]).toThrow(/no clip 1/);
  });
});
