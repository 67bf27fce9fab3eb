import { describe, expect, it } from 'vitest';
import { chooseClassThresholds } from '../../../main/engine/evaluation/multilabel/class-thresholds.ts';

const column = (own: readonly number[], others: readonly number[]) => [
  ...own.map((score) => ({ score, own: true })),
  ...others.map((score) => ({ score, own: false })),
];

describe('the threshold of each class', () => {
  it('lies in the middle of the gap below the last clip that it is best to name', () => {
    const [chosen] = chooseClassThresholds([column([0.9, 0.8, 0.7, 0.6, 0.5], [0.3, 0.2, 0.1, 0.1, 0.1])]);
    expect(chosen).toEqual({ threshold: 0.4, f1: 1 });
  });

  it('takes mistakes where leaving clips out would cost more', () => {
    const [chosen] = chooseClassThresholds([column([0.9, 0.8, 0.7, 0.4, 0.4], [0.5, 0.3, 0.2, 0.1, 0.1])]);
    expect(chosen?.threshold).toBeCloseTo(0.35, 9);
    expect(chosen?.f1).toBeCloseTo(10 / 11, 9);
  });

  it('names or leaves equal scores together', () => {
    const [chosen] = chooseClassThresholds([column([0.5, 0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.1, 0.1, 0.1])]);
    expect(chosen?.threshold).toBeCloseTo(0.3, 9);
    expect(chosen?.f1).toBeCloseTo(10 / 12, 9);
  });

  it.each([
    ['no clips', [], [0.1, 0.2, 0.3, 0.4, 0.5]],
    ['few clips', [0.9, 0.9, 0.9, 0.9], [0.1, 0.2, 0.3, 0.4, 0.5]],
    ['hardly any others', [0.9, 0.9, 0.9, 0.9, 0.9], [0.1]],
  ])('is even odds for a class with %s', (_what, own, others) => {
    expect(chooseClassThresholds([column(own, others)])).toEqual([{ threshold: 0.5, f1: null }]);
  });
});
