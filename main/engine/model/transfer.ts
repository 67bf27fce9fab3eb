import { EngineError } from '../common/errors.ts';
import type { Activation, Dense } from './layers.ts';
import {
  initialise,
  layerInputs,
  networkWeightSpecs,
  outputKind,
  weightKey,
  type Architecture,
  type Network,
  type Weight,
} from './network.ts';
import type { OutputKind } from './output-kind.ts';
import type { TrainLayers } from './train-layers.ts';

/** A trained network that another one is begun from. */
export interface TransferSource {
  readonly network: Network;
  /** Class codes of its outputs, in their order; null where nobody named them. */
  readonly classes: readonly string[] | null;
  /** What its logits were divided by for calibration; null where they were not. */
  readonly temperature: number | null;
}

export interface Transferred {
  /** Ends in logits. */
  readonly network: Network;
  /** `kept`: the classes are the same, and so is the output layer; `new`: it has fresh weights. */
  readonly output: 'kept' | 'new';
}

/**
 * The network that training further begins from: all layers and weights of a trained one, with a new output layer for other
 * classes. Where the classes are the same the output layer stays, too, in the order of `classes` and without the temperature
 * within it: a new one is fitted after the training.
 * @param how the seed draws the weights of a new output layer; the old one stays only where it answers as the new network shall
 * @throws EngineError `unsupported-model` where the network does not end in a dense layer
 */
export function transfer(
  source: TransferSource,
  classes: readonly string[],
  { seed, outputs }: { readonly seed: number; readonly outputs: OutputKind },
): Transferred {
  const base = endingInLogits(source.network);
  const last = outputLayer(base);
  const own = source.classes;
  const answersAlike = outputKind(source.network) === outputs;
  if (answersAlike && own !== null && own.length === classes.length && classes.every((code) => own.includes(code))) {
    const order = classes.map((code) => own.indexOf(code));
    const factor = source.temperature ?? 1;
    const weights = base.weights.map((weight) =>
      weight.layer === last.name ? outputsInOrder(weight, order, factor) : weight,
    );
    return { network: { ...base, weights }, output: 'kept' };
  }
  const layers = base.layers.map((layer) => (layer === last ? { ...last, units: classes.length } : layer));
  const fresh = initialise({ ...base, layers }, seed);
  const known = new Map(base.weights.map((weight) => [weightKey(weight), weight]));
  const weights = fresh.weights.map((weight) =>
    weight.layer === last.name ? weight : (known.get(weightKey(weight)) ?? weight),
  );
  return { network: { ...fresh, weights }, output: 'new' };
}

/** Position of the first layer whose weights learn. @throws EngineError as `transfer` */
export function firstLearningLayer(architecture: Architecture, trainLayers: TrainLayers = 'all'): number {
  return trainLayers === 'all' ? 0 : architecture.layers.indexOf(outputLayer(architecture));
}

/** How many numbers learn, as Keras counts its trainable parameters: without moving statistics. @throws EngineError as `transfer` */
export function countLearning(architecture: Architecture, trainLayers: TrainLayers): number {
  const learning = new Set(
    architecture.layers.slice(firstLearningLayer(architecture, trainLayers)).map(({ name }) => name),
  );
  return networkWeightSpecs(architecture)
    .filter(({ layer, name }) => learning.has(layer) && name !== 'moving_mean' && name !== 'moving_variance')
    .reduce((count, { shape }) => count + shape.reduce((product, size) => product * size, 1), 0);
}

function outputLayer({ layers }: Architecture): Dense {
  const last = layers[layers.length - 1];
  if (last?.kind === 'Dense') return last;
  throw new EngineError(
    'unsupported-model',
    `Training further needs a network that ends in a dense layer, which this one does not (${last?.kind ?? 'nothing'}).`,
  );
}

/** The same without the softmax or sigmoid at its end: what it gives is then logits, which is what training takes. */
function endingInLogits(network: Network): Network {
  const last = network.layers.at(-1);
  const before = network.layers.length - 2;
  if (last?.kind === 'Activation' && isProbability(last.activation) && layerInputs(network).at(-1)?.[0] === before) {
    return { ...network, layers: network.layers.slice(0, -1) };
  }
  if (last?.kind !== 'Dense' || !isProbability(last.activation)) return network;
  return { ...network, layers: [...network.layers.slice(0, -1), { ...last, activation: 'linear' }] };
}

function isProbability(activation: Activation): boolean {
  return activation === 'softmax' || activation === 'sigmoid';
}

/** Columns of a kernel, or numbers of a bias, in another order and times `factor`. */
function outputsInOrder(weight: Weight, order: readonly number[], factor: number): Weight {
  const units = order.length;
  const values = new Float32Array(weight.values.length);
  for (let row = 0; row < values.length; row += units) {
    for (const [column, from] of order.entries()) values[row + column] = (weight.values[row + from] ?? 0) * factor;
  }
  return { ...weight, values };
}
