import { EngineError } from '../common/errors.ts';
import { infer, trainingPass } from '../model/graph.ts';
import type { ImageInput } from '../model/image-input.ts';
import type { DeviceTensor, Kernels } from '../model/kernels.ts';
import { lastActivation, outputUnits, type Architecture } from '../model/network.ts';
import * as ops from '../model/operations.ts';
import type { OutputKind } from '../model/output-kind.ts';
import { planStages, trainable, type Learning, type PlannedStage } from '../model/stages.ts';
import type { Adam } from './adam.ts';
import type { Mixing } from './augmentation/mixup.ts';
import type { Batch } from './batches.ts';
import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { classesOf, softTargets, type SoftTargets, type Target, type TargetOptions } from './targets.ts';
import type { Variables } from './variables.ts';
import type { WeightAverage } from './weight-average.ts';

/** What came of one batch. */
export interface BatchResult {
  readonly count: number;
  /** Sum of the clips' cross-entropies in nats. */
  readonly lossSum: number;
  /** Clips whose largest logit is that of a label of theirs; of those without any, the ones in which no class is likelier than not. */
  readonly correct: number;
}

/** What a step does beside plain learning. */
export interface StepOptions {
  /** Softmax where it is left out. */
  readonly outputs?: OutputKind;
  readonly labelSmoothing?: number;
  readonly classWeights?: Float32Array | null;
  /** Everything where it is left out. */
  readonly learning?: Learning;
  /** Follows the weights; what is measured is then measured with it. */
  readonly average?: WeightAverage | undefined;
}

/** Labels as they are: nothing of them spread, every clip counting the same. */
const HARD: Pick<TargetOptions, 'labelSmoothing' | 'classWeights'> = { labelSmoothing: 0, classWeights: null };

interface Measured {
  readonly result: BatchResult;
  /** Of the sum over the clips. */
  readonly gradient: DeviceTensor;
}

/**
 * One step of training, and the same measurements without learning. Forward and back go stage by stage through the
 * kernels of the TensorFlow library.
 */
export class TrainStep {
  readonly #stages: readonly PlannedStage[];
  readonly #targets: TargetOptions;
  readonly #hasSoftTargets: boolean;

  /** @throws EngineError `unsupported-model` when a layer cannot be trained here, or the network does not end in logits */
  constructor(
    private readonly kernels: Kernels,
    architecture: Architecture,
    private readonly input: ImageInput,
    private readonly variables: Variables,
    private readonly adam: Adam,
    private readonly seed: number,
    private readonly options: StepOptions = {},
  ) {
    const last = lastActivation(architecture);
    if (last !== 'linear') {
      throw new EngineError('unsupported-model', `Training needs a network that ends in logits, not in ${last}.`);
    }
    this.#stages = planStages(kernels, architecture, options.learning);
    this.#stages.forEach(trainable);
    const { outputs = 'softmax', labelSmoothing = 0, classWeights = null } = options;
    this.#targets = { classes: outputUnits(architecture), outputs, labelSmoothing, classWeights };
    this.#hasSoftTargets = labelSmoothing > 0 || classWeights !== null;
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
      const step = { seed: this.seed, number: this.adam.iterations };
      const images = this.input.upload(batch.images, batch.count);
      const pass = trainingPass(kernels, this.#stages, images, weights, step);
      const isSoft = this.#hasSoftTargets || mixing !== null;
      const measured = isSoft ? this.#measureSoft(pass.output, batch, mixing) : this.#measure(pass.output, batch);
      result = measured.result;
      const gradients = pass.backward(ops.scale(kernels, measured.gradient, 1 / batch.count));
      kernels.free(...weights.values());
      this.adam.apply(variables, gradients);
      for (const [key, value] of pass.statistics) variables.assign(key, value);
      return undefined;
    });
    this.options.average?.follow(variables, this.adam.iterations);
    return result;
  }

  /** Loss and accuracy of one batch as in prediction: without dropout, nothing learned. */
  evaluate(batch: Batch): BatchResult {
    let result: BatchResult = { count: 0, lossSum: 0, correct: 0 };
    this.kernels.tidy(() => {
      const images = this.input.upload(batch.images, batch.count);
      const weights = (this.options.average ?? this.variables).tensors();
      const logits = infer(this.kernels, this.#stages, images, weights);
      result = this.#measure(logits, batch).result;
      return undefined;
    });
    return result;
  }

  /** The probabilities of each image of a batch, one a class, as in prediction. */
  predict(batch: Batch): number[][] {
    let logits = new Float32Array();
    this.kernels.tidy(() => {
      const images = this.input.upload(batch.images, batch.count);
      const weights = (this.options.average ?? this.variables).tensors();
      logits = Float32Array.from(this.kernels.read(infer(this.kernels, this.#stages, images, weights)));
      return undefined;
    });
    const { classes, outputs } = this.#targets;
    return Array.from({ length: batch.count }, (_, row) =>
      probabilitiesOf([...logits.subarray(row * classes, (row + 1) * classes)], outputs),
    );
  }

  /** What a batch costs with its labels as they are. */
  #measure(logits: DeviceTensor, batch: Batch): Measured {
    const { kernels } = this;
    if (this.#targets.outputs === 'sigmoid') {
      return this.#measureBinary(logits, batch, softTargets(batch.labels, null, { ...this.#targets, ...HARD }));
    }
    const labels = kernels.tensor(Int32Array.from(batch.labels.flatMap(classesOf)), [batch.count]);
    const { losses, gradient } = ops.sparseSoftmaxCrossEntropy(kernels, logits, labels);
    const lossSum = kernels.read(losses).reduce((sum, loss) => sum + loss, 0);
    return { result: { count: batch.count, lossSum, correct: this.#countCorrect(logits, batch) }, gradient };
  }

  /** What it costs with its labels as they are to be learned. */
  #measureSoft(logits: DeviceTensor, batch: Batch, mixing: Mixing | null): Measured {
    const { kernels } = this;
    const soft = softTargets(batch.labels, mixing, this.#targets);
    if (this.#targets.outputs === 'sigmoid') return this.#measureBinary(logits, batch, soft);
    const { targets, weights } = soft;
    const labels = kernels.tensor(targets, logits.shape);
    const { losses, gradient } = ops.softmaxCrossEntropy(kernels, logits, labels);
    const lossSum = kernels.read(losses).reduce((sum, loss, index) => sum + loss * (weights[index] ?? 1), 0);
    const weighted = ops.multiply(kernels, gradient, kernels.tensor(weights, [batch.count, 1]));
    return { result: { count: batch.count, lossSum, correct: this.#countCorrect(logits, batch) }, gradient: weighted };
  }

  #measureBinary(logits: DeviceTensor, batch: Batch, soft: SoftTargets): Measured {
    const { kernels } = this;
    const { lossSum, gradient } = binaryCrossEntropy(kernels.read(logits), soft);
    return {
      result: { count: batch.count, lossSum, correct: this.#countCorrect(logits, batch) },
      gradient: kernels.tensor(gradient, logits.shape),
    };
  }

  #countCorrect(logits: DeviceTensor, batch: Batch): number {
    const values = this.kernels.read(logits);
    const units = values.length / batch.count;
    let correct = 0;
    for (const [row, target] of batch.labels.entries()) {
      if (isRight(values.subarray(row * units, (row + 1) * units), target)) correct++;
    }
    return correct;
  }
}

function isRight(logits: Float32Array, target: Target): boolean {
  const own = classesOf(target);
  return own.length === 0 ? logits.every((logit) => logit < 0) : own.includes(indexOfMaximum(logits));
}

function probabilitiesOf(logits: readonly number[], outputs: OutputKind): number[] {
  if (outputs === 'sigmoid') return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function indexOfMaximum(values: Float32Array): number {
  let best = 0;
  for (const [index, value] of values.entries()) {
    if (value > (values[best] ?? -Infinity)) best = index;
  }
  return best;
}
