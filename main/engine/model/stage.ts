import type { DeviceTensor } from './kernels.ts';
import type { WeightSpec } from './layers.ts';

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
  /** New values of the weights that follow the data itself, not a gradient: moving statistics. */
  readonly statistics?: WeightTensors;
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

/** A layer that makes one result of several. It has no weights. */
export interface Merge {
  merge(inputs: readonly DeviceTensor[]): DeviceTensor;
  /** From the gradient with respect to the result to that of each input, which may be one tensor several times. */
  split(gradient: DeviceTensor, inputs: readonly DeviceTensor[]): readonly DeviceTensor[];
}

/** The tensor of a weight that must be there. */
export function weightOf(weights: WeightTensors, layer: string, name: WeightSpec['name']): DeviceTensor {
  const tensor = weights.get(`${layer}/${name}`);
  if (tensor === undefined) throw new Error(`the network has no weight ${layer}/${name}`);
  return tensor;
}

export const NO_WEIGHTS: WeightTensors = new Map();

/** The pass of a stage without weights. */
export function passing(output: DeviceTensor, back: (gradient: DeviceTensor) => DeviceTensor): TrainingPass {
  return { output, backward: (gradient): StageGradient => ({ input: back(gradient), weights: NO_WEIGHTS }) };
}
