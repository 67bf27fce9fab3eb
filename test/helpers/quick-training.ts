import type { Input } from '../../preload/contract.ts';

/** One epoch of the smallest network there is to learn from: over within seconds. */
export const QUICK_TRAINING: Input<'runs.train'>['training'] = {
  preset: 'instrunet-seed',
  epochs: 1,
  batchSize: 32,
  learningRate: 0.001,
  earlyStopping: null,
  bestEpoch: false,
  split: 'grouped',
  validation: 0.2,
  test: 0,
  seed: 1,
};
