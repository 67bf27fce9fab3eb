import { basename } from 'node:path';
import { decodeMono, type DecodeOptions } from '../audio/decode.ts';
import { slidingWindows } from '../audio/windows.ts';
import { EngineError } from '../common/errors.ts';
import type { ByteImage } from './byte-image.ts';
import { clipToImage } from './clip-image.ts';
import type { Recipe } from './recipe.ts';

/**
 * Windows of one clip at most, so that a recording of an hour weighs no more than twenty clips. Caches keep windows as they
 * are cut here: cut otherwise, they need another version.
 */
export const MOST_WINDOWS = 20;

/**
 * In how many windows a clip is heard that is not silent anywhere: side by side, the last one where at least half of it is
 * sound. A clip of one window is heard from its first sound on instead (`fileToImage`), and so is a picture.
 * @param duration seconds; null for a picture
 */
export function windowCount(duration: number | null, { clipSeconds }: Recipe): number {
  if (duration === null) return 1;
  return Math.min(MOST_WINDOWS, Math.max(1, Math.floor(duration / clipSeconds + 0.5)));
}

/**
 * The images of a long file's windows, those below the recipe's silence threshold left out; none where all are. Each window is
 * made as those of a recording that is to be named. Where a file has more than `MOST_WINDOWS`, these lie evenly over it.
 * @param duration seconds
 * @throws EngineError `unreadable-audio` (also for a file without any sound), `not-found`, `permission-denied`,
 * `runtime-missing`; AbortError
 */
export async function fileToWindows(
  path: string,
  duration: number,
  recipe: Recipe,
  options: DecodeOptions = {},
): Promise<ByteImage[]> {
  const { sampleRate, clipSeconds: windowSeconds } = recipe;
  const hopSeconds = Math.max(windowSeconds, duration / MOST_WINDOWS);
  const images: ByteImage[] = [];
  let heard = 0;
  const sound = decodeMono(path, sampleRate, options);
  for await (const { samples } of slidingWindows(sound, { sampleRate, windowSeconds, hopSeconds })) {
    const window = clipToImage(samples, sampleRate, recipe);
    if (!window.silent) images.push(window.image);
    if (++heard === MOST_WINDOWS) break;
  }
  if (heard === 0) throw new EngineError('unreadable-audio', `${basename(path)} holds no sound.`);
  return images;
}
