import { describe, expect, it } from 'vitest';
import { Aggregate, topClasses } from '../../../main/engine/classify/aggregate.ts';
import type { Aggregation } from '../../../main/engine/classify/result.ts';
import { windowMean } from '../../../main/engine/model/window-mean.ts';

const CLASSES = ['cel', 'pia', 'voi'].map((code) => ({ code, name: `the ${code}` }));

function aggregate(windows: readonly (readonly number[])[], method: Aggregation): number[] | null {
  const sums = new Aggregate(CLASSES.length);
  for (const window of windows) sums.add(window);
  const result = sums.result(method);
  return result === null ? null : [...result];
}

describe('joining windows', () => {
  const windows = [
    [0.7, 0.2, 0.1],
    [0.1, 0.8, 0.1],
    [0.1, 0.5, 0.4],
  ];

  it('takes the mean of the probabilities, which sum to 1', () => {
    const mean = aggregate(windows, 'mean') ?? [];
    expect(mean.map((value) => Number(value.toFixed(12)))).toEqual([0.3, 0.5, 0.2]);
  });

  it('gives what training and its score make of the windows of a clip', () => {
    expect(aggregate(windows, 'mean')).toEqual(windowMean(windows));
  });

  it('divides the sums by the largest of them', () => {
    const scores = aggregate(windows, 'sum-max') ?? [];
    expect(scores[0]).toBeCloseTo(0.6, 12);
    expect(scores[1]).toBe(1);
    expect(scores[2]).toBeCloseTo(0.4, 12);
  });

  it('leaves a single window as it is', () => {
    expect(aggregate([[0.25, 0.5, 0.25]], 'mean')).toEqual([0.25, 0.5, 0.25]);
    expect(aggregate([[0.25, 0.5, 0.25]], 'sum-max')).toEqual([0.5, 1, 0.5]);
  });

  it('has no result without windows', () => {
    expect(aggregate([], 'mean')).toBeNull();
    expect(aggregate([], 'sum-max')).toBeNull();
  });

  it('refuses a window with another number of classes', () => {
    expect(() => aggregate([[0.5, 0.5]], 'mean')).toThrow(RangeError);
  });
});

describe('the best classes', () => {
  it('come best first with code and name, at most as many as asked for', () => {
    expect(topClasses([0.2, 0.5, 0.3], CLASSES, 2)).toEqual([
      { label: 'pia', name: 'the pia', probability: 0.5 },
      { label: 'voi', name: 'the voi', probability: 0.3 },
    ]);
    expect(topClasses([0.2, 0.5, 0.3], CLASSES, 9)).toHaveLength(3);
  });

  it('keep the order of the classes where they are equal', () => {
    const labels = topClasses([0.4, 0.2, 0.4], CLASSES, 3).map(({ label }) => label);
    expect(labels).toEqual(['cel', 'voi', 'pia']);
  });
});
