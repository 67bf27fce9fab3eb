import { fitBinaryTemperature, fitTemperature } from '../evaluation/temperature.ts';
import type { TrainingConfig } from '../library/run-folder.ts';
import type { Backend } from '../model/backend.ts';
import { createPredictor } from '../model/network-predictor.ts';
import type { Network } from '../model/network.ts';
import { withOutputs } from '../model/sigmoid-output.ts';
import { divideLogits } from '../model/temperature.ts';
import { classesOf } from '../training/targets.ts';
import { predictClips, predictImages } from './score.ts';
import { rowsOf, type SplitClips } from './training-rows.ts';
import type { TrainingTask } from './training-task.ts';

/** The network as it is kept; its probabilities made to fit the validation clips, where that is wanted. */
export async function calibrate(
  network: Network,
  split: SplitClips,
  { config, backend }: { readonly config: TrainingConfig; readonly backend: Backend },
  { signal }: TrainingTask,
): Promise<{ network: Network; temperature: number | null }> {
  const kept = withOutputs(network, config.outputs);
  if (!config.calibration) return { network: kept, temperature: null };
  const { run, prepared } = split;
  const predictor = createPredictor(backend, kept, run.classes, run.recipe);
  try {
    const { clips, rows, labels } = rowsOf('validation', split);
    const scored = { store: prepared.store, clips, rows };
    const temperature =
      config.outputs === 'softmax'
        ? fitTemperature(await predictClips(predictor, scored, { signal }))
        : fitBinaryTemperature(
            (await predictImages(predictor, scored, { signal })).map((probabilities, index) => ({
              labels: classesOf(labels[index] ?? []),
              probabilities,
            })),
          );
    return { network: withOutputs(divideLogits(network, temperature), config.outputs), temperature };
  } finally {
    predictor.dispose();
  }
}
