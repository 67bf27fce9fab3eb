import { drawBatches, epochOrder } from '../batches.ts';
import type { ImageStore } from '../../features/images.ts';
import { Augmenter } from './augmenter.ts';
import type { ImageLayout } from './augment-image.ts';
import type { AugmentationOptions } from './options.ts';

/** What of a training decides how its clips are changed. */
export interface ShowingOptions {
  readonly augmentation: AugmentationOptions;
  readonly batchSize: number;
  readonly seed: number;
}

/** How a network is shown a clip in one epoch. */
export interface Showing {
  readonly epoch: number;
  /** The training clips of its batch, by position. */
  readonly batch: readonly number[];
  /** Where in the batch it is. */
  readonly index: number;
  /** Position of the clip that it is mixed with; null where clips are not mixed. */
  readonly partner: number | null;
}

/**
 * How a training shows one of its clips in its first epochs: the same order, batches and random numbers.
 * @param count training clips
 * @param position of the clip among them
 */
export function firstShowings(count: number, position: number, epochs: number, options: ShowingOptions): Showing[] {
  const { augmentation, batchSize, seed } = options;
  return Array.from({ length: epochs }, (_, before) => {
    const epoch = before + 1;
    const order = epochOrder(count, seed, epoch);
    const place = order.indexOf(position);
    const start = place - (place % batchSize);
    const batch = order.slice(start, start + batchSize);
    const index = place - start;
    const next = batch[(index + 1) % batch.length] ?? position;
    return { epoch, batch, index, partner: augmentation.mixup === 0 ? null : next };
  });
}

/**
 * The image that the network is shown, by the code that changes clips in training.
 * @param images of the clip and of its partner, by position
 */
export function drawShowing(
  { epoch, batch, index }: Showing,
  images: ReadonlyMap<number, Uint8Array>,
  layout: ImageLayout,
  { augmentation, seed }: ShowingOptions,
): Uint8Array {
  const size = layout.height * layout.width * layout.channels;
  // What the other clips of the batch look like changes nothing: they only have to be there.
  const store: ImageStore = {
    ...layout,
    count: batch.length,
    read: (row, target, offset) => {
      const image = images.get(batch[row] ?? -1);
      if (image === undefined) target.fill(0, offset, offset + size);
      else target.set(image, offset);
    },
    close: () => undefined,
  };
  const rows = batch.map((_, row) => row);
  const [drawn] = drawBatches({ store, rows, labels: rows }, batch.length);
  if (drawn === undefined) throw new RangeError('there is no clip to draw');
  new Augmenter(augmentation, layout, seed).apply({ ...drawn, positions: batch }, epoch);
  return drawn.images.slice(index * size, (index + 1) * size);
}
