import { describe, expect, it } from 'vitest';
import { Augmenter } from '../../../../main/engine/training/augmentation/augmenter.ts';
import { NO_AUGMENTATION, type AugmentationOptions } from '../../../../main/engine/training/augmentation/options.ts';
import { drawShowing, firstShowings } from '../../../../main/engine/training/augmentation/showings.ts';
import { drawBatches, epochOrder } from '../../../../main/engine/training/batches.ts';
import { randomImages } from '../../../fixtures/model/networks.ts';
import { memoryStore } from '../../../fixtures/training/memory-store.ts';

const SIZE = 16;
const LENGTH = SIZE * SIZE;
const CLIPS = 11;
const EPOCHS = 4;
const LAYOUT = { height: SIZE, width: SIZE, channels: 1 } as const;
const ALL: AugmentationOptions = {
  ...{ mixup: 0.4, roll: 1, pitchShift: 2, timeMask: 0.2, frequencyMask: 0.2, gain: 10, contrast: 0.2, equaliser: 20 },
};
const images = randomImages(CLIPS, SIZE, 1, 3);
const imageOf = (position: number): Uint8Array => images.slice(position * LENGTH, (position + 1) * LENGTH);

/** The images of a clip in the first epochs of a training, taken from its batches as it goes through all of them. */
function trainedOn(position: number, augmentation: AugmentationOptions, batchSize: number, seed: number): Uint8Array[] {
  const rows = Array.from({ length: CLIPS }, (_, row) => row);
  const augmenter = new Augmenter(augmentation, LAYOUT, seed);
  const seen: Uint8Array[] = [];
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    const data = { store: memoryStore(images, SIZE, 1), rows, labels: rows };
    for (const batch of drawBatches(data, batchSize, epochOrder(CLIPS, seed, epoch))) {
      augmenter.apply(batch, epoch);
      const index = batch.positions.indexOf(position);
      if (index >= 0) seen.push(batch.images.slice(index * LENGTH, (index + 1) * LENGTH));
    }
  }
  return seen;
}

function shown(position: number, augmentation: AugmentationOptions, batchSize: number, seed: number): Uint8Array[] {
  const options = { augmentation, batchSize, seed };
  return firstShowings(CLIPS, position, EPOCHS, options).map((showing) => {
    const needed = [position, ...(showing.partner === null ? [] : [showing.partner])];
    return drawShowing(showing, new Map(needed.map((place) => [place, imageOf(place)])), LAYOUT, options);
  });
}

describe('how a training shows a clip', () => {
  it.each([
    ['in batches that divide unevenly', 4],
    ['in batches of one', 1],
    ['in one batch', 32],
  ])('is to the bit what it shows the network, mixed or not, %s', (_how, batchSize) => {
    for (const position of [0, 5, CLIPS - 1]) {
      expect(shown(position, ALL, batchSize, 7)).toEqual(trainedOn(position, ALL, batchSize, 7));
      const unmixed = { ...ALL, mixup: 0 };
      expect(shown(position, unmixed, batchSize, 7)).toEqual(trainedOn(position, unmixed, batchSize, 7));
    }
  });

  it('differs from epoch to epoch and by the seed, and is the clip itself where nothing is changed', () => {
    const [first, second] = shown(3, ALL, 4, 7);
    expect(first).not.toEqual(second);
    expect(shown(3, ALL, 4, 8)[0]).not.toEqual(first);
    for (const image of shown(3, NO_AUGMENTATION, 4, 7)) expect(image).toEqual(imageOf(3));
  });
});
