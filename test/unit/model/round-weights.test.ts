import { describe, expect, it } from 'vitest';
import { roundWeights } from '../../../main/engine/model/round-weights.ts';
import { EVERY_LAYER_KIND, withRandomWeights } from '../../fixtures/model/networks.ts';

describe('weights rounded to eleven bits', () => {
  const network = withRandomWeights(EVERY_LAYER_KIND, 1);
  const pairs = roundWeights(network).weights.flatMap(({ values }, weight) =>
    Array.from(values, (value, index) => [network.weights[weight]?.values[index] ?? NaN, value] as const),
  );

  it('are as near as eleven bits permit', () => {
    for (const [before, after] of pairs)
      expect(Math.abs(after - before)).toBeLessThanOrEqual(Math.abs(before) * 2 ** -11);
  });

  it('have nothing behind those bits', () => {
    const bits = new Int32Array(Float32Array.from(pairs, ([, after]) => after).buffer);
    expect(bits.every((value) => (value & 0x1fff) === 0)).toBe(true);
  });

  it('keep what a 16-bit float could not hold', () => {
    const weights = network.weights
      .slice(0, 1)
      .map((weight) => ({ ...weight, values: Float32Array.of(1e10, 1e-10, 0) }));
    const [large = NaN, small = NaN, zero] = roundWeights({ ...network, weights }).weights[0]?.values ?? [];
    expect([large / 1e10, small / 1e-10, zero]).toEqual([expect.closeTo(1, 3), expect.closeTo(1, 3), 0]);
  });
});
