import { EngineError } from '../common/errors.ts';
import { trainingPass } from '../model/graph.ts';
import type { ImageInput } from '../model/image-input.ts';
import type { Kernels } from '../model/kernels.ts';
import { lastActivation, type Architecture } from '../model/network.ts';
import * as ops from '../model/operations.ts';
import { planStages, trainable, type Learning, type PlannedStage } from '../model/stages.ts';
import type { Adam } from './adam.ts';
import type { Mixing } from './augmentation/mixup.ts';
import type { BatchLoss, BatchResult } from './batch-loss.ts';
import type { Batch } from './batches.ts';
import type { Variables } from './variables.ts';

export interface TrainStepOptions {
  /** Decides what dropout drops. */
  readonly seed: number;
  /** Everything where it is left out. */
  readonly learning?: Learning;
}

/** One step of training. Forward and back go stage by stage through the kernels of the TensorFlow library. */
export class TrainStep {
  readonly #stages: readonly PlannedStage[];

  /** @throws EngineError `unsupported-model` when a layer cannot be trained here, or the network does not end in logits */
  constructor(
    private readonly kernels: Kernels,
    architecture: Architecture,
    private readonly input: ImageInput,
    private readonly variables: Variables,
    private readonly adam: Adam,
    private readonly loss: BatchLoss,
    private readonly options: TrainStepOptions,
  ) {
    const last = lastActivation(architecture);
    if (last !== 'linear') {
      throw new EngineError('unsupported-model', `Training needs a network that ends in logits, not in ${last}.`);
    }
    this.#stages = planStages(kernels, architecture, options.learning);
    this.#stages.forEach(trainable);
  }

  /**
   * Learns from one batch; the result is that of the weights before it, with dropout.
   * @param mixing how the clips were mixed, where they were
   */
  train(batch: Batch, mixing: Mixing | null = null): BatchResult {
    const { kernels, variables } = this;
    let result: BatchResult = { count: 0, lossSum: 0, correct: 0 };
    kernels.tidy(() => {
      const weights = variables.tensors();
      const step = { seed: this.options.seed, number: this.adam.iterations };
      const images = this.input.upload(batch.images, batch.count);
      const pass = trainingPass(kernels, this.#stages, images, weights, step);
      const measured = this.loss.measureLearning(pass.output, batch, mixing);
      result = measured.result;
      const gradients = pass.backward(ops.scale(kernels, measured.gradient, 1 / batch.count));
      kernels.free(...weights.values());
      this.adam.apply(variables, gradients);
      for (const [key, value] of pass.statistics) variables.assign(key, value);
      return undefined;
    });
    return result;
  }
}
