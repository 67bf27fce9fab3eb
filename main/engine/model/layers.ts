/** The layer kinds a network here can have, in Keras's words. Data only: what they compute is in `stages.ts`. */

export type Activation = 'linear' | 'relu' | 'softmax' | 'sigmoid';
export type Padding = 'same' | 'valid';
export type Size = readonly [number, number];

interface Named {
  /** Unique within the network; names the weights. */
  readonly name: string;
  /** Names of the layers whose results it takes, `IMAGE` being the image; the layer before it where this is left out. */
  readonly inputs?: readonly string[];
}

/** Stands for the image among the inputs of a layer, and names it in Keras's files. */
export const IMAGE = 'input_layer';

/** `input * scale + offset` */
export interface Rescaling extends Named {
  readonly kind: 'Rescaling';
  readonly scale: number;
  readonly offset: number;
}

export interface Conv2D extends Named {
  readonly kind: 'Conv2D';
  readonly filters: number;
  readonly kernelSize: Size;
  readonly strides: Size;
  readonly padding: Padding;
  readonly useBias: boolean;
  readonly activation: Activation;
}

export interface Pooling2D extends Named {
  readonly kind: 'MaxPooling2D' | 'AveragePooling2D';
  readonly poolSize: Size;
  readonly strides: Size;
  readonly padding: Padding;
}

/** The mean, or the maximum, over height and width. */
export interface GlobalPooling2D extends Named {
  readonly kind: 'GlobalAveragePooling2D' | 'GlobalMaxPooling2D';
  /** Whether the result keeps height and width as 1 x 1. */
  readonly keepDims: boolean;
}

/** Zeroes a share `rate` of its input while training and scales the rest by `1 / (1 - rate)`; nothing otherwise. */
export interface Dropout extends Named {
  readonly kind: 'Dropout';
  readonly rate: number;
}

export interface Flatten extends Named {
  readonly kind: 'Flatten';
}

export interface Dense extends Named {
  readonly kind: 'Dense';
  readonly units: number;
  readonly useBias: boolean;
  readonly activation: Activation;
}

export interface ActivationLayer extends Named {
  readonly kind: 'Activation';
  readonly activation: Activation;
}

/** Normalises the last axis. */
export interface BatchNormalization extends Named {
  readonly kind: 'BatchNormalization';
  readonly momentum: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
}

/** The sum of results of one shape. */
export interface Add extends Named {
  readonly kind: 'Add';
}

/** Results put together along their last axis. */
export interface Concatenate extends Named {
  readonly kind: 'Concatenate';
}

/** What takes several results at once. */
export type MergingLayer = Add | Concatenate;

export type Layer =
  | MergingLayer
  | Rescaling
  | Conv2D
  | Pooling2D
  | GlobalPooling2D
  | Dropout
  | Flatten
  | Dense
  | ActivationLayer
  | BatchNormalization;

/** A variable of a layer, by the names and in the order Keras gives them. */
export interface WeightSpec {
  readonly layer: string;
  readonly name: 'kernel' | 'bias' | 'gamma' | 'beta' | 'moving_mean' | 'moving_variance';
  readonly shape: readonly number[];
}

/** The shape a layer gives for one image when it takes results of these shapes, or null where it cannot take them. */
export function outputShape(layer: Layer, inputs: readonly (readonly number[])[]): readonly number[] | null {
  const [input, ...others] = inputs;
  if (input === undefined) return null;
  if (isMerging(layer)) return mergedShape(layer, input, others);
  if (others.length > 0) return null;
  switch (layer.kind) {
    case 'Rescaling':
    case 'Dropout':
    case 'Activation':
    case 'BatchNormalization':
      return input;
    case 'Conv2D':
      return windowed(input, layer.kernelSize, layer.strides, layer.padding, layer.filters);
    case 'MaxPooling2D':
    case 'AveragePooling2D':
      return windowed(input, layer.poolSize, layer.strides, layer.padding, input[2] ?? 0);
    case 'GlobalAveragePooling2D':
    case 'GlobalMaxPooling2D': {
      const channels = input[2];
      if (channels === undefined) return null;
      return layer.keepDims ? [1, 1, channels] : [channels];
    }
    case 'Flatten':
      return [product(input)];
    case 'Dense':
      return [...input.slice(0, -1), layer.units];
  }
}

export function isMerging(layer: Layer): layer is MergingLayer {
  return layer.kind === 'Add' || layer.kind === 'Concatenate';
}

function mergedShape(
  { kind }: MergingLayer,
  first: readonly number[],
  others: readonly (readonly number[])[],
): readonly number[] | null {
  if (others.length === 0) return null;
  const compared = (shape: readonly number[]): string => (kind === 'Add' ? shape : shape.slice(0, -1)).join();
  if (others.some((shape) => shape.length !== first.length || compared(shape) !== compared(first))) return null;
  if (kind === 'Add') return first;
  const last = [first, ...others].reduce((sum, shape) => sum + (shape[shape.length - 1] ?? 0), 0);
  return [...first.slice(0, -1), last];
}

/** The variables a layer has when it is given images of shape `input`. */
export function weightSpecs(layer: Layer, input: readonly number[]): WeightSpec[] {
  const last = input[input.length - 1] ?? 0;
  const spec = (name: WeightSpec['name'], ...shape: number[]): WeightSpec => ({ layer: layer.name, name, shape });
  switch (layer.kind) {
    case 'Conv2D':
      return [
        spec('kernel', ...layer.kernelSize, last, layer.filters),
        ...(layer.useBias ? [spec('bias', layer.filters)] : []),
      ];
    case 'Dense':
      return [spec('kernel', last, layer.units), ...(layer.useBias ? [spec('bias', layer.units)] : [])];
    case 'BatchNormalization':
      return [
        ...(layer.scale ? [spec('gamma', last)] : []),
        ...(layer.center ? [spec('beta', last)] : []),
        spec('moving_mean', last),
        spec('moving_variance', last),
      ];
    default:
      return [];
  }
}

export function product(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

function windowed(
  [height, width, channels]: readonly number[],
  window: Size,
  strides: Size,
  padding: Padding,
  filters: number,
): readonly number[] | null {
  if (height === undefined || width === undefined || channels === undefined) return null;
  const along = (size: number, axis: 0 | 1): number =>
    Math.ceil((padding === 'same' ? size : size - window[axis] + 1) / strides[axis]);
  const result = [along(height, 0), along(width, 1), filters];
  return result.every((size) => size > 0) ? result : null;
}
