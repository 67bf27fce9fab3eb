import { applyCorrections, effectiveCorrections, type Correction } from '../dataset/corrections.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { assertTrainable } from '../dataset/trainable.ts';
import type { DatasetShelf } from './dataset-shelf.ts';

/**
 * A dataset as a training would have it, with the marks that change something.
 * @param wanted whether marks are applied
 * @throws EngineError `not-found`; as `assertTrainable`
 */
export async function correctedDataset(
  datasets: DatasetShelf,
  id: string,
  wanted: boolean,
): Promise<{ readonly dataset: Dataset; readonly corrections: readonly Correction[] }> {
  const { dataset: found } = await datasets.get(id);
  const corrections = wanted ? effectiveCorrections(found.clips, await datasets.corrections(id)) : [];
  const dataset = corrections.length === 0 ? found : applyCorrections(found, corrections);
  assertTrainable(dataset, 'several');
  return { dataset, corrections };
}
