import { Random } from '../../common/random.ts';
import type { Batch } from '../batches.ts';
import { augmentImage, type ImageLayout } from './augment-image.ts';
import { mixBatch, type Mixing } from './mixup.ts';
import { NO_AUGMENTATION, type AugmentationOptions } from './options.ts';

/**
 * Changes batches of training clips before they are uploaded. What becomes of a clip depends on seed, epoch and clip
 * alone; what it is mixed with, on the order of the epoch too.
 */
export class Augmenter {
  readonly #scratch: Uint8Array;
  readonly #changesImages: boolean;

  constructor(
    private readonly options: AugmentationOptions,
    private readonly layout: ImageLayout,
    private readonly seed: number,
  ) {
    this.#scratch = new Uint8Array(layout.height * layout.width * layout.channels);
    this.#changesImages = JSON.stringify({ ...options, mixup: 0 }) !== JSON.stringify(NO_AUGMENTATION);
  }

  /**
   * Changes the images of a batch in place.
   * @returns how they were mixed, or null where they were not
   */
  apply({ images, positions, count }: Batch, epoch: number): Mixing | null {
    const size = this.#scratch.length;
    if (this.#changesImages) {
      for (const [index, position] of positions.entries()) {
        const image = images.subarray(index * size, (index + 1) * size);
        const random = new Random(this.seed, `augment epoch ${epoch} clip ${position}`);
        augmentImage(image, this.#scratch, this.layout, this.options, random);
      }
    }
    if (this.options.mixup === 0) return null;
    const random = new Random(this.seed, `mixup epoch ${epoch} clip ${positions[0] ?? 0}`);
    return mixBatch(images, count, this.options.mixup, random);
  }
}
