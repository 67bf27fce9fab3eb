import { z } from 'zod';
import { earlyStoppingSchema } from './early-stopping.ts';

export const fitOptionsSchema = z.strictObject({
  epochs: z.int().min(1).max(10_000),
  /** Clips. */
  batchSize: z.int().min(1).max(4096),
  learningRate: z.number().positive().max(10),
  /** Decides the order of the clips and what dropout drops. */
  seed: z.int().min(0).max(0x7fffffff),
  earlyStopping: earlyStoppingSchema.optional(),
  /** Whether the weights of the epoch with the smallest validation loss are the result, instead of the last ones. */
  bestEpoch: z.boolean().optional(),
});

/** How to train, in Keras's words. */
export type FitOptions = Readonly<z.infer<typeof fitOptionsSchema>>;
