import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { EngineError, toEngineError } from '../common/errors.ts';
import { ProgressReporter, type TaskOptions } from '../common/task.ts';
import { CacheFile, cachePaths, type CacheEntry } from './cache-file.ts';
import { lockCache } from './cache-lock.ts';
import { windowCount } from './clip-windows.ts';
import { openImageFile } from './image-file.ts';
import type { ImageStore } from './images.ts';
import { extractAll, type PoolOptions } from './pool.ts';
import type { Recipe } from './recipe.ts';

/** A clip whose image, or those of its windows, are wanted, as the scan found it. */
export interface FeatureClip {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'audio' | 'image';
  /** Seconds of sound; null for a picture. */
  readonly duration: number | null;
  /** SHA-256 of the content: under this its images are kept. */
  readonly sha256: string;
  readonly bytes: number;
  /** Whole milliseconds since 1970. */
  readonly modified: number;
}

export interface FeatureRequest extends Omit<PoolOptions, 'signal'>, TaskOptions {
  /** Where caches lie; made when missing. */
  readonly cacheFolder: string;
  /** Name of the dataset: with the recipe it names the cache. */
  readonly name: string;
  readonly clips: readonly FeatureClip[];
  readonly recipe: Recipe;
}

/** Where the image of a clip, or those of its windows, lie in the store, or why there are none. */
export type FeatureRows = { readonly rows: readonly number[] } | { readonly error: EngineError };

export interface Features {
  /** To be closed by the caller. */
  readonly store: ImageStore;
  /** One for each clip of the request, in its order. Identical clips share their rows. */
  readonly clips: readonly FeatureRows[];
  /** Images that were made now, and images that were there. */
  readonly extracted: number;
  readonly reused: number;
  /** Sentences about damaged files and about a cache that had to be made anew. */
  readonly warnings: readonly string[];
}

/** What was made is made to last at most this many milliseconds later. */
const FLUSH_MS = 3000;

/**
 * The images of a dataset's clips and of the windows of long ones: from the cache where they are, newly made where they are not. A file that cannot be
 * read costs only itself. Cancelled or killed at any moment, the cache keeps what was done a few seconds before.
 * @throws EngineError `exists` while another process fills the same cache, `disk-full`, `permission-denied`,
 * `runtime-missing` when no file could be read for want of ffmpeg; AbortError
 */
export async function ensureFeatures(request: FeatureRequest): Promise<Features> {
  const { clips, recipe, signal } = request;
  signal?.throwIfAborted();
  const warnings: string[] = [];
  const onWarning = (message: string): void => void warnings.push(message);
  const paths = cachePaths(request.cacheFolder, request.name, recipe);
  const cache = await CacheFile.open(paths, recipe, onWarning);
  try {
    let found = await findAll(cache, request, onWarning);
    const reused = imageCount(found.values());
    let errors: ReadonlyMap<FeatureClip, EngineError> = new Map();
    if (clips.some(({ sha256 }) => !found.has(sha256))) {
      const unlock = await lockCache(paths.lock);
      try {
        await cache.reload(() => undefined);
        found = await findAll(cache, request, () => undefined);
        errors = await extractMissing(cache, found, request, onWarning);
      } finally {
        await unlock();
      }
    }
    // In the order of the clips, so that rows are the same whether images were made now or taken from the cache.
    const entries = [...new Set(clips.map(({ sha256 }) => sha256))].flatMap((sha256) => found.get(sha256) ?? []);
    const rowsOf = new Map<string, readonly number[]>();
    let count = 0;
    for (const { sha256, windows = 1 } of entries) {
      const first = count;
      rowsOf.set(
        sha256,
        Array.from({ length: windows }, (_, window) => first + window),
      );
      count += windows;
    }
    const rows = clips.map((clip): FeatureRows => {
      const own = rowsOf.get(clip.sha256);
      if (own !== undefined) return { rows: own };
      return { error: errors.get(clip) ?? new EngineError('failed', `${basename(clip.path)} has no image.`) };
    });
    const store = openImageFile(paths.data, entries, recipe);
    return { store, clips: rows, extracted: count - reused, reused, warnings };
  } finally {
    await cache.close();
  }
}

function isLong({ duration }: FeatureClip, recipe: Recipe): boolean {
  return windowCount(duration, recipe) > 1;
}

function imageCount(entries: Iterable<CacheEntry>): number {
  return [...entries].reduce((total, { windows = 1 }) => total + windows, 0);
}

async function findAll(
  cache: CacheFile,
  { clips, recipe }: FeatureRequest,
  onWarning: (message: string) => void,
): Promise<Map<string, CacheEntry>> {
  const found = new Map<string, CacheEntry>();
  let damaged = 0;
  for (const [sha256, clip] of new Map(clips.map((clip) => [clip.sha256, clip]))) {
    const entry = await cache.find(sha256, isLong(clip, recipe), () => damaged++);
    if (entry !== undefined) found.set(sha256, entry);
  }
  if (damaged > 0) onWarning(`${damaged} images in the feature cache were damaged and are made anew.`);
  return found;
}

/** Makes what `found` lacks and adds it there. A clip that fails leaves the turn to one with the same content. */
async function extractMissing(
  cache: CacheFile,
  found: Map<string, CacheEntry>,
  request: FeatureRequest,
  onWarning: (message: string) => void,
): Promise<Map<FeatureClip, EngineError>> {
  const { recipe, signal } = request;
  const errors = new Map<FeatureClip, EngineError>();
  const missing = request.clips.filter(({ sha256 }) => !found.has(sha256));
  const distinct = new Set(missing.map(({ sha256 }) => sha256)).size;
  const progress = new ProgressReporter('features', distinct, 'clips', request.onProgress);
  let flushed = performance.now();
  let turn = nextTurn(missing, found, errors);
  try {
    for (let first = true; turn.length > 0; first = false) {
      const current = await unchanged(turn, errors);
      const tasks = current.map(({ path, kind, duration }) => ({ path, kind, duration, recipe }));
      if (first && current.length < turn.length) progress.advance(turn.length - current.length);
      await extractAll(tasks, { ...request, signal }, async (index, result) => {
        const clip = current[index];
        if (clip === undefined) return;
        if ('error' in result) {
          const { code, message, details } = result.error;
          errors.set(clip, new EngineError(code, message, details === undefined ? {} : { details }));
          if (code === 'runtime-missing') throw new EngineError(code, message);
        } else {
          found.set(clip.sha256, await cache.append(clip.sha256, result.images, isLong(clip, recipe)));
          result.warnings.forEach(onWarning);
        }
        if (first) progress.advance();
        if (performance.now() - flushed < FLUSH_MS) return;
        flushed = performance.now();
        await cache.flush();
      });
      turn = nextTurn(missing, found, errors);
    }
  } finally {
    await cache.flush();
  }
  return errors;
}

/** For each content that is still missing, the first clip that has not failed. */
function nextTurn(
  missing: readonly FeatureClip[],
  found: ReadonlyMap<string, CacheEntry>,
  errors: ReadonlyMap<FeatureClip, EngineError>,
): FeatureClip[] {
  const turn = new Map<string, FeatureClip>();
  for (const clip of missing) {
    if (!found.has(clip.sha256) && !errors.has(clip) && !turn.has(clip.sha256)) turn.set(clip.sha256, clip);
  }
  return [...turn.values()];
}

/** The clips whose files are still those that were scanned: under its old hash another sound must not be kept. */
async function unchanged(clips: readonly FeatureClip[], errors: Map<FeatureClip, EngineError>): Promise<FeatureClip[]> {
  const same: FeatureClip[] = [];
  for (const clip of clips) {
    const name = basename(clip.path);
    try {
      const { size, mtimeMs } = await stat(clip.path);
      if (size === clip.bytes && Math.floor(mtimeMs) === Math.floor(clip.modified)) same.push(clip);
      else errors.set(clip, new EngineError('failed', `${name} has changed since it was scanned; scan again.`));
    } catch (error) {
      errors.set(clip, toEngineError(error, name));
    }
  }
  return same;
}
