import type { Attributes, DeviceTensor, Kernels } from '../model/kernels.ts';
import type { Weight } from '../model/network.ts';
import * as ops from '../model/operations.ts';
import type { WeightTensors } from '../model/stage.ts';
import type { LearningRate } from './learning-rate.ts';
import { Variables } from './variables.ts';

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-7;

/**
 * TensorFlow's kernel takes `1 - beta` in 32 bits (0.0010000467 instead of 0.001), Keras in 64. The moments that come of it are
 * that much larger, and the learning rate makes up for it; otherwise every step would be 0.002 % shorter than Keras's.
 */
const MOMENT_CORRECTION =
  Math.sqrt((1 - Math.fround(BETA_2)) / (1 - BETA_2)) / ((1 - Math.fround(BETA_1)) / (1 - BETA_1));
const APPLY: Attributes = { types: { T: 'float32' }, flags: { use_locking: false, use_nesterov: false } };

export interface AdamOptions {
  readonly learningRate: LearningRate;
  /**
   * Share of each kernel that is taken off at every step, times the learning rate, whatever the gradient (AdamW, Loshchilov
   * and Hutter 2019). Biases and the factors and offsets of normalisation are spared. 0: Adam as it is.
   */
  readonly weightDecay: number;
  /** Share of the learning rate for the weights of some layers, by the layer's name; 1 for those that are not named. */
  readonly rateShares?: ReadonlyMap<string, number>;
}

/** What Adam remembers between steps. */
export interface AdamState {
  /** Updates made so far. */
  readonly iterations: number;
  /** First moments (running means of the gradients), in the order of the weights. */
  readonly momentum: readonly Weight[];
  /** Second moments (running means of their squares). */
  readonly velocity: readonly Weight[];
}

/** The state before the first step: all moments 0. */
export function initialAdamState(weights: readonly Weight[]): AdamState {
  const zeros = (): Weight[] =>
    weights.map((weight) => ({ ...weight, values: new Float32Array(weight.values.length) }));
  return { iterations: 0, momentum: zeros(), velocity: zeros() };
}

/**
 * Adam (Kingma and Ba 2015, the form before their section 2.1) with Keras's defaults: for step t, with gradient g,
 * `m = 0.9 m + 0.1 g`, `v = 0.999 v + 0.001 g^2`, `w -= rate * sqrt(1 - 0.999^t) / (1 - 0.9^t) * m / (sqrt(v) + 1e-7)`.
 */
export class Adam {
  readonly #momentum: Variables;
  readonly #velocity: Variables;
  #iterations: number;

  constructor(
    private readonly kernels: Kernels,
    private readonly options: AdamOptions,
    state: AdamState,
  ) {
    this.#momentum = new Variables(kernels, state.momentum);
    this.#velocity = new Variables(kernels, state.velocity);
    this.#iterations = state.iterations;
  }

  get iterations(): number {
    return this.#iterations;
  }

  /** Moves every variable that has a gradient by one step. */
  apply(variables: Variables, gradients: WeightTensors): void {
    const { kernels } = this;
    const learningRate = this.options.learningRate(this.#iterations);
    this.#iterations++;
    const step = this.#iterations;
    this.#decay(variables, gradients, learningRate);
    kernels.tidy(() => {
      // Keras takes the powers of the 32-bit betas.
      const powers = [Math.fround(BETA_1) ** step, Math.fround(BETA_2) ** step];
      const before = powers.map((power) => kernels.scalar(power));
      const behind = [BETA_1, BETA_2, EPSILON].map((factor) => kernels.scalar(factor));
      const rates = new Map<number, DeviceTensor>();
      for (const [key, gradient] of gradients) {
        const share = this.#rateShare(key);
        const rate = rates.get(share) ?? kernels.scalar(learningRate * share * MOMENT_CORRECTION);
        rates.set(share, rate);
        const inputs = [
          variables.handle(key),
          this.#momentum.handle(key),
          this.#velocity.handle(key),
          ...before,
          rate,
          ...behind,
          gradient,
        ];
        kernels.runMany('ResourceApplyAdam', APPLY, inputs, 0);
      }
      return undefined;
    });
  }

  #decay(variables: Variables, gradients: WeightTensors, learningRate: number): void {
    const { kernels } = this;
    const taken = learningRate * this.options.weightDecay;
    if (taken === 0) return;
    for (const key of gradients.keys()) {
      if (!key.endsWith('/kernel')) continue;
      const share = taken * this.#rateShare(key);
      const decayed = kernels.tidy(() => ops.scale(kernels, variables.read(key), share));
      variables.subtract(key, decayed);
      kernels.free(decayed);
    }
  }

  #rateShare(key: string): number {
    return this.options.rateShares?.get(key.slice(0, key.lastIndexOf('/'))) ?? 1;
  }

  state(): AdamState {
    return { iterations: this.#iterations, momentum: this.#momentum.values(), velocity: this.#velocity.values() };
  }

  dispose(): void {
    this.#momentum.dispose();
    this.#velocity.dispose();
  }
}
