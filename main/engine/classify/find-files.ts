import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, toEngineError } from '../common/errors.ts';
import type { ClipKind } from '../dataset/dataset.ts';
import { clipKindOf } from '../dataset/file-kinds.ts';
import { listFiles } from '../dataset/list-files.ts';

/** A file to be classified, or what prevents it. */
export type FoundInput =
  { readonly file: string; readonly kind: ClipKind } | { readonly file: string; readonly error: EngineError };

export interface FoundInputs {
  /** In the order given; the files of a folder sorted by path. */
  readonly inputs: readonly FoundInput[];
  /** Sentences about things in folders that were left out. */
  readonly warnings: readonly string[];
}

/**
 * Replaces folders by the sound files and spectrogram images anywhere in them. A file named by itself is taken for sound
 * whatever its name, unless it is a PNG. A path with nothing to classify carries its error; the others go on.
 * @throws AbortError
 */
export async function findFiles(paths: readonly string[], signal?: AbortSignal): Promise<FoundInputs> {
  const inputs: FoundInput[] = [];
  const warnings: string[] = [];
  for (const path of paths) {
    signal?.throwIfAborted();
    try {
      if (!(await stat(path)).isDirectory()) {
        inputs.push({ file: path, kind: clipKindOf(path) ?? 'audio' });
        continue;
      }
      const listing = await listFiles(path, new Set(), signal);
      warnings.push(...listing.warnings.map(({ message }) => message));
      if (listing.files.length === 0) throw nothingIn(path);
      inputs.push(...listing.files.map((found) => ({ file: join(path, found.path), kind: found.kind })));
    } catch (error) {
      signal?.throwIfAborted();
      inputs.push({ file: path, error: toEngineError(error, path) });
    }
  }
  return { inputs, warnings };
}

function nothingIn(folder: string): EngineError {
  return new EngineError('no-clips', `There are no sound files or spectrogram images in ${folder}.`);
}
