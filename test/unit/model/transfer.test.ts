import { describe, expect, it } from 'vitest';
import { joinMembers } from '../../../main/engine/model/ensemble.ts';
import { weightKey, type Network } from '../../../main/engine/model/network.ts';
import type { OutputKind } from '../../../main/engine/model/output-kind.ts';
import { countLearning, firstLearningLayer, transfer } from '../../../main/engine/model/transfer.ts';
import { branching, smallTrainable, withRandomWeights } from '../../fixtures/model/networks.ts';

const network = withRandomWeights(branching(16, 3), 2);
const classes = ['cel', 'flu', 'vio'];
const source = { network, classes, temperature: null };

const by = (seed: number, outputs: OutputKind = 'softmax') => ({ seed, outputs });

function valuesOf({ weights }: Network, key: string): number[] {
  return [...(weights.find((weight) => weightKey(weight) === key)?.values ?? [])];
}

function bodyOf({ weights }: Network): unknown {
  return weights.filter(({ layer }) => layer !== 'logits');
}

describe('what training further begins from', () => {
  it('is one new output layer over the features of all members, where that is an ensemble', () => {
    const ensemble = joinMembers([1, 2].map((seed) => withRandomWeights(branching(16, 3), seed)));
    const { network: begun } = transfer({ ...source, network: ensemble }, ['bowed', 'voice'], by(1));
    expect(bodyOf(begun)).toEqual(bodyOf(ensemble));
    expect(valuesOf(begun, 'logits/kernel')).toHaveLength(2 * 2 * 14);
    expect(countLearning(begun, 'last')).toBe(2 * 2 * 14 + 2);
  });

  it('has all weights of the network and a new output layer for other classes, by the seed', () => {
    const { network: begun, output } = transfer(source, ['bowed', 'voice'], by(1));
    expect(output).toBe('new');
    expect(bodyOf(begun)).toEqual(bodyOf(network));
    expect(begun.layers.at(-1)).toMatchObject({ kind: 'Dense', units: 2, activation: 'linear' });
    expect(valuesOf(begun, 'logits/kernel')).toHaveLength(2 * 14);
    expect(valuesOf(begun, 'logits/bias')).toEqual([0, 0]);
    expect(transfer(source, ['bowed', 'voice'], by(1)).network).toEqual(begun);
    expect(valuesOf(transfer(source, ['bowed', 'voice'], by(2)).network, 'logits/kernel')).not.toEqual(
      valuesOf(begun, 'logits/kernel'),
    );
  });

  it('is the network itself where the classes are the same', () => {
    expect(transfer(source, classes, by(1))).toEqual({ network, output: 'kept' });
  });

  it('keeps its outputs in the order of the new folder', () => {
    const { network: begun, output } = transfer(source, ['vio', 'cel', 'flu'], by(1));
    expect(output).toBe('kept');
    const [cel, flu, vio] = valuesOf(network, 'logits/bias');
    expect(valuesOf(begun, 'logits/bias')).toEqual([vio, cel, flu]);
    const kernel = valuesOf(network, 'logits/kernel');
    expect(valuesOf(begun, 'logits/kernel').slice(0, 3)).toEqual([kernel[2], kernel[0], kernel[1]]);
  });

  it('is without the temperature that had been put into its output layer', () => {
    const { network: begun } = transfer({ ...source, temperature: 2 }, classes, by(1));
    expect(valuesOf(begun, 'logits/bias')).toEqual(valuesOf(network, 'logits/bias').map((value) => value * 2));
    expect(bodyOf(begun)).toEqual(bodyOf(network));
  });

  it('has a new output layer where nobody named the outputs, or a class is missing', () => {
    expect(transfer({ ...source, classes: null }, classes, by(1)).output).toBe('new');
    expect(transfer(source, ['cel', 'flu'], by(1)).output).toBe('new');
    expect(transfer(source, ['cel', 'flu', 'sax'], by(1)).output).toBe('new');
  });

  it('ends in logits, whether the network had its softmax in the last layer or behind it', () => {
    const last = { kind: 'Dense', name: 'logits', units: 3, useBias: true, activation: 'softmax' } as const;
    const inLayer = { ...network, layers: [...network.layers.slice(0, -1), last] };
    const behind: Network = {
      ...network,
      layers: [...network.layers, { kind: 'Activation', name: 'softmax', activation: 'softmax' }],
    };
    for (const ending of [inLayer, behind]) {
      expect(transfer({ ...source, network: ending }, classes, by(1))).toEqual({ network, output: 'kept' });
    }
  });

  it('keeps its output layer only where it answers as it did before: one class out of all, or each by itself', () => {
    const last = { kind: 'Dense', name: 'logits', units: 3, useBias: true, activation: 'sigmoid' } as const;
    const sigmoid = { ...source, network: { ...network, layers: [...network.layers.slice(0, -1), last] } };
    expect(transfer(sigmoid, classes, by(1, 'sigmoid'))).toEqual({ network, output: 'kept' });
    expect(transfer(sigmoid, classes, by(1)).output).toBe('new');
    expect(transfer(source, classes, by(1, 'sigmoid')).output).toBe('new');
  });

  it('is refused where the network does not end in a dense layer', () => {
    const open = { ...network, layers: network.layers.slice(0, -1) };
    expect(() => transfer({ ...source, network: open }, classes, by(1))).toThrow(
      /ends in a dense layer.*Normalization/u,
    );
  });
});

describe('which layers learn', () => {
  it('are all, or the last one', () => {
    expect(firstLearningLayer(network)).toBe(0);
    expect(firstLearningLayer(network, 'last')).toBe(network.layers.length - 1);
  });

  it('is counted in parameters, without moving statistics', () => {
    expect(countLearning(network, 'last')).toBe(14 * 3 + 3);
    const normalised = 2 * (5 + 7 + 7 + 14);
    expect(countLearning(network, 'all')).toBe(9 * 5 + 9 * 5 * 7 + 5 * 7 + normalised + 14 * 3 + 3);
    expect(countLearning(smallTrainable(16, 3), 'last')).toBe(12 * 3 + 3);
  });
});
