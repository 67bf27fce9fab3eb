import type { Network } from './network.ts';

/** Of the 23 bits behind the binary point of a 32-bit float, those that a 16-bit float does not have. */
const DROPPED_BITS = 13;
const MASK = (1 << DROPPED_BITS) - 1;

/**
 * The same network with its weights rounded to the eleven significant bits of a 16-bit float, to the nearest, ties to even.
 * They keep the range of 32-bit floats, so that nothing overflows and every program reads them; the zeros compress away.
 */
export function roundWeights(network: Network): Network {
  return { ...network, weights: network.weights.map((weight) => ({ ...weight, values: rounded(weight.values) })) };
}

function rounded(values: Float32Array): Float32Array {
  const result = values.slice();
  const bits = new Int32Array(result.buffer);
  for (const [index, value] of bits.entries()) {
    const half = (MASK >> 1) + ((value >>> DROPPED_BITS) & 1);
    bits[index] = (value + half) & ~MASK;
  }
  return result;
}
