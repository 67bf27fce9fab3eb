/**
 * The byte images of many clips, read one by one from wherever they lie (the cache file, or memory in tests),
 * so that memory does not grow with the dataset.
 */
export interface ImageStore {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** 1: loudness as a byte a pixel, to be coloured by the recipe's colour table. 3: RGB as found. */
  readonly channels: 1 | 3;
  /**
   * Copies image `index` into `target` from `offset`: `height * width * channels` bytes, rows from the top (high
   * frequencies) down, pixels from left to right, channels last.
   */
  read(index: number, target: Uint8Array, offset: number): void;
  close(): void;
}
