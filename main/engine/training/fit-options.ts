import { z } from 'zod';
import { MOST_MEMBERS } from '../model/members.ts';
import { TRAIN_LAYERS } from '../model/train-layers.ts';
import { augmentationSchema, NO_AUGMENTATION } from './augmentation/options.ts';
import { OUTPUT_KINDS } from '../model/output-kind.ts';
import { earlyStoppingSchema } from './early-stopping.ts';

export const fitOptionsSchema = z.strictObject({
  /** What the logits are trained for: categorical cross-entropy under softmax, or binary cross-entropy under sigmoid. */
  outputs: z.enum(OUTPUT_KINDS).optional(),
  epochs: z.int().min(1).max(10_000),
  /** Clips. */
  batchSize: z.int().min(1).max(4096),
  learningRate: z.number().positive().max(10),
  /** `cosine`: up from 0 over the warm-up, then down to 0 at the end of the last epoch. */
  schedule: z.enum(['constant', 'cosine']).optional(),
  warmupEpochs: z.number().min(0).max(1000).optional(),
  /** AdamW's, applied to kernels; none where it is 0 or left out. */
  weightDecay: z.number().min(0).max(10).optional(),
  /** Share of each label that is spread evenly over all classes (softmax), or over yes and no of each class (sigmoid). */
  labelSmoothing: z.number().min(0).lt(1).optional(),
  /** Whether clips of small classes count more, so that all classes count the same. */
  balanceClasses: z.boolean().optional(),
  /** Decay of the moving average of the weights, which is then what is scored and kept; 0 or left out: the weights themselves. */
  averaging: z.number().min(0).lt(1).optional(),
  augmentation: augmentationSchema.optional(),
  /** `last`: only the output layer learns. */
  trainLayers: z.enum(TRAIN_LAYERS).optional(),
  /** Share of the learning rate for all layers but the last. */
  bodyRate: z.number().positive().max(1).optional(),
  /** Whether batch normalisation goes by the moving statistics that the network has, which then stay as they are. */
  keepsStatistics: z.boolean().optional(),
  /**
   * Networks that are trained side by side and kept as one that gives the mean of their logits. All but the first begin from fresh
   * weights, whatever that has.
   */
  members: z.int().min(1).max(MOST_MEMBERS).optional(),
  /** Decides the order of the clips, what dropout drops and how clips are changed. */
  seed: z.int().min(0).max(0x7fffffff),
  earlyStopping: earlyStoppingSchema.optional(),
  /** Whether the weights of the epoch with the smallest validation loss are the result, instead of the last ones. */
  bestEpoch: z.boolean().optional(),
});

/** How to train, in Keras's words. */
export type FitOptions = Readonly<z.infer<typeof fitOptionsSchema>>;

/** What options mean that are left out, as they are in the checkpoints of programs that did not have them yet. */
export const LEFT_OUT = {
  outputs: 'softmax',
  schedule: 'constant',
  warmupEpochs: 0,
  weightDecay: 0,
  labelSmoothing: 0,
  balanceClasses: false,
  averaging: 0,
  augmentation: NO_AUGMENTATION,
  trainLayers: 'all',
  bodyRate: 1,
  keepsStatistics: false,
  members: 1,
} as const satisfies Partial<FitOptions>;
