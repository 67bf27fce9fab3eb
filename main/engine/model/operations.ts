import type { Attributes, DeviceTensor, Kernels } from './kernels.ts';

/**
 * The TensorFlow kernels that networks are computed with, under the names TensorFlow gives them. Results are new tensors;
 * images are batch, height, width, channels.
 */

const FLOAT: Attributes = { types: { T: 'float32' } };
const MAT_MUL: readonly (readonly Attributes[])[] = [false, true].map((a) =>
  [false, true].map((b) => ({ types: { T: 'float32' }, flags: { transpose_a: a, transpose_b: b } })),
);
const BIAS: Attributes = { types: { T: 'float32' }, strings: { data_format: 'NHWC' } };
const REDUCE: Attributes = { types: { T: 'float32', Tidx: 'int32' }, flags: { keep_dims: false } };
const REDUCE_KEEPING_DIMENSIONS: Attributes = { types: { T: 'float32', Tidx: 'int32' }, flags: { keep_dims: true } };
const BYTE_TO_FLOAT = cast('uint8', 'float32');
const BYTE_TO_INDEX = cast('uint8', 'int32');
const TRUTH_TO_FLOAT = cast('bool', 'float32');
const GATHER: Attributes = {
  types: { Tparams: 'float32', Tindices: 'int32', Taxis: 'int32' },
  ints: { batch_dims: 0 },
};
const PACK_TWO_ROWS: Attributes = { types: { T: 'float32' }, ints: { N: 2, axis: 1 } };
/** By how many tensors are put together. */
const CONCAT = new Map<number, Attributes>();
const SLICE: Attributes = { types: { T: 'float32', Index: 'int32' } };
const FILL: Attributes = { types: { T: 'float32', index_type: 'int32' } };
const LOSS: Attributes = { types: { T: 'float32', Tlabels: 'int32' } };
const RANDOM: Attributes = { types: { dtype: 'float32', T: 'int32', Tseed: 'int32' } };

function cast(from: 'uint8' | 'bool', to: 'float32' | 'int32'): Attributes {
  return { types: { SrcT: from, DstT: to }, flags: { Truncate: false } };
}

export const add = (kernels: Kernels, a: DeviceTensor, b: DeviceTensor): DeviceTensor =>
  kernels.run('AddV2', FLOAT, [a, b]);
export const subtract = (kernels: Kernels, a: DeviceTensor, b: DeviceTensor): DeviceTensor =>
  kernels.run('Sub', FLOAT, [a, b]);
export const multiply = (kernels: Kernels, a: DeviceTensor, b: DeviceTensor): DeviceTensor =>
  kernels.run('Mul', FLOAT, [a, b]);
export const divide = (kernels: Kernels, a: DeviceTensor, b: DeviceTensor): DeviceTensor =>
  kernels.run('RealDiv', FLOAT, [a, b]);
export const maximum = (kernels: Kernels, a: DeviceTensor, b: DeviceTensor): DeviceTensor =>
  kernels.run('Maximum', FLOAT, [a, b]);
/** Truth values: where `a >= b`. */
export const greaterEqual = (kernels: Kernels, a: DeviceTensor, b: DeviceTensor): DeviceTensor =>
  kernels.run('GreaterEqual', FLOAT, [a, b]);
/** 1 where true, 0 where false. */
export const truthToFloat = (kernels: Kernels, truth: DeviceTensor): DeviceTensor =>
  kernels.run('Cast', TRUTH_TO_FLOAT, [truth]);
export const byteToFloat = (kernels: Kernels, bytes: DeviceTensor): DeviceTensor =>
  kernels.run('Cast', BYTE_TO_FLOAT, [bytes]);
export const byteToIndex = (kernels: Kernels, bytes: DeviceTensor): DeviceTensor =>
  kernels.run('Cast', BYTE_TO_INDEX, [bytes]);

export function scale(kernels: Kernels, x: DeviceTensor, factor: number): DeviceTensor {
  return kernels.tidy(() => multiply(kernels, x, kernels.scalar(factor)));
}

/** `x * factor + offset` */
export function rescale(kernels: Kernels, x: DeviceTensor, factor: number, offset: number): DeviceTensor {
  const scaled = scale(kernels, x, factor);
  return offset === 0 ? scaled : kernels.tidy(() => add(kernels, scaled, kernels.scalar(offset)));
}

export const relu = (kernels: Kernels, x: DeviceTensor): DeviceTensor => kernels.run('Relu', FLOAT, [x]);
/** `gradient` where the ReLU's `output` is above 0, else 0. */
export const reluGradient = (kernels: Kernels, gradient: DeviceTensor, output: DeviceTensor): DeviceTensor =>
  kernels.run('ReluGrad', FLOAT, [gradient, output]);
export const softmax = (kernels: Kernels, logits: DeviceTensor): DeviceTensor =>
  kernels.run('Softmax', FLOAT, [logits]);
export const sigmoid = (kernels: Kernels, logits: DeviceTensor): DeviceTensor =>
  kernels.run('Sigmoid', FLOAT, [logits]);
export const addBias = (kernels: Kernels, x: DeviceTensor, bias: DeviceTensor): DeviceTensor =>
  kernels.run('BiasAdd', BIAS, [x, bias]);
export const biasGradient = (kernels: Kernels, gradient: DeviceTensor): DeviceTensor =>
  kernels.run('BiasAddGrad', BIAS, [gradient]);

export function matMul(
  kernels: Kernels,
  a: DeviceTensor,
  b: DeviceTensor,
  { transposeA = false, transposeB = false } = {},
): DeviceTensor {
  const attributes = MAT_MUL[Number(transposeA)]?.[Number(transposeB)] ?? FLOAT;
  return kernels.run('MatMul', attributes, [a, b]);
}

/** The mean over height and width. */
export function spatialMean(kernels: Kernels, x: DeviceTensor, keepDims: boolean): DeviceTensor {
  return reduceSpace(kernels, 'Mean', x, keepDims);
}

/** The maximum over height and width. */
export function spatialMaximum(kernels: Kernels, x: DeviceTensor, keepDims: boolean): DeviceTensor {
  return reduceSpace(kernels, 'Max', x, keepDims);
}

/** The sum over height and width, which stay as 1 x 1. */
export function spatialSum(kernels: Kernels, x: DeviceTensor): DeviceTensor {
  return reduceSpace(kernels, 'Sum', x, true);
}

function reduceSpace(
  kernels: Kernels,
  kernel: 'Mean' | 'Max' | 'Sum',
  x: DeviceTensor,
  keepDims: boolean,
): DeviceTensor {
  const attributes = keepDims ? REDUCE_KEEPING_DIMENSIONS : REDUCE;
  return kernels.tidy(() => kernels.run(kernel, attributes, [x, kernels.tensor(Int32Array.of(1, 2), [2])]));
}

/** Rows of `table` (entries x values) by `indices`; the result has one more dimension than `indices`. */
export function gatherRows(kernels: Kernels, table: DeviceTensor, indices: DeviceTensor): DeviceTensor {
  return kernels.tidy(() => kernels.run('GatherV2', GATHER, [table, indices, kernels.tensor(Int32Array.of(0), [])]));
}

/** Puts two tensors together as `[first axis, 2, rest]`. */
export const packRows = (kernels: Kernels, a: DeviceTensor, b: DeviceTensor): DeviceTensor =>
  kernels.run('Pack', PACK_TWO_ROWS, [a, b]);

/** Puts tensors together along their last axis. */
export function concatLast(kernels: Kernels, ...tensors: readonly DeviceTensor[]): DeviceTensor {
  const count = tensors.length;
  const attributes = CONCAT.get(count) ?? { types: { T: 'float32', Tidx: 'int32' }, ints: { N: count } };
  CONCAT.set(count, attributes);
  return kernels.tidy(() => kernels.run('ConcatV2', attributes, [...tensors, kernels.tensor(Int32Array.of(-1), [])]));
}

/** `length` values of the last axis from `begin` on. */
export function sliceLast(kernels: Kernels, x: DeviceTensor, begin: number, length: number): DeviceTensor {
  const rank = x.shape.length;
  const from = Int32Array.from(x.shape, (_, axis) => (axis === rank - 1 ? begin : 0));
  const size = Int32Array.from(x.shape, (all, axis) => (axis === rank - 1 ? length : all));
  return kernels.tidy(() =>
    kernels.run('Slice', SLICE, [x, kernels.tensor(from, [rank]), kernels.tensor(size, [rank])]),
  );
}

export function fill(kernels: Kernels, shape: readonly number[], value: number): DeviceTensor {
  return kernels.tidy(() =>
    kernels.run('Fill', FILL, [kernels.tensor(Int32Array.from(shape), [shape.length]), kernels.scalar(value)]),
  );
}

/** Softmax cross-entropy of each row with its label, and its gradient with respect to the logits. */
export function sparseSoftmaxCrossEntropy(
  kernels: Kernels,
  logits: DeviceTensor,
  labels: DeviceTensor,
): { losses: DeviceTensor; gradient: DeviceTensor } {
  const [losses, gradient] = kernels.runMany('SparseSoftmaxCrossEntropyWithLogits', LOSS, [logits, labels], 2);
  if (losses === undefined || gradient === undefined) throw new Error('the loss kernel gave no gradient');
  return { losses, gradient };
}

/** Softmax cross-entropy of each row with a row of probabilities, and its gradient with respect to the logits. */
export function softmaxCrossEntropy(
  kernels: Kernels,
  logits: DeviceTensor,
  targets: DeviceTensor,
): { losses: DeviceTensor; gradient: DeviceTensor } {
  const [losses, gradient] = kernels.runMany('SoftmaxCrossEntropyWithLogits', FLOAT, [logits, targets], 2);
  if (losses === undefined || gradient === undefined) throw new Error('the loss kernel gave no gradient');
  return { losses, gradient };
}

/** Uniform numbers from 0 to 1 that depend on the two seeds alone. */
export function statelessUniform(
  kernels: Kernels,
  shape: readonly number[],
  seeds: readonly [number, number],
): DeviceTensor {
  return kernels.tidy(() =>
    kernels.run('StatelessRandomUniform', RANDOM, [
      kernels.tensor(Int32Array.from(shape), [shape.length]),
      kernels.tensor(Int32Array.from(seeds), [2]),
    ]),
  );
}
