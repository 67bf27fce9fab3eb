import { cancellation, EngineError, isCancellation, toEngineError, type ErrorCode } from '../common/errors.ts';
import { basename } from 'node:path';
import type { ByteImage } from './byte-image.ts';
import { fileToImage } from './clip-image.ts';
import type { Recipe } from './recipe.ts';

/** One clip to be made into an image; goes to a worker thread as it is. */
export interface ExtractionTask {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'audio' | 'image';
  readonly recipe: Recipe;
}

/** What came of it; plain values that cross threads. */
export type Extraction =
  | { readonly image: ByteImage; readonly warnings: readonly string[] }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly details: string | undefined } };

/**
 * Makes the image of one clip. Whatever is wrong with the file is returned; a silent clip is an error too, because there
 * is nothing in it to learn.
 * @throws AbortError
 */
export async function extract({ path, kind, recipe }: ExtractionTask, signal?: AbortSignal): Promise<Extraction> {
  const warnings: string[] = [];
  try {
    const onWarning = (message: string): void => void warnings.push(message);
    const clip = await fileToImage(path, kind, recipe, { signal, onWarning });
    if (clip.silent)
      throw new EngineError('unreadable-audio', `${basename(path)} is silent: there is nothing to learn.`);
    return { image: clip.image, warnings };
  } catch (error) {
    if (isCancellation(error) || signal?.aborted === true) throw cancellation();
    const { code, message, details } = toEngineError(error, basename(path));
    return { error: { code, message, details } };
  }
}
