import { basename } from 'node:path';
import { inspectAudio } from '../audio/inspect.ts';
import { EngineError } from '../common/errors.ts';
import type { TaskOptions } from '../common/task.ts';
import type { Correction } from '../dataset/corrections.ts';
import { isUsable, type Clip, type Dataset } from '../dataset/dataset.ts';
import { scanFolder } from '../dataset/scan.ts';
import { inspectImage } from '../features/spectrogram-image.ts';
import { openLibrary } from '../library/database.ts';
import type { EngineContext } from './context.ts';
import type { Note } from './training-task.ts';

/** What a rescan found different from the last time. */
export interface DatasetChanges {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
}

export interface OpenedDataset {
  /** As found, without corrections. */
  readonly dataset: Dataset;
  /** All that the user has said of its clips, in the order in which it was said. */
  readonly corrections: readonly Correction[];
  /** Null where the folder was never scanned before. */
  readonly changes: DatasetChanges | null;
  /** Where a damaged library was put aside; a new one has been begun. */
  readonly libraryKeptAside: string | undefined;
}

/**
 * Scans a folder, looking only into files that changed since the library last saw it, and remembers what was found.
 * @throws EngineError as `scanFolder` and `openLibrary`
 */
export async function openDataset(context: EngineContext, folder: string, task: TaskOptions): Promise<OpenedDataset> {
  const library = await openLibrary(context.libraryFolder);
  try {
    const previous = library.loadDataset(folder);
    const dataset = await scanFolder(folder, {
      ...task,
      previous: previous?.clips,
      inspector: { inspectAudio, inspectImage },
    });
    library.saveDataset(dataset);
    const changes = previous === undefined ? null : changesBetween(previous.clips, dataset.clips);
    const corrections = library.listCorrections(dataset.root);
    return { dataset, corrections, changes, libraryKeptAside: library.keptAside };
  } finally {
    library.close();
  }
}

/**
 * Keeps a dataset under the folder it was moved to, corrections and all, and scans it there.
 * @throws EngineError `invalid-argument` where the folder holds none of its clips, `exists` where it is a dataset of its own;
 *   otherwise as `openDataset`
 */
export async function relocateDataset(
  context: EngineContext,
  from: string,
  to: string,
  task: TaskOptions,
): Promise<OpenedDataset> {
  const library = await openLibrary(context.libraryFolder);
  try {
    const previous = library.loadDataset(from)?.clips ?? [];
    const dataset = await scanFolder(to, { ...task, previous, inspector: { inspectAudio, inspectImage } });
    const changes = changesBetween(previous, dataset.clips);
    if (changes.removed === previous.length) {
      throw new EngineError(
        'invalid-argument',
        `${to} holds none of the clips of ${basename(from)}. Nothing was changed.`,
      );
    }
    library.moveDataset(from, to);
    library.saveDataset(dataset);
    const corrections = library.listCorrections(dataset.root);
    return { dataset, corrections, changes, libraryKeptAside: library.keptAside };
  } finally {
    library.close();
  }
}

/** What a user must know of a folder that is going to be trained on or scored, in sentences. */
export function scanNotes(opened: OpenedDataset): string[] {
  return scanNews(opened).map(({ message }) => message);
}

/** The same for a training. What cannot be used, a window has from the run's record. */
export function scanNews({ dataset, libraryKeptAside }: OpenedDataset): Pick<Note, 'about' | 'message'>[] {
  const news: Pick<Note, 'about' | 'message'>[] = dataset.warnings.map(({ message, paths }) => ({
    about: paths.length === 0 ? 'training' : 'file',
    message,
  }));
  const unusable = dataset.clips.filter((clip) => !isUsable(clip)).length;
  if (unusable > 0) {
    const message = `Of ${dataset.clips.length} clips ${unusable} cannot be used and are left out; a scan of the folder says why.`;
    news.push({ about: 'terminal', message });
  }
  if (libraryKeptAside !== undefined) news.push({ about: 'training', message: keptAsideWords(libraryKeptAside) });
  return news;
}

export function keptAsideWords(path: string): string {
  return `The library was damaged. It was put aside as ${path}, and a new one was begun.`;
}

function changesBetween(before: readonly Clip[], after: readonly Clip[]): DatasetChanges {
  const earlier = new Map(before.map((clip) => [clip.path, clip]));
  const known = after.filter(({ path }) => earlier.has(path));
  const unchanged = known.filter((clip) => {
    const old = earlier.get(clip.path);
    return old?.bytes === clip.bytes && old.modified === clip.modified;
  }).length;
  return {
    added: after.length - known.length,
    changed: known.length - unchanged,
    unchanged,
    removed: before.length - known.length,
  };
}
