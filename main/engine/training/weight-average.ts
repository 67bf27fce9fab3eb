import type { Kernels } from '../model/kernels.ts';
import * as ops from '../model/operations.ts';
import { weightKey, type Weight } from '../model/network.ts';
import type { WeightTensors } from '../model/stage.ts';
import { Variables } from './variables.ts';

/**
 * The exponential moving average of a network's weights (Polyak and Juditsky 1992 in TensorFlow's form): after step t,
 * `average = d * average + (1 - d) * weights` with `d = min(decay, (1 + t) / (10 + t))`, so that the first, random
 * weights are soon forgotten.
 */
export class WeightAverage {
  readonly #average: Variables;
  readonly #keys: readonly string[];

  constructor(
    private readonly kernels: Kernels,
    private readonly decay: number,
    weights: readonly Weight[],
  ) {
    this.#average = new Variables(kernels, weights);
    this.#keys = weights.map(weightKey);
  }

  /** @param iterations updates made so far */
  follow(variables: Variables, iterations: number): void {
    const { kernels } = this;
    const share = 1 - Math.min(this.decay, (1 + iterations) / (10 + iterations));
    kernels.tidy(() => {
      const factor = kernels.scalar(share);
      for (const key of this.#keys) {
        const step = kernels.tidy(() => {
          const distance = ops.subtract(kernels, this.#average.read(key), variables.read(key));
          return ops.multiply(kernels, distance, factor);
        });
        this.#average.subtract(key, step);
      }
      return undefined;
    });
  }

  tensors(): WeightTensors {
    return this.#average.tensors();
  }

  values(): Weight[] {
    return this.#average.values();
  }

  dispose(): void {
    this.#average.dispose();
  }
}
