import { join } from 'node:path';
import { EngineError } from '../common/errors.ts';
import { runFile, type Run } from '../library/run-folder.ts';
import { readKerasFile, writeKerasFile } from '../model/keras-file.ts';
import type { ModelLabels } from '../model/model-labels.ts';
import { initialise, type Network } from '../model/network.ts';
import { findPreset, type Preset } from '../model/presets.ts';

/**
 * Keeps the network that a training begins from, where that is not a preset with fresh weights. It lies with the checkpoint
 * and goes with it: by the time the training is resumed, the network that was trained further may be gone.
 * @throws EngineError `disk-full`, `permission-denied`
 */
export function keepStart(folder: string, network: Network, labels: ModelLabels): Promise<void> {
  return writeKerasFile(startFile(folder), network, labels);
}

/** The network that the training of a run begins from. @throws EngineError `not-found`, `unsupported-model` where it is damaged */
export async function startNetwork(folder: string, { base, classes, training }: Run): Promise<Network> {
  if (base !== null) return (await readKerasFile(startFile(folder))).network;
  return initialise(presetOf(training?.preset ?? null).build(classes.length), training?.seed ?? 0);
}

/** @throws EngineError `invalid-argument` where none is named */
export function presetOf(name: string | null): Preset {
  if (name !== null) return findPreset(name);
  throw new EngineError('invalid-argument', 'Neither a preset nor a trained network to begin from was named.');
}

function startFile(folder: string): string {
  return join(runFile(folder, 'checkpoint'), 'start.keras');
}
