import { inspectAudio } from '../audio/inspect.ts';
import type { TaskOptions } from '../common/task.ts';
import type { Correction } from '../dataset/corrections.ts';
import { isUsable, type Clip, type Dataset } from '../dataset/dataset.ts';
import { scanFolder } from '../dataset/scan.ts';
import { inspectImage } from '../features/spectrogram-image.ts';
import { openLibrary } from '../library/database.ts';
import type { EngineContext } from './context.ts';

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

/** What a user must know of a folder that is going to be trained on or scored, in sentences. */
export function scanNotes({ dataset, libraryKeptAside }: OpenedDataset): string[] {
  const notes = dataset.warnings.map(({ message }) => message);
  const unusable = dataset.clips.filter((clip) => !isUsable(clip)).length;
  if (unusable > 0) {
    notes.push(
      `Of ${dataset.clips.length} clips ${unusable} cannot be used and are left out; a scan of the folder says why.`,
    );
  }
  if (libraryKeptAside !== undefined) notes.push(keptAsideWords(libraryKeptAside));
  return notes;
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
