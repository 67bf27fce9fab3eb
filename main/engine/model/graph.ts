import type { DeviceTensor, Kernels } from './kernels.ts';
import { IMAGE_POSITION } from './network.ts';
import * as ops from './operations.ts';
import { NO_WEIGHTS, type TrainingStep, type WeightTensors } from './stage.ts';
import { trainable, type PlannedStage } from './stages.ts';

/**
 * What a network gives for a batch of images from `ImageInput`: logits, or probabilities where it ends in softmax or sigmoid.
 * Frees nothing but its own intermediate tensors.
 */
export function infer(
  kernels: Kernels,
  stages: readonly PlannedStage[],
  images: DeviceTensor,
  weights: WeightTensors,
): DeviceTensor {
  return kernels.tidy(() => {
    const results = new Map([[IMAGE_POSITION, images]]);
    for (const [position, { inputs, stage }] of stages.entries()) {
      const taken = inputs.map((input) => resultOf(results, input));
      const [first = images] = taken;
      results.set(position, 'merge' in stage ? stage.merge(taken) : stage.infer(first, weights));
      for (const input of inputs) {
        const result = results.get(input);
        if (result === undefined || isTakenAfter(stages, input, position)) continue;
        results.delete(input);
        // A stage may give what it took.
        if (result !== images && ![...results.values()].includes(result)) kernels.free(result);
      }
    }
    return resultOf(results, stages.length - 1);
  });
}

/** The way through a network in training, and back. */
export interface GraphPass {
  readonly output: DeviceTensor;
  /** New values of the weights that follow the data itself. */
  readonly statistics: WeightTensors;
  /** Gradients of all weights that have one. To be called at most once; frees `gradient`. */
  readonly backward: (gradient: DeviceTensor) => WeightTensors;
}

/** Runs a network as in training. What is kept for the way back is freed with the `Kernels.tidy` around the step. */
export function trainingPass(
  kernels: Kernels,
  stages: readonly PlannedStage[],
  images: DeviceTensor,
  weights: WeightTensors,
  step: TrainingStep,
): GraphPass {
  const results = new Map([[IMAGE_POSITION, images]]);
  const statistics = new Map<string, DeviceTensor>();
  const backwards = stages.map((planned, position) => {
    const pass = trainable(planned)(
      planned.inputs.map((input) => resultOf(results, input)),
      weights,
      step,
    );
    results.set(position, pass.output);
    for (const [key, tensor] of pass.statistics ?? NO_WEIGHTS) statistics.set(key, tensor);
    return pass.backward;
  });
  return {
    output: resultOf(results, stages.length - 1),
    statistics,
    backward: (gradient) => runBack(kernels, stages, backwards, gradient),
  };
}

type Backward = ReturnType<ReturnType<typeof trainable>>['backward'];

function runBack(
  kernels: Kernels,
  stages: readonly PlannedStage[],
  backwards: readonly Backward[],
  last: DeviceTensor,
): WeightTensors {
  const found = new Map<string, DeviceTensor>();
  /** Gradients with respect to the results of stages whose own turn has not come. */
  const pending = new Map([[stages.length - 1, last]]);
  const freeIfUnused = (tensor: DeviceTensor): void => {
    if (![...pending.values()].includes(tensor)) kernels.free(tensor);
  };
  for (let position = stages.length - 1; position >= 0; position--) {
    const gradient = pending.get(position);
    if (gradient === undefined) continue;
    pending.delete(position);
    const result = backwards[position]?.(gradient);
    for (const [key, tensor] of result?.weights ?? NO_WEIGHTS) found.set(key, tensor);
    for (const [index, input] of (stages[position]?.inputs ?? []).entries()) {
      const own = result?.inputs[index];
      if (own === undefined) continue;
      if (stages[input]?.learns !== true) {
        if (own !== gradient) freeIfUnused(own);
        continue;
      }
      const other = pending.get(input);
      pending.set(input, other === undefined ? own : ops.add(kernels, other, own));
      if (other === undefined) continue;
      freeIfUnused(other);
      if (own !== gradient && own !== other) freeIfUnused(own);
    }
    freeIfUnused(gradient);
  }
  return found;
}

function resultOf(results: ReadonlyMap<number, DeviceTensor>, position: number): DeviceTensor {
  const result = results.get(position);
  if (result === undefined) throw new Error(`the result of stage ${position} is not there`);
  return result;
}

function isTakenAfter(stages: readonly PlannedStage[], input: number, position: number): boolean {
  return stages.some(({ inputs }, index) => index > position && inputs.includes(input));
}
