import type { TrainingConfig } from '../library/run-folder.ts';
import { findPreset } from '../model/presets.ts';
import type { OutputKind } from '../model/output-kind.ts';
import type { TrainLayers } from '../model/train-layers.ts';
import { NO_AUGMENTATION, type AugmentationOptions } from '../training/augmentation/options.ts';

/** What a new user trains. */
export const DEFAULT_PRESET = 'instrunet';

/** Which layers learn when a trained network is trained further. */
export const DEFAULT_TRAIN_LAYERS: TrainLayers = 'last';

/** The report's procedure, split by recording. */
const PLAIN: Omit<TrainingConfig, 'preset'> = {
  epochs: 20,
  batchSize: 32,
  learningRate: 0.001,
  seed: 1,
  split: 'grouped',
  validation: 0.2,
  test: 0,
  earlyStopping: null,
  bestEpoch: false,
  outputs: 'softmax',
  schedule: 'constant',
  warmupEpochs: 0,
  weightDecay: 0,
  labelSmoothing: 0,
  balanceClasses: false,
  averaging: 0,
  augmentation: { ...NO_AUGMENTATION },
  otherSounds: 0,
  calibration: true,
  trainLayers: 'all',
  bodyRate: 1,
  members: 1,
  fold: null,
};

const STRONG_AUGMENTATION: AugmentationOptions = {
  ...NO_AUGMENTATION,
  mixup: 0.3,
  roll: 1,
  pitchShift: 3,
  timeMask: 0.2,
  frequencyMask: 0.15,
};

/** How the presets differ from the report's procedure; docs/experiments.md says how that was found. */
const OF_PRESETS: Readonly<Record<string, Partial<Omit<TrainingConfig, 'preset'>>>> = {
  instrunet: {
    members: 2,
    epochs: 100,
    learningRate: 0.005,
    schedule: 'cosine',
    warmupEpochs: 1,
    weightDecay: 0.05,
    averaging: 0.99,
    augmentation: { ...STRONG_AUGMENTATION, contrast: 0.25, equaliser: 60 },
  },
  'instrunet-fast': {
    epochs: 8,
    learningRate: 0.005,
    schedule: 'cosine',
    warmupEpochs: 1,
    weightDecay: 0.02,
    averaging: 0.98,
    augmentation: { ...NO_AUGMENTATION, roll: 1, pitchShift: 2 },
  },
};

/**
 * How a preset is trained where nothing else is said.
 * @throws EngineError `invalid-argument` naming the presets there are
 */
export function presetTraining(name: string): TrainingConfig & { readonly preset: string } {
  const { name: preset } = findPreset(name);
  return { ...PLAIN, preset, ...OF_PRESETS[preset] };
}

const OF_FURTHER_TRAINING: Readonly<Record<TrainLayers, Partial<TrainingConfig>>> = {
  last: { epochs: 30, learningRate: 0.005, averaging: 0.9 },
  all: { epochs: 30, learningRate: 0.005, bodyRate: 0.01, averaging: 0.9 },
};

/**
 * How a trained network is trained further where nothing else is said.
 * @param outputs how it answers, which it keeps; where it has not been opened yet, `trainRun` finds that out
 */
export function furtherTraining(trainLayers: TrainLayers, outputs: OutputKind = 'softmax'): TrainingConfig {
  return {
    ...PLAIN,
    outputs,
    ...{ preset: null, trainLayers, schedule: 'cosine', warmupEpochs: 1, weightDecay: 0.02 },
    augmentation: { ...STRONG_AUGMENTATION, mixup: 0 },
    ...OF_FURTHER_TRAINING[trainLayers],
  };
}
