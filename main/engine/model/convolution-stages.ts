import { activate, learnsThrough } from './activations.ts';
import type { Attributes, DeviceTensor, Kernels } from './kernels.ts';
import type { Conv2D } from './layers.ts';
import type { ConvolutionMaxima } from './max-pooling.ts';
import * as ops from './operations.ts';
import { window2D } from './window.ts';
import { weightOf, type Stage, type StageGradient, type TrainingPass, type WeightTensors } from './stage.ts';

/** A convolution's bias and activation, and the gradients of all three. */
class Convolution {
  readonly #attributes: Attributes;

  constructor(
    private readonly kernels: Kernels,
    readonly layer: Conv2D,
    /** Whether a layer before this one learns. */
    private readonly needsInputGradient: boolean,
  ) {
    this.#attributes = window2D(layer.padding, layer.strides);
  }

  convolve(input: DeviceTensor, weights: WeightTensors): DeviceTensor {
    return this.kernels.run('Conv2D', this.#attributes, [input, this.kernel(weights)]);
  }

  kernel(weights: WeightTensors): DeviceTensor {
    return weightOf(weights, this.layer.name, 'kernel');
  }

  activate(x: DeviceTensor, weights: WeightTensors): DeviceTensor {
    const { kernels, layer } = this;
    const biased = layer.useBias ? ops.addBias(kernels, x, weightOf(weights, layer.name, 'bias')) : x;
    return activate(kernels, layer.activation, biased);
  }

  /** The gradient before bias and activation, and that of the bias. */
  activateGradient(
    gradient: DeviceTensor,
    output: DeviceTensor,
  ): { inner: DeviceTensor; weights: Map<string, DeviceTensor> } {
    const { kernels, layer } = this;
    const inner = layer.activation === 'relu' ? ops.reluGradient(kernels, gradient, output) : gradient;
    const weights = new Map<string, DeviceTensor>();
    if (layer.useBias) weights.set(`${layer.name}/bias`, ops.biasGradient(kernels, inner));
    return { inner, weights };
  }

  convolveGradient(
    gradient: DeviceTensor,
    input: DeviceTensor,
    weights: WeightTensors,
    found: Map<string, DeviceTensor>,
  ): StageGradient {
    const { kernels, layer } = this;
    const kernel = this.kernel(weights);
    const sizes = kernels.tensor(Int32Array.from(kernel.shape), [4]);
    found.set(`${layer.name}/kernel`, kernels.run('Conv2DBackpropFilter', this.#attributes, [input, sizes, gradient]));
    if (!this.needsInputGradient) return { input: undefined, weights: found };
    const inputSizes = kernels.tensor(Int32Array.from(input.shape), [4]);
    const before = kernels.run('Conv2DBackpropInput', this.#attributes, [inputSizes, kernel, gradient]);
    return { input: before, weights: found };
  }
}

/** A convolution by itself. */
export class ConvolutionStage implements Stage {
  readonly #convolution: Convolution;
  readonly train?: (input: DeviceTensor, weights: WeightTensors) => TrainingPass;

  constructor(
    private readonly kernels: Kernels,
    layer: Conv2D,
    needsInputGradient: boolean,
  ) {
    this.#convolution = new Convolution(kernels, layer, needsInputGradient);
    if (learnsThrough(layer.activation)) this.train = (input, weights) => this.#train(input, weights);
  }

  infer(input: DeviceTensor, weights: WeightTensors): DeviceTensor {
    return this.kernels.tidy(() => this.#convolution.activate(this.#convolution.convolve(input, weights), weights));
  }

  #train(input: DeviceTensor, weights: WeightTensors): TrainingPass {
    const output = this.infer(input, weights);
    return {
      output,
      backward: (gradient) => {
        const { inner, weights: found } = this.#convolution.activateGradient(gradient, output);
        return this.#convolution.convolveGradient(inner, input, weights, found);
      },
    };
  }
}

/**
 * A convolution followed by max-pooling. Bias and activation keep the order of values, so they are applied to the maxima
 * alone, which are four times fewer.
 */
export class PooledConvolutionStage implements Stage {
  readonly #convolution: Convolution;

  constructor(
    private readonly kernels: Kernels,
    layer: Conv2D,
    private readonly maxima: ConvolutionMaxima,
    needsInputGradient: boolean,
  ) {
    this.#convolution = new Convolution(kernels, layer, needsInputGradient);
  }

  infer(input: DeviceTensor, weights: WeightTensors): DeviceTensor {
    return this.kernels.tidy(() =>
      this.#convolution.activate(this.maxima.infer(input, this.#convolution.kernel(weights)), weights),
    );
  }

  readonly train = (input: DeviceTensor, weights: WeightTensors): TrainingPass => {
    const { kernels } = this;
    const { maxima, unpool } = this.maxima.train(input, this.#convolution.kernel(weights));
    const output = kernels.tidy(() => this.#convolution.activate(maxima, weights));
    return {
      output,
      backward: (gradient) => {
        const { inner, weights: found } = this.#convolution.activateGradient(gradient, output);
        const full = kernels.tidy(() => unpool(inner));
        const result = this.#convolution.convolveGradient(full, input, weights, found);
        kernels.free(full);
        return result;
      },
    };
  };
}
