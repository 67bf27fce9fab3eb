import { EngineError } from '../common/errors.ts';
import type { Network } from './network.ts';
import type { OutputKind } from './output-kind.ts';

/**
 * The network as it is kept: of one that was trained for sigmoid the last layer says so, and every program that opens it
 * gives the same probabilities; one for softmax gives logits.
 * @throws EngineError `unsupported-model` where the network does not end in a dense layer that gives logits
 */
export function withOutputs(network: Network, outputs: OutputKind): Network {
  if (outputs === 'softmax') return network;
  const last = network.layers.at(-1);
  if (last?.kind !== 'Dense' || last.activation !== 'linear') {
    throw new EngineError(
      'unsupported-model',
      'Only a network that ends in a dense layer of logits can have a sigmoid.',
    );
  }
  return { ...network, layers: [...network.layers.slice(0, -1), { ...last, activation: 'sigmoid' }] };
}
