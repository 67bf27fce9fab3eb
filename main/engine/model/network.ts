import { EngineError } from '../common/errors.ts';
import { Random } from '../common/random.ts';
import {
  IMAGE,
  outputShape,
  product,
  weightSpecs,
  type Activation,
  type Layer,
  type Rescaling,
  type WeightSpec,
} from './layers.ts';
import type { OutputKind } from './output-kind.ts';

/** Height, width and channels of one image. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** Layers in an order in which each comes after those it takes from; the last one gives the result. Without weights. */
export interface Architecture {
  readonly name: string;
  readonly inputShape: ImageShape;
  readonly layers: readonly Layer[];
}

export interface Weight extends WeightSpec {
  readonly values: Float32Array;
}

/** A network in plain memory: what is saved, loaded, trained on from and predicted with. */
export interface Network extends Architecture {
  /** In the order of the layers and, within one, of Keras. */
  readonly weights: readonly Weight[];
}

/** Names a weight within its network. */
export function weightKey(weight: WeightSpec): string {
  return `${weight.layer}/${weight.name}`;
}

/** Position of the image among the results that layers take. */
export const IMAGE_POSITION = -1;

/**
 * Whose results each layer takes, by position; `IMAGE_POSITION` for the image.
 * @throws EngineError `unsupported-model` where a layer takes from one that is not before it
 */
export function layerInputs({ layers }: Architecture): (readonly number[])[] {
  const positions = new Map([[IMAGE, IMAGE_POSITION]]);
  return layers.map((layer, index) => {
    const inputs = layer.inputs?.map((name) => {
      const position = positions.get(name);
      if (position !== undefined) return position;
      throw new EngineError(
        'unsupported-model',
        `The layer ${layer.name} (${layer.kind}) takes from ${name}, which is no layer before it.`,
      );
    });
    positions.set(layer.name, index);
    return inputs ?? [index - 1];
  });
}

/**
 * The shape each layer gives for one image, in order.
 * @throws EngineError `unsupported-model` where a layer cannot take what those before it give
 */
export function layerShapes(architecture: Architecture): (readonly number[])[] {
  const shapes: (readonly number[])[] = [];
  const inputs = layerInputs(architecture);
  for (const [index, layer] of architecture.layers.entries()) {
    const taken = (inputs[index] ?? []).map((position) => shapes[position] ?? architecture.inputShape);
    const shape = outputShape(layer, taken);
    if (shape === null) {
      throw new EngineError(
        'unsupported-model',
        `The layer ${layer.name} (${layer.kind}) cannot take an input of shape ${taken.map((input) => input.join(' x ')).join(' and ')}.`,
      );
    }
    shapes.push(shape);
  }
  return shapes;
}

/** The shapes of what each layer takes, in order. @throws EngineError as `layerShapes` */
export function inputShapes(architecture: Architecture): (readonly (readonly number[])[])[] {
  const shapes = layerShapes(architecture);
  return layerInputs(architecture).map((taken) => taken.map((position) => shapes[position] ?? architecture.inputShape));
}

/** Whether every layer takes from the one before it alone, as in Keras's Sequential models. */
export function isLine(architecture: Architecture): boolean {
  return layerInputs(architecture).every((taken, index) => taken.length === 1 && taken[0] === index - 1);
}

/** All variables of a network, in order. */
export function networkWeightSpecs(architecture: Architecture): WeightSpec[] {
  const inputs = inputShapes(architecture);
  return architecture.layers.flatMap((layer, index) =>
    weightSpecs(layer, inputs[index]?.[0] ?? architecture.inputShape),
  );
}

/** How many numbers a network has learned or will learn, moving statistics included, as Keras counts them. */
export function countParameters(architecture: Architecture): number {
  return networkWeightSpecs(architecture).reduce((count, { shape }) => count + product(shape), 0);
}

/**
 * How many classes a network tells apart.
 * @throws EngineError `unsupported-model` when it does not end in a row of at least two numbers
 */
export function outputUnits(architecture: Architecture): number {
  const shapes = layerShapes(architecture);
  const [units, ...rest] = shapes[shapes.length - 1] ?? architecture.inputShape;
  if (units === undefined || units < 2 || rest.length > 0) {
    throw new EngineError('unsupported-model', 'The model does not end in one number for each of two or more classes.');
  }
  return units;
}

/** The rescalings a network begins with, which are done together with the reading of the images. */
export function leadingRescalings(architecture: Architecture): Rescaling[] {
  const inputs = layerInputs(architecture);
  const takers = (position: number): number => inputs.flat().filter((taken) => taken === position).length;
  const result: Rescaling[] = [];
  for (const [index, layer] of architecture.layers.entries()) {
    if (layer.kind !== 'Rescaling' || inputs[index]?.[0] !== index - 1 || takers(index - 1) !== 1) break;
    result.push(layer);
  }
  return result;
}

/** What the last layer makes of its numbers: probabilities by softmax or sigmoid; anything else leaves logits. */
export function lastActivation({ layers }: Architecture): Activation {
  const last = layers.filter(({ kind }) => kind !== 'Dropout' && kind !== 'Flatten').pop();
  return last !== undefined && 'activation' in last ? last.activation : 'linear';
}

/** Logits are taken for those of a softmax, as networks for one class out of all are kept. */
export function outputKind(architecture: Architecture): OutputKind {
  return lastActivation(architecture) === 'sigmoid' ? 'sigmoid' : 'softmax';
}

/**
 * Fresh weights as Keras draws them by default: kernels Glorot uniform (limit `sqrt(6 / (fanIn + fanOut))`, Glorot and
 * Bengio 2010), biases, betas and moving means 0, gammas and moving variances 1. The same seed gives the same bits on every
 * machine; each weight has a sequence of its own.
 */
export function initialise(architecture: Architecture, seed: number): Network {
  const weights = networkWeightSpecs(architecture).map((spec) => ({ ...spec, values: initialValues(spec, seed) }));
  return { ...architecture, weights };
}

function initialValues(spec: WeightSpec, seed: number): Float32Array {
  const values = new Float32Array(product(spec.shape));
  if (spec.name === 'gamma' || spec.name === 'moving_variance') return values.fill(1);
  if (spec.name !== 'kernel') return values;
  const [fanOut = 1, fanIn = 1, ...receptiveField] = [...spec.shape].reverse();
  const limit = Math.sqrt(6 / ((fanIn + fanOut) * product(receptiveField)));
  const random = new Random(seed, `initialise ${weightKey(spec)}`);
  return values.map(() => random.between(-limit, limit));
}
