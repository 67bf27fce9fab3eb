import type { TaskOptions } from '../common/task.ts';
import { writeHeldBackClips, type HeldBackClip } from '../dataset/sample/held-back.ts';
import { writeSampleDataset, type SampleDataset } from '../dataset/sample/sample-dataset.ts';

export interface SampleRequest {
  readonly folder: string;
  /** Clips of each class, or IRMAS's own counts; the sample's default where it is not given. */
  readonly clipsPerClass: number | 'irmas' | undefined;
  /** Where a few recordings go that are not in the dataset; none are made without it. */
  readonly heldBackFolder: string | undefined;
  readonly seed: number;
}

export interface Sample extends SampleDataset {
  readonly heldBack: readonly HeldBackClip[];
}

/**
 * Makes the built-in sample dataset and, where asked, recordings of the same synthesis that are not in it.
 * @throws EngineError `exists` where something else lies in a folder, `disk-full`, `permission-denied`; AbortError
 */
export async function makeSample(request: SampleRequest, task: TaskOptions): Promise<Sample> {
  const { folder, clipsPerClass, heldBackFolder, seed } = request;
  const dataset = await writeSampleDataset(folder, { ...task, clipsPerClass, seed });
  const heldBack = heldBackFolder === undefined ? [] : await writeHeldBackClips(heldBackFolder, { ...task, seed });
  return { ...dataset, heldBack };
}
