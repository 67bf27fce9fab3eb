import { closeSync, openSync, readSync } from 'node:fs';
import { EngineError, toEngineError } from '../common/errors.ts';
import type { CacheEntry } from './cache-file.ts';
import { applyColourMap, colourTable } from './colour-map.ts';
import type { ImageStore } from './images.ts';
import type { Recipe } from './recipe.ts';

/**
 * The images of a dataset, read from the cache's data file one by one. Where some have three channels and others one,
 * all have three, loudness being coloured by the recipe's colour map.
 * @throws EngineError `not-found`, `permission-denied`
 */
export function openImageFile(path: string, entries: readonly CacheEntry[], recipe: Recipe): ImageStore {
  const { imageHeight: height, imageWidth: width } = recipe;
  const images = entries.flatMap(({ offset, channels, windows = 1 }) =>
    Array.from({ length: windows }, (_, window) => ({
      offset: offset + window * height * width * channels,
      channels,
    })),
  );
  const channels = images.some((image) => image.channels === 3) ? 3 : 1;
  const levels = Buffer.alloc(height * width);
  const table = colourTable(recipe.colourMap);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw toEngineError(error, path);
  }
  const readBytes = (target: Uint8Array, offset: number, length: number, position: number): void => {
    let filled = 0;
    while (filled < length) {
      const count = readSync(file, target, offset + filled, length - filled, position + filled);
      if (count === 0) throw new EngineError('failed', `${path} has become shorter while it was in use.`);
      filled += count;
    }
  };
  return {
    count: images.length,
    height,
    width,
    channels,
    read(index, target, offset) {
      const image = images[index];
      if (image === undefined) throw new RangeError(`no image ${index} among ${images.length}`);
      if (image.channels === channels) {
        readBytes(target, offset, height * width * channels, image.offset);
        return;
      }
      readBytes(levels, 0, levels.length, image.offset);
      applyColourMap(levels, table, target, offset);
    },
    close() {
      closeSync(file);
    },
  };
}
