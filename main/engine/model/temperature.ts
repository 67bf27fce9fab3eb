import { EngineError } from '../common/errors.ts';
import type { Network } from './network.ts';

/**
 * The same network with its logits divided by `temperature`, within the weights of its last layer: every program that
 * opens it then gives the same probabilities, and none needs to know of the temperature.
 * @throws EngineError `unsupported-model` where the network does not end in a dense layer that gives logits
 */
export function divideLogits(network: Network, temperature: number): Network {
  const last = network.layers[network.layers.length - 1];
  if (last?.kind !== 'Dense' || last.activation !== 'linear') {
    throw new EngineError(
      'unsupported-model',
      'Only a network that ends in a dense layer of logits can be calibrated.',
    );
  }
  return {
    ...network,
    weights: network.weights.map((weight) =>
      weight.layer === last.name ? { ...weight, values: weight.values.map((value) => value / temperature) } : weight,
    ),
  };
}
