import { basename, join } from 'node:path';
import { EngineError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import type { TaskOptions } from '../common/task.ts';
import { isUsable, type Clip, type Dataset } from '../dataset/dataset.ts';
import { ensureFeatures } from '../features/cache.ts';
import type { ImageStore } from '../features/images.ts';
import type { Recipe } from '../features/recipe.ts';
import type { ClipRows } from '../training/clip-rows.ts';
import type { EngineContext } from './context.ts';

/** A clip that the scan found usable but of which no image could be made. */
export interface FailedClip {
  readonly clip: string;
  readonly message: string;
}

/** The clips of a dataset that can be trained on or scored, with their images. */
export interface PreparedClips {
  readonly clips: readonly Clip[];
  /** Where each clip lies in the store. */
  readonly rows: readonly ClipRows[];
  readonly store: ImageStore;
  readonly failed: readonly FailedClip[];
  /** Images made now, and images taken from the cache. */
  readonly extracted: number;
  readonly reused: number;
  /** Sentences about damaged files and caches. */
  readonly warnings: readonly string[];
}

/**
 * Makes (or takes from the cache) the images of a dataset's usable clips, and of the windows of long ones. The caller closes the store.
 * @throws EngineError `no-clips` when there is not one image; otherwise as `ensureFeatures`
 */
export async function prepareClips(
  context: EngineContext,
  dataset: Dataset,
  recipe: Recipe,
  task: TaskOptions,
): Promise<PreparedClips> {
  const usable = dataset.clips.filter(isUsable);
  if (usable.length === 0) {
    throw new EngineError('no-clips', `No clip in ${dataset.root} can be used; a scan of the folder says why.`);
  }
  const features = await ensureFeatures({
    cacheFolder: join(context.libraryFolder, 'cache'),
    name: cacheName(dataset.root),
    clips: usable.map(({ path, kind, duration, sha256: content, bytes, modified }) => ({
      ...{ kind, duration, bytes, modified },
      path: join(dataset.root, ...path.split('/')),
      sha256: content ?? '',
    })),
    recipe,
    workerFile: context.workerFile,
    ...task,
  });
  const clips: Clip[] = [];
  const rows: ClipRows[] = [];
  const failed: FailedClip[] = [];
  usable.forEach((clip, index) => {
    const found = features.clips[index];
    if (found !== undefined && 'rows' in found) {
      const [only, ...more] = found.rows;
      clips.push(clip);
      // One is told by itself, as trainings of earlier versions knew it.
      rows.push(only !== undefined && more.length === 0 ? only : found.rows);
    } else {
      failed.push({ clip: clip.path, message: found?.error.message ?? '' });
    }
  });
  const { store, extracted, reused, warnings } = features;
  if (clips.length > 0) return { clips, rows, store, failed, extracted, reused, warnings };
  store.close();
  throw new EngineError('no-clips', `None of the ${usable.length} clips in ${dataset.root} could be read.`, {
    details: failed.map(({ clip, message }) => `${clip}: ${message}`).join('\n'),
  });
}

/** Readable, and different for two folders of the same name. */
function cacheName(root: string): string {
  return `${basename(root).replace(/[^\p{L}\p{N}_-]/gu, '_')}-${sha256(root).slice(0, 8)}`;
}
