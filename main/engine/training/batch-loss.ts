import type { DeviceTensor, Kernels } from '../model/kernels.ts';
import * as ops from '../model/operations.ts';
import type { Mixing } from './augmentation/mixup.ts';
import type { Batch } from './batches.ts';
import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { classesOf, softTargets, type SoftTargets, type Target, type TargetOptions } from './targets.ts';

/** What came of one batch. */
export interface BatchResult {
  readonly count: number;
  /** Sum of the clips' cross-entropies in nats. */
  readonly lossSum: number;
  /** Clips whose largest logit is that of a label of theirs; of those without any, the ones in which no class is likelier than not. */
  readonly correct: number;
}

export interface Measured {
  readonly result: BatchResult;
  /** Of the sum over the clips, with respect to the logits. */
  readonly gradient: DeviceTensor;
}

/** Labels as they are: nothing of them spread, every clip counting the same. */
const HARD: Pick<TargetOptions, 'labelSmoothing' | 'classWeights'> = { labelSmoothing: 0, classWeights: null };

/** What the logits of a batch cost: categorical cross-entropy under softmax, the mean of binary ones under sigmoid. */
export class BatchLoss {
  readonly #hasSoftTargets: boolean;

  constructor(
    private readonly kernels: Kernels,
    private readonly targets: TargetOptions,
  ) {
    this.#hasSoftTargets = targets.labelSmoothing > 0 || targets.classWeights !== null;
  }

  /** With the labels as they are. */
  measure(logits: DeviceTensor, batch: Batch): Measured {
    const { kernels } = this;
    if (this.targets.outputs === 'sigmoid') {
      return this.#measureBinary(logits, batch, softTargets(batch.labels, null, { ...this.targets, ...HARD }));
    }
    const labels = kernels.tensor(Int32Array.from(batch.labels.flatMap(classesOf)), [batch.count]);
    const { losses, gradient } = ops.sparseSoftmaxCrossEntropy(kernels, logits, labels);
    const lossSum = kernels.read(losses).reduce((sum, loss) => sum + loss, 0);
    return { result: { count: batch.count, lossSum, correct: this.#countCorrect(logits, batch) }, gradient };
  }

  /** With the labels as they are to be learned. @param mixing how the clips were mixed, where they were */
  measureLearning(logits: DeviceTensor, batch: Batch, mixing: Mixing | null): Measured {
    if (!this.#hasSoftTargets && mixing === null) return this.measure(logits, batch);
    const { kernels } = this;
    const soft = softTargets(batch.labels, mixing, this.targets);
    if (this.targets.outputs === 'sigmoid') return this.#measureBinary(logits, batch, soft);
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

function indexOfMaximum(values: Float32Array): number {
  let best = 0;
  for (const [index, value] of values.entries()) {
    if (value > (values[best] ?? -Infinity)) best = index;
  }
  return best;
}
