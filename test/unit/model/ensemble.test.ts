import { describe, expect, it } from 'vitest';
import {
  ensembleArchitecture,
  joinMembers,
  namedByMember,
  weightsOfMembers,
} from '../../../main/engine/model/ensemble.ts';
import {
  countParameters,
  layerInputs,
  layerShapes,
  networkWeightSpecs,
  weightKey,
  type Architecture,
} from '../../../main/engine/model/network.ts';
import { PRESETS } from '../../../main/engine/model/presets.ts';
import { branching, smallTrainable, withRandomWeights } from '../../fixtures/model/networks.ts';

const single = branching(16, 3);

/** Names of the layers that each takes from. */
function inputsByName(architecture: Architecture): Map<string, readonly string[]> {
  const nameOf = (position: number): string => architecture.layers[position]?.name ?? 'the image';
  const inputs = layerInputs(architecture).map((positions) => positions.map(nameOf));
  return new Map(architecture.layers.map(({ name }, index) => [name, inputs[index] ?? []]));
}

describe('an ensemble', () => {
  it('of one is the network itself', () => {
    const network = withRandomWeights(single, 1);
    expect(ensembleArchitecture(single, 1)).toBe(single);
    expect(joinMembers([network])).toBe(network);
  });

  it('has all layers but the rescaling of the image and the output once for each member, joined as in the single one', () => {
    const ensemble = ensembleArchitecture(single, 3);
    const inputs = inputsByName(ensemble);
    for (const number of [1, 2, 3]) {
      const named = (name: string): string => (name === 'rescaling' ? name : `member${String(number)}_${name}`);
      for (const [name, taken] of inputsByName(single)) {
        if (name === 'logits') continue;
        expect(inputs.get(named(name)), named(name)).toEqual(name === 'rescaling' ? ['the image'] : taken.map(named));
      }
    }
    expect(inputs.get('ensemble')).toEqual([1, 2, 3].map((number) => `member${String(number)}_features_norm`));
    expect(inputs.get('logits')).toEqual(['ensemble']);
    expect(ensemble.layers).toHaveLength(1 + 3 * (single.layers.length - 2) + 2);
  });

  it.each<readonly [string, Architecture]>([
    ['layers that branch and join', single],
    ['layers in one line', smallTrainable(16, 4)],
    ...PRESETS.map(({ name, build }) => [name, build(5)] as const),
  ])('of %s ends in one dense layer, whose bias is the mean of those of the members', (_what, architecture) => {
    const members = [1, 2].map((seed) => withRandomWeights(architecture, seed));
    const joined = joinMembers(members);
    const last = architecture.layers.at(-1);
    const units = layerShapes(architecture).at(-1)?.[0] ?? NaN;
    expect(joined.layers.at(-1)).toMatchObject({ kind: 'Dense', name: last?.name, units });
    expect(joined.weights.map(({ layer, name, shape }) => ({ layer, name, shape }))).toEqual(
      networkWeightSpecs(joined),
    );
    expect(countParameters(joined)).toBe(2 * countParameters(architecture) - units);
    const bias = ({ weights }: typeof joined): number =>
      weights.find((weight) => weight.layer === last?.name && weight.name === 'bias')?.values[1] ?? NaN;
    const [first = NaN, second = NaN] = members.map(bias);
    expect(bias(joined)).toBeCloseTo((first + second) / 2, 6);
  });

  it('lists the weights of its members by names of their own, and finds them again', () => {
    const members = [1, 2, 3].map((seed) => withRandomWeights(single, seed).weights);
    const all = namedByMember(members);
    expect(new Set(all.map(weightKey)).size).toBe(3 * (members[0]?.length ?? 0));
    expect(weightsOfMembers(all, members[0] ?? [])).toEqual(members);
    expect(namedByMember(members.slice(0, 1))).toEqual(members[0]);
  });

  it('is refused for a network that ends in something else than logits', () => {
    const layers = single.layers.map((layer) =>
      layer.kind === 'Dense' ? { ...layer, activation: 'softmax' as const } : layer,
    );
    expect(() => ensembleArchitecture({ ...single, layers }, 2)).toThrow(
      'have to end in a dense layer that gives logits',
    );
  });
});
