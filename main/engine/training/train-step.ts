import { EngineError } from '../common/errors.ts';
import type { ImageInput } from '../model/image-input.ts';
import type { DeviceTensor, Kernels } from '../model/kernels.ts';
import { endsInSoftmax, type Architecture } from '../model/network.ts';
import * as ops from '../model/operations.ts';
import type { StageGradient } from '../model/stage.ts';
import { infer, planStages, trainable, type PlannedStage } from '../model/stages.ts';
import type { Adam } from './adam.ts';
import type { Batch } from './batches.ts';
import type { Variables } from './variables.ts';

/** What came of one batch. */
export interface BatchResult {
  readonly count: number;
  /** Sum of the clips' cross-entropies in nats. */
  readonly lossSum: number;
  /** Clips whose largest logit is their label's. */
  readonly correct: number;
}

/**
 * One step of training, and the same measurements without learning. Forward and back go stage by stage through the
 * kernels of the TensorFlow library.
 */
export class TrainStep {
  readonly #stages: readonly PlannedStage[];
  readonly #train: readonly ReturnType<typeof trainable>[];

  /** @throws EngineError `unsupported-model` when a layer cannot be trained here, or the network does not end in logits */
  constructor(
    private readonly kernels: Kernels,
    architecture: Architecture,
    private readonly input: ImageInput,
    private readonly variables: Variables,
    private readonly adam: Adam,
    private readonly seed: number,
  ) {
    if (endsInSoftmax(architecture)) {
      throw new EngineError('unsupported-model', 'Training needs a network that ends in logits, not in softmax.');
    }
    this.#stages = planStages(kernels, architecture);
    this.#train = this.#stages.map(trainable);
  }

  /** Learns from one batch; the result is that of the weights before it, with dropout. */
  train(batch: Batch): BatchResult {
    const { kernels } = this;
    let result: BatchResult = { count: 0, lossSum: 0, correct: 0 };
    kernels.tidy(() => {
      const weights = this.variables.tensors();
      const step = { seed: this.seed, number: this.adam.iterations };
      const backwards: ((gradient: DeviceTensor) => StageGradient)[] = [];
      let x = this.input.upload(batch.images, batch.count);
      for (const train of this.#train) {
        const pass = train(x, weights, step);
        backwards.push(pass.backward);
        x = pass.output;
      }
      const measured = this.#measure(x, batch);
      result = measured.result;

      let gradient: DeviceTensor | undefined = ops.scale(kernels, measured.gradient, 1 / batch.count);
      const gradients = new Map<string, DeviceTensor>();
      for (const backward of backwards.reverse()) {
        if (gradient === undefined) break;
        const found: StageGradient = backward(gradient);
        for (const [key, tensor] of found.weights) gradients.set(key, tensor);
        if (found.input !== gradient) kernels.free(gradient);
        gradient = found.input;
      }
      kernels.free(...weights.values());
      this.adam.apply(this.variables, gradients);
      return undefined;
    });
    return result;
  }

  /** Loss and accuracy of one batch as in prediction: without dropout, nothing learned. */
  evaluate(batch: Batch): BatchResult {
    let result: BatchResult = { count: 0, lossSum: 0, correct: 0 };
    this.kernels.tidy(() => {
      const images = this.input.upload(batch.images, batch.count);
      const logits = infer(this.kernels, this.#stages, images, this.variables.tensors());
      result = this.#measure(logits, batch).result;
      return undefined;
    });
    return result;
  }

  #measure(logits: DeviceTensor, batch: Batch): { result: BatchResult; gradient: DeviceTensor } {
    const { kernels } = this;
    const labels = kernels.tensor(batch.labels, [batch.count]);
    const { losses, gradient } = ops.sparseSoftmaxCrossEntropy(kernels, logits, labels);
    const lossSum = kernels.read(losses).reduce((sum, loss) => sum + loss, 0);
    const values = kernels.read(logits);
    const units = values.length / batch.count;
    let correct = 0;
    for (const [row, label] of batch.labels.entries()) {
      if (indexOfMaximum(values.subarray(row * units, (row + 1) * units)) === label) correct++;
    }
    return { result: { count: batch.count, lossSum, correct }, gradient };
  }
}

function indexOfMaximum(values: Float32Array): number {
  let best = 0;
  for (const [index, value] of values.entries()) {
    if (value > (values[best] ?? -Infinity)) best = index;
  }
  return best;
}
