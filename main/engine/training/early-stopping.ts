import { z } from 'zod';
import type { EpochRecord } from './history.ts';

const MONITORS = ['loss', 'accuracy', 'valLoss', 'valAccuracy'] as const;
export type Monitor = (typeof MONITORS)[number];

/** Keras's EarlyStopping: training ends when `monitor` has not improved by more than `minDelta` for `patience` epochs. */
export const earlyStoppingSchema = z.strictObject({
  monitor: z.enum(MONITORS),
  minDelta: z.number().min(0),
  /** Epochs. */
  patience: z.int().min(0),
  /** Whether the weights of the best epoch are the result, instead of the last ones. */
  restoreBestWeights: z.boolean(),
});

export type EarlyStoppingOptions = Readonly<z.infer<typeof earlyStoppingSchema>>;

/** Losses get better downwards, accuracies upwards. */
function isBetter(monitor: Monitor, value: number, than: number, minDelta = 0): boolean {
  return monitor === 'loss' || monitor === 'valLoss' ? value < than - minDelta : value > than + minDelta;
}

/** The epoch with the best value of `monitor`, the earlier of equals; undefined before the first. */
export function bestEpoch(history: readonly EpochRecord[], monitor: Monitor, minDelta = 0): EpochRecord | undefined {
  let best: EpochRecord | undefined;
  for (const record of history) {
    if (best === undefined || isBetter(monitor, record[monitor], best[monitor], minDelta)) best = record;
  }
  return best;
}

/** Whether training should end after the last epoch of `history`. */
export function shouldStop(history: readonly EpochRecord[], options: EarlyStoppingOptions): boolean {
  const best = bestEpoch(history, options.monitor, options.minDelta);
  const last = history[history.length - 1];
  return (
    best !== undefined && last !== undefined && last.epoch > best.epoch && last.epoch - best.epoch >= options.patience
  );
}
