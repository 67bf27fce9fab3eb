import { describe, expect, it } from 'vitest';
import { colourTable } from '../../../main/engine/features/colour-map.ts';
import { joinedImages } from '../../../main/engine/features/joined-images.ts';
import { memoryStore } from '../../fixtures/training/memory-store.ts';

const RECIPE = { colourMap: 'magma' } as const;
const pixel = (value: number, channels: 1 | 3 = 1): Uint8Array => new Uint8Array(channels).fill(value);

function all(store: ReturnType<typeof memoryStore>): number[][] {
  return Array.from({ length: store.count }, (_, index) => {
    const target = new Uint8Array(store.channels + 2);
    store.read(index, target, 1);
    expect([target[0], target.at(-1)]).toEqual([0, 0]);
    return [...target.subarray(1, -1)];
  });
}

describe('joinedImages', () => {
  it('puts the images of one store behind those of the other', () => {
    const first = memoryStore(Uint8Array.of(1, 2), 1, 1);
    expect(all(joinedImages(first, memoryStore(Uint8Array.of(7, 8, 9), 1, 1), RECIPE))).toEqual([
      [1],
      [2],
      [7],
      [8],
      [9],
    ]);
  });

  it('colours loudness behind pictures in colour', () => {
    const joined = joinedImages(memoryStore(pixel(5, 3), 1, 3), memoryStore(pixel(200), 1, 1), RECIPE);
    expect(all(joined)).toEqual([[5, 5, 5], [...colourTable('magma').subarray(600, 603)]]);
  });

  it('does not join what has other sizes, or colours behind loudness', () => {
    const gray = memoryStore(pixel(1), 1, 1);
    expect(() => joinedImages(gray, memoryStore(new Uint8Array(4), 2, 1), RECIPE)).toThrow(RangeError);
    expect(() => joinedImages(gray, memoryStore(pixel(1, 3), 1, 3), RECIPE)).toThrow(RangeError);
  });
});
