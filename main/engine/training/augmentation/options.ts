import { z } from 'zod';

/** Random changes of training clips, drawn anew every epoch. Each is off at 0. */
export const augmentationSchema = z.strictObject({
  /** Mixes each clip with another, sound and label: the parameter of the beta distribution that their shares are drawn from. */
  mixup: z.number().min(0).max(1),
  /** Share of the clip's length by which it is rolled in time at most, either way; what leaves at one end enters at the other. */
  roll: z.number().min(0).max(1),
  /** Rows (mel bands) by which pitch is moved at most, up or down. */
  pitchShift: z.int().min(0).max(32),
  /** Share of the clip's length that is silenced at most, in one piece. */
  timeMask: z.number().min(0).max(0.5),
  /** Share of the mel bands that are silenced at most, in one piece. */
  frequencyMask: z.number().min(0).max(0.5),
  /** Pixel values by which loudness is raised or lowered at most (255 are the recipe's whole range). */
  gain: z.int().min(0).max(64),
  /** Share by which loud and quiet are driven apart or together at most. */
  contrast: z.number().min(0).max(0.5),
  /**
   * Pixel values by which pitches are raised or lowered at most, as an equaliser does, along a line with `EQUALISER_KNOTS` random
   * points (FilterAugment, Nam et al. 2022). Came later: what does not say it has none.
   */
  equaliser: z.int().min(0).max(96).default(0),
});

export type AugmentationOptions = Readonly<z.infer<typeof augmentationSchema>>;

export const NO_AUGMENTATION: AugmentationOptions = {
  mixup: 0,
  roll: 0,
  pitchShift: 0,
  timeMask: 0,
  frequencyMask: 0,
  gain: 0,
  contrast: 0,
  equaliser: 0,
};

/** Whether training clips are changed at all, so that its loss and accuracy are of other clips than those that were found. */
export function changesClips(options: AugmentationOptions): boolean {
  return Object.values(options).some((value) => value > 0);
}
