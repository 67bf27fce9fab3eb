import { cancellation, EngineError, isCancellation, toEngineError, type ErrorCode } from '../common/errors.ts';
import { basename } from 'node:path';
import type { DecodeOptions } from '../audio/decode.ts';
import type { ByteImage } from './byte-image.ts';
import { fileToImage } from './clip-image.ts';
import { fileToWindows, windowCount } from './clip-windows.ts';
import type { Recipe } from './recipe.ts';

/** One clip to be made into its image, or into those of its windows; goes to a worker thread as it is. */
export interface ExtractionTask {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'audio' | 'image';
  /** Seconds; null for a picture. */
  readonly duration: number | null;
  readonly recipe: Recipe;
}

/** What came of it; plain values that cross threads. */
export type Extraction =
  | { readonly images: readonly ByteImage[]; readonly warnings: readonly string[] }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly details: string | undefined } };

/**
 * Makes the images of one clip. Whatever is wrong with the file is returned; a silent clip is an error too, because there
 * is nothing in it to learn.
 * @throws AbortError
 */
export async function extract(task: ExtractionTask, signal?: AbortSignal): Promise<Extraction> {
  const { path } = task;
  const warnings: string[] = [];
  try {
    const onWarning = (message: string): void => void warnings.push(message);
    const images = await clipImages(task, { signal, onWarning });
    if (images.length === 0)
      throw new EngineError('unreadable-audio', `${basename(path)} is silent: there is nothing to learn.`);
    return { images, warnings };
  } catch (error) {
    if (isCancellation(error) || signal?.aborted === true) throw cancellation();
    const { code, message, details } = toEngineError(error, basename(path));
    return { error: { code, message, details } };
  }
}

/**
 * The image of a clip, or those of its windows; none where there is nothing but silence.
 * @throws as `fileToImage` and `fileToWindows`
 */
export async function clipImages(
  { path, kind, duration, recipe }: ExtractionTask,
  options: DecodeOptions = {},
): Promise<readonly ByteImage[]> {
  if (duration !== null && windowCount(duration, recipe) > 1) return fileToWindows(path, duration, recipe, options);
  const clip = await fileToImage(path, kind, recipe, options);
  return clip.silent ? [] : [clip.image];
}
