import { infer } from '../model/graph.ts';
import type { ImageInput } from '../model/image-input.ts';
import type { DeviceTensor, Kernels } from '../model/kernels.ts';
import type { Architecture } from '../model/network.ts';
import type { OutputKind } from '../model/output-kind.ts';
import type { WeightTensors } from '../model/stage.ts';
import { planStages, type PlannedStage } from '../model/stages.ts';
import type { BatchLoss, BatchResult } from './batch-loss.ts';
import type { Batch } from './batches.ts';

/** What a network makes of a batch as in prediction: without dropout, nothing learned. */
export class TestStep {
  readonly #stages: readonly PlannedStage[];

  /** @param weights may change between the batches */
  constructor(
    private readonly kernels: Kernels,
    architecture: Architecture,
    private readonly input: ImageInput,
    private readonly weights: { tensors(): WeightTensors },
    private readonly loss: BatchLoss,
  ) {
    this.#stages = planStages(kernels, architecture);
  }

  evaluate(batch: Batch): BatchResult {
    let result: BatchResult = { count: 0, lossSum: 0, correct: 0 };
    this.kernels.tidy(() => {
      result = this.loss.measure(this.#logits(batch), batch).result;
      return undefined;
    });
    return result;
  }

  /** The probabilities of each image of a batch, one a class. */
  predict(batch: Batch, outputs: OutputKind): number[][] {
    let logits = new Float32Array();
    this.kernels.tidy(() => {
      logits = Float32Array.from(this.kernels.read(this.#logits(batch)));
      return undefined;
    });
    const classes = logits.length / batch.count;
    return Array.from({ length: batch.count }, (_, row) =>
      probabilitiesOf([...logits.subarray(row * classes, (row + 1) * classes)], outputs),
    );
  }

  /** Freed by the caller's `tidy`. */
  #logits(batch: Batch): DeviceTensor {
    const images = this.input.upload(batch.images, batch.count);
    return infer(this.kernels, this.#stages, images, this.weights.tensors());
  }
}

function probabilitiesOf(logits: readonly number[], outputs: OutputKind): number[] {
  if (outputs === 'sigmoid') return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
