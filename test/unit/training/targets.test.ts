import { describe, expect, it } from 'vitest';
import { balancedWeights, softTargets } from '../../../main/engine/training/targets.ts';

const labels = Int32Array.of(2, 0);
const plain = { classes: 3, outputs: 'softmax', labelSmoothing: 0, classWeights: null } as const;
const free = { ...plain, outputs: 'sigmoid' } as const;
const mixing = { partners: Int32Array.of(1, 0), shares: Float32Array.of(0.75, 1) };
const rounded = (values: Float32Array): number[] => Array.from(values, (value) => Math.round(value * 1e5) / 1e5);

describe('softTargets', () => {
  it('is 1 for the label alone where nothing is soft', () => {
    const { targets, weights } = softTargets(labels, null, plain);
    expect(rounded(targets)).toEqual([0, 0, 1, 1, 0, 0]);
    expect(rounded(weights)).toEqual([1, 1]);
  });

  it('gives mixed clips the labels of both, by their shares', () => {
    expect(rounded(softTargets(labels, mixing, plain).targets)).toEqual([0.25, 0, 0.75, 1, 0, 0]);
  });

  it('adds up two clips of one class', () => {
    const same = softTargets(Int32Array.of(1, 1), mixing, plain);
    expect(rounded(same.targets)).toEqual([0, 1, 0, 0, 1, 0]);
  });

  it('spreads a share of each label over all classes', () => {
    const { targets } = softTargets(labels, mixing, { ...plain, labelSmoothing: 0.3 });
    expect(rounded(targets)).toEqual([0.275, 0.1, 0.625, 0.8, 0.1, 0.1]);
    expect(targets.slice(0, 3).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  });

  it('weighs clips by their classes', () => {
    const { weights } = softTargets(labels, mixing, { ...plain, classWeights: Float32Array.of(2, 1, 0.4) });
    expect(rounded(weights)).toEqual([0.8, 2]);
  });
});

describe('softTargets of classes by themselves', () => {
  it('is 1 for every class that sounds, and 0 throughout where none does', () => {
    const { targets, weights } = softTargets([[2, 0], [], 1], null, free);
    expect(rounded(targets)).toEqual([1, 0, 1, 0, 0, 0, 0, 1, 0]);
    expect(rounded(weights)).toEqual([1, 1, 1]);
  });

  it('spreads a share of each answer over yes and no', () => {
    const { targets } = softTargets([[2, 0], []], null, { ...free, labelSmoothing: 0.2 });
    expect(rounded(targets)).toEqual([0.9, 0.1, 0.9, 0.1, 0.1, 0.1]);
  });

  it('gives mixed clips the classes of both, by their shares, and never more than 1', () => {
    expect(rounded(softTargets([[2, 0], [0]], mixing, free).targets)).toEqual([1, 0, 0.75, 1, 0, 0]);
    expect(rounded(softTargets([[2, 0], []], mixing, free).targets)).toEqual([0.75, 0, 0.75, 0, 0, 0]);
  });

  it('weighs a clip as the mean of its classes', () => {
    const { weights } = softTargets([[2, 0], [], 1], null, { ...free, classWeights: Float32Array.of(2, 1.5, 0.4) });
    expect(rounded(weights)).toEqual([1.2, 1, 1.5]);
  });
});

describe('balancedWeights', () => {
  it('goes by labels where clips have several or none', () => {
    expect(rounded(balancedWeights([[0, 1], [0], [], 0], 2))).toEqual([0.66667, 2]);
  });

  it('makes every class count the same, and the clips 1 on average', () => {
    const clips = [0, 0, 0, 1];
    const weights = balancedWeights(clips, 2);
    expect(rounded(weights)).toEqual([0.66667, 2]);
    expect(clips.reduce((sum, label) => sum + (weights[label] ?? 0), 0)).toBeCloseTo(4, 5);
  });

  it('has no infinite weight for a class without clips', () => {
    expect(rounded(balancedWeights([0, 2], 3))).toEqual([0.66667, 0, 0.66667]);
  });
});
