import { percent } from '../evaluation/figures-in-words.ts';
import { fitBinaryTemperature, tryTemperature } from '../evaluation/temperature.ts';
import type { TrainingConfig } from '../library/run-folder.ts';
import type { Backend } from '../model/backend.ts';
import { createPredictor } from '../model/network-predictor.ts';
import type { Network } from '../model/network.ts';
import type { Predictor } from '../model/predictor.ts';
import { withOutputs } from '../model/sigmoid-output.ts';
import { divideLogits } from '../model/temperature.ts';
import { classesOf } from '../training/targets.ts';
import { predictClips, predictWindows } from './score.ts';
import { rowsOf, type SplitClips } from './training-rows.ts';
import { tellNote, type TrainingTask } from './training-task.ts';

/** The network as it is kept; its probabilities made to mean what they say, where that is wanted and a temperature does it. */
export async function calibrate(
  network: Network,
  split: SplitClips,
  { config, backend }: { readonly config: TrainingConfig; readonly backend: Backend },
  task: TrainingTask,
): Promise<{ network: Network; temperature: number | null }> {
  const kept = withOutputs(network, config.outputs);
  if (!config.calibration) return { network: kept, temperature: null };
  const predictor = createPredictor(backend, kept, split.run.classes, split.run.recipe);
  try {
    const temperature =
      config.outputs === 'softmax'
        ? await softmaxTemperature(predictor, split, task)
        : await sigmoidTemperature(predictor, split, task);
    const calibrated = temperature === null ? network : divideLogits(network, temperature);
    return { network: withOutputs(calibrated, config.outputs), temperature };
  } finally {
    predictor.dispose();
  }
}

/** Null where it does not help clips that it was not fitted to, or there are none to try it on. */
async function softmaxTemperature(predictor: Predictor, split: SplitClips, task: TrainingTask): Promise<number | null> {
  const { clips, rows } = rowsOf('validation', split);
  const scored = { store: split.prepared.store, clips, rows };
  const tried = tryTemperature(await predictClips(predictor, scored, { signal: task.signal }));
  if (tried === null) return null;
  const { value, errorBefore, errorAfter, isWorthIt } = tried;
  const effect = `the calibration error of validation clips it was not fitted to is ${percent(errorAfter)} with it, ${percent(errorBefore)} without`;
  tellNote(task, isWorthIt ? `Temperature ${value.toFixed(2)}: ${effect}.` : `No temperature: ${effect}.`);
  return isWorthIt ? value : null;
}

async function sigmoidTemperature(predictor: Predictor, split: SplitClips, { signal }: TrainingTask): Promise<number> {
  const { rows, labels } = rowsOf('validation', split);
  const all = await predictWindows(predictor, { store: split.prepared.store, rows }, { signal });
  return fitBinaryTemperature(all.map((windows, index) => ({ labels: classesOf(labels[index] ?? []), windows })));
}
