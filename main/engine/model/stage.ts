import type { DeviceTensor } from './kernels.ts';

/** Weights in TensorFlow's memory, by `weightKey`. */
export type WeightTensors = ReadonlyMap<string, DeviceTensor>;

/** What a stage needs to know of the training step it runs in. */
export interface TrainingStep {
  readonly seed: number;
  /** Counts the batches of the whole training from 0, so that a resumed one draws what an uninterrupted one would. */
  readonly number: number;
}

export interface StageGradient {
  /** With respect to the stage's input; undefined where nothing before it learns. */
  readonly input: DeviceTensor | undefined;
  readonly weights: WeightTensors;
}

export interface TrainingPass {
  readonly output: DeviceTensor;
  /** From the gradient with respect to the output to those of the stage. To be called at most once. */
  readonly backward: (gradient: DeviceTensor) => StageGradient;
}

/** One or more neighbouring layers that are computed together. */
export interface Stage {
  /** What the stage gives for a batch in prediction. */
  infer(input: DeviceTensor, weights: WeightTensors): DeviceTensor;
  /**
   * The same in training, with the way back. What it keeps for that is freed with the `Kernels.tidy` around the step.
   * Absent where the stage cannot be trained.
   */
  readonly train?: (input: DeviceTensor, weights: WeightTensors, step: TrainingStep) => TrainingPass;
}

/** The tensor of a weight that must be there. */
export function weightOf(weights: WeightTensors, layer: string, name: 'kernel' | 'bias'): DeviceTensor {
  const tensor = weights.get(`${layer}/${name}`);
  if (tensor === undefined) throw new Error(`the network has no weight ${layer}/${name}`);
  return tensor;
}
