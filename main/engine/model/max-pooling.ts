import { learnsThrough } from './activations.ts';
import type { Attributes, DeviceTensor, Kernels } from './kernels.ts';
import type { Conv2D, Pooling2D } from './layers.ts';
import * as ops from './operations.ts';
import { pooling2D, window2D } from './window.ts';

/** The maxima of windows, and the way back from them. */
export interface Pooled {
  readonly maxima: DeviceTensor;
  /** Puts each gradient where its maximum was, and 0 elsewhere. Of equal values the first in reading order is the maximum. */
  readonly unpool: (gradient: DeviceTensor) => DeviceTensor;
}

/** Max-pooling of what a convolution gives before its bias. */
export interface ConvolutionMaxima {
  infer(input: DeviceTensor, kernel: DeviceTensor): DeviceTensor;
  train(input: DeviceTensor, kernel: DeviceTensor): Pooled;
}

/**
 * TensorFlow's own gradient of max-pooling looks for the maxima again on one value after the other, and takes longer than
 * all convolutions of the seed network together. There are two ways around it: oneDNN's kernel, which remembers where the
 * maxima were, and where that is missing `PhasedMaxima`.
 * @param input shape of one image before the convolution
 * @returns undefined where neither can be used
 */
export function convolutionMaxima(
  kernels: Kernels,
  convolution: Conv2D,
  pooling: Pooling2D,
  input: readonly number[],
): ConvolutionMaxima | undefined {
  if (pooling.kind !== 'MaxPooling2D' || !learnsThrough(convolution.activation)) return undefined;
  if (kernels.hasOneDnnPooling) return new OneDnnMaxima(kernels, convolution, pooling);
  return PhasedMaxima.covers(convolution, pooling, input) ? new PhasedMaxima(kernels, convolution) : undefined;
}

/** Max-pooling by itself, by oneDNN's kernel where it is there and TensorFlow's otherwise. */
export function maxPool(kernels: Kernels, pooling: Pooling2D): (x: DeviceTensor) => Pooled {
  const attributes = pooling2D(pooling);
  if (kernels.hasOneDnnPooling) return oneDnnMaxPool(kernels, attributes);
  return (x) => {
    const maxima = kernels.run('MaxPool', attributes, [x]);
    return { maxima, unpool: (gradient) => kernels.run('MaxPoolGrad', attributes, [x, maxima, gradient]) };
  };
}

/** oneDNN's max-pooling keeps a byte a maximum, which says where in its window it was. */
function oneDnnMaxPool(kernels: Kernels, pooling: Attributes): (x: DeviceTensor) => Pooled {
  const attributes: Attributes = {
    ...pooling,
    flags: { workspace_enabled: true },
    strings: { ...pooling.strings, _kernel: 'MklNameChangeOp' },
  };
  return (x) => {
    const [maxima, places] = kernels.runMany('_MklNativeMaxPool', attributes, [x], 2);
    if (maxima === undefined || places === undefined) throw new Error('max-pooling gave no result');
    return {
      maxima,
      unpool: (gradient) => kernels.run('_MklNativeMaxPoolGrad', attributes, [x, maxima, gradient, places]),
    };
  };
}

class OneDnnMaxima implements ConvolutionMaxima {
  readonly #window: Attributes;
  readonly #pool: (x: DeviceTensor) => Pooled;

  constructor(
    private readonly kernels: Kernels,
    { padding, strides }: Conv2D,
    pooling: Pooling2D,
  ) {
    this.#window = window2D(padding, strides);
    this.#pool = maxPool(kernels, pooling);
  }

  infer(input: DeviceTensor, kernel: DeviceTensor): DeviceTensor {
    return this.kernels.tidy(() => this.train(input, kernel).maxima);
  }

  train(input: DeviceTensor, kernel: DeviceTensor): Pooled {
    return this.#pool(this.kernels.run('Conv2D', this.#window, [input, kernel]));
  }
}

type Phases<T> = readonly [topLeft: T, topRight: T, bottomLeft: T, bottomRight: T];

/** Zeroes before and after an axis, so that a window with stride 2 begins where `same` padding puts it for every second output. */
function phasePadding(kernelSize: number, phase: 0 | 1): readonly [number, number] {
  return [Math.floor((kernelSize - 1) / 2) - phase, Math.ceil((kernelSize - 1) / 2) - 1 + phase];
}

/**
 * Max-pooling of 2 x 2 windows after a convolution with stride 1, by ordinary kernels: the four values of every window are
 * computed as four convolutions with stride 2 (the same work) and compared element by element; the comparisons say where
 * the maxima are.
 */
class PhasedMaxima implements ConvolutionMaxima {
  readonly #phases: Phases<Attributes>;

  constructor(
    private readonly kernels: Kernels,
    { kernelSize: [height, width] }: Conv2D,
  ) {
    const phase = (row: 0 | 1, column: 0 | 1): Attributes =>
      window2D('same', [2, 2], [0, 0, ...phasePadding(height, row), ...phasePadding(width, column), 0, 0]);
    this.#phases = [phase(0, 0), phase(0, 1), phase(1, 0), phase(1, 1)];
  }

  static covers(
    convolution: Conv2D,
    { poolSize, strides }: Pooling2D,
    [height = 0, width = 0]: readonly number[],
  ): boolean {
    return (
      [...poolSize, ...strides].every((size) => size === 2) &&
      convolution.padding === 'same' &&
      convolution.kernelSize.every((size) => size >= 3) &&
      convolution.strides.every((stride) => stride === 1) &&
      height % 2 === 0 &&
      width % 2 === 0
    );
  }

  infer(input: DeviceTensor, kernel: DeviceTensor): DeviceTensor {
    const { kernels } = this;
    return kernels.tidy(() => {
      const [topLeft, topRight, bottomLeft, bottomRight] = this.#convolve(input, kernel);
      const top = ops.maximum(kernels, topLeft, topRight);
      return ops.maximum(kernels, top, ops.maximum(kernels, bottomLeft, bottomRight));
    });
  }

  train(input: DeviceTensor, kernel: DeviceTensor): Pooled {
    const { kernels } = this;
    const [maxima, topWins, topLeftWins, bottomLeftWins] = kernels.tidy(() => {
      const [topLeft, topRight, bottomLeft, bottomRight] = this.#convolve(input, kernel);
      const top = ops.maximum(kernels, topLeft, topRight);
      const bottom = ops.maximum(kernels, bottomLeft, bottomRight);
      return [
        ops.maximum(kernels, top, bottom),
        ops.greaterEqual(kernels, top, bottom),
        ops.greaterEqual(kernels, topLeft, topRight),
        ops.greaterEqual(kernels, bottomLeft, bottomRight),
      ] as const;
    });
    const [batch = 0, height = 0, width = 0, filters = 0] = maxima.shape;
    const share = (gradient: DeviceTensor, wins: DeviceTensor): [DeviceTensor, DeviceTensor] => {
      const first = ops.multiply(kernels, gradient, ops.truthToFloat(kernels, wins));
      return [first, ops.subtract(kernels, gradient, first)];
    };
    const row = ([left, right]: [DeviceTensor, DeviceTensor]): DeviceTensor =>
      kernels.reshape(ops.concatLast(kernels, left, right), [batch * height, 2 * width * filters]);
    const unpool = (gradient: DeviceTensor): DeviceTensor => {
      const [top, bottom] = share(gradient, topWins);
      const rows = ops.packRows(kernels, row(share(top, topLeftWins)), row(share(bottom, bottomLeftWins)));
      return kernels.reshape(rows, [batch, 2 * height, 2 * width, filters]);
    };
    return { maxima, unpool };
  }

  #convolve(input: DeviceTensor, kernel: DeviceTensor): Phases<DeviceTensor> {
    const [a, b, c, d] = this.#phases;
    const convolve = (phase: Attributes): DeviceTensor => this.kernels.run('Conv2D', phase, [input, kernel]);
    return [convolve(a), convolve(b), convolve(c), convolve(d)];
  }
}
