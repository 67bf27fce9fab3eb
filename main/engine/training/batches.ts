import { Random } from '../common/random.ts';
import type { ImageStore } from '../features/images.ts';
import type { Target } from './targets.ts';

/** Some images of a store with their class indices: a clip each, or windows of clips. */
export interface LabelledRows {
  readonly store: ImageStore;
  /** Indices into the store. */
  readonly rows: readonly number[];
  /** What is right about each row, in the same order. */
  readonly labels: readonly Target[];
}

/** One batch. The memory of its images is used again for the next one. */
export interface Batch {
  readonly images: Uint8Array;
  readonly labels: readonly Target[];
  /** Which of the labelled rows these are. */
  readonly positions: readonly number[];
  readonly count: number;
}

/** The order in which an epoch visits `count` clips: a function of seed and epoch alone, so that a resumed training repeats it. */
export function epochOrder(count: number, seed: number, epoch: number): number[] {
  const indices = Array.from({ length: count }, (_, index) => index);
  return new Random(seed, `shuffle epoch ${epoch}`).shuffle(indices);
}

export function bytesPerImage(store: ImageStore): number {
  return store.height * store.width * store.channels;
}

/**
 * Draws batches from a store, one after the other into the same memory. The last one is smaller where the clips do not
 * divide evenly.
 * @param order positions in `rows`; all of them in their own order by default
 */
export function* drawBatches(
  { store, rows, labels }: LabelledRows,
  batchSize: number,
  order: readonly number[] = rows.map((_, index) => index),
): Generator<Batch, void> {
  const size = bytesPerImage(store);
  const images = new Uint8Array(Math.min(batchSize, order.length) * size);
  for (let start = 0; start < order.length; start += batchSize) {
    const positions = order.slice(start, start + batchSize);
    const batchLabels: Target[] = [];
    for (const [index, position] of positions.entries()) {
      const row = rows[position];
      const label = labels[position];
      if (row === undefined || label === undefined) throw new RangeError(`there is no clip ${position} to draw`);
      store.read(row, images, index * size);
      batchLabels.push(label);
    }
    const count = positions.length;
    yield { images: images.subarray(0, count * size), labels: batchLabels, positions, count };
  }
}
