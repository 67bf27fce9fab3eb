import { describe, expect, it } from 'vitest';
import { Augmenter } from '../../../../main/engine/training/augmentation/augmenter.ts';
import { NO_AUGMENTATION, type AugmentationOptions } from '../../../../main/engine/training/augmentation/options.ts';
import { randomImages } from '../../../fixtures/model/networks.ts';

const SIZE = 16;
const LAYOUT = { height: SIZE, width: SIZE, channels: 1 } as const;
const ALL: AugmentationOptions = {
  mixup: 0,
  roll: 1,
  pitchShift: 2,
  timeMask: 0.2,
  frequencyMask: 0.2,
  gain: 10,
  contrast: 0.2,
  equaliser: 20,
};

/** What becomes of the clips at `positions`, drawn in one batch. */
function augmented(options: AugmentationOptions, seed: number, epoch: number, positions: readonly number[]) {
  const all = randomImages(4, SIZE, 1, 1);
  const size = SIZE * SIZE;
  const images = new Uint8Array(positions.length * size);
  positions.forEach((position, index) => {
    images.set(all.subarray(position * size, (position + 1) * size), index * size);
  });
  const batch = { images, labels: positions.map(() => 0), positions, count: positions.length };
  const mixing = new Augmenter(options, LAYOUT, seed).apply(batch, epoch);
  return { images, mixing };
}

describe('Augmenter', () => {
  it('changes a clip by seed, epoch and clip alone, whatever stands beside it', () => {
    const size = SIZE * SIZE;
    const alone = augmented(ALL, 1, 3, [2]).images;
    expect(augmented(ALL, 1, 3, [2]).images).toEqual(alone);
    expect(augmented(ALL, 1, 3, [0, 2]).images.subarray(size)).toEqual(alone);
    expect(augmented(ALL, 1, 4, [2]).images).not.toEqual(alone);
    expect(augmented(ALL, 2, 3, [2]).images).not.toEqual(alone);
  });

  it('mixes anew every epoch, and only where that is asked for', () => {
    const mixed = { ...NO_AUGMENTATION, mixup: 0.4 };
    const shares = (epoch: number): number[] => [...(augmented(mixed, 1, epoch, [0, 1, 2]).mixing?.shares ?? [])];
    expect(shares(1)).toHaveLength(3);
    expect(shares(1)).toEqual(shares(1));
    expect(shares(1)).not.toEqual(shares(2));
    expect(augmented(ALL, 1, 1, [0, 1]).mixing).toBeNull();
  });

  it('leaves the images as they are where nothing is asked for', () => {
    expect(augmented(NO_AUGMENTATION, 1, 1, [0, 1, 2, 3]).images).toEqual(randomImages(4, SIZE, 1, 1));
  });
});
