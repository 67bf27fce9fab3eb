import type { Clip, Dataset } from '../dataset/dataset.ts';
import { stemOf } from '../dataset/file-kinds.ts';
import { parseIrmasName } from '../dataset/irmas.ts';
import type { KnownData } from '../library/known-data.ts';

/** How many clips carry the names of recordings that a network was trained on. The sample dataset only borrows them. */
export function namedLike(data: KnownData | null, { synthetic }: Dataset, clips: readonly Clip[]): number {
  if (data !== 'irmas' || synthetic) return 0;
  return clips.filter(({ path }) => parseIrmasName(stemOf(path.slice(path.lastIndexOf('/') + 1))) !== undefined).length;
}

/** Whether most clips of a folder do, whatever says their labels. */
export function isNamedLike(data: KnownData | null, dataset: Dataset): boolean {
  return namedLike(data, dataset, dataset.clips) * 2 > dataset.clips.length;
}
