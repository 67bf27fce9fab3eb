import { describe, expect, it } from 'vitest';
import { bootstrapIntervals } from '../../../main/engine/evaluation/bootstrap.ts';
import type { Interval } from '../../../main/engine/evaluation/bootstrap.ts';
import type { Prediction, Predictions } from '../../../main/engine/evaluation/predictions.ts';
import { IRMAS_CLASSES, syntheticPredictions } from '../../fixtures/evaluation/synthetic-predictions.ts';
import { processorSeconds } from '../../helpers/processor-seconds.ts';

const options = { seed: 3, resamples: 2000 };
const classes = IRMAS_CLASSES.slice(0, 2);

/** `groups` groups of `size` clips that are right or wrong together, `right` of the groups being right. */
function together(groups: number, size: number, right: number): Predictions {
  const rows = Array.from({ length: groups * size }, (_, index): Prediction => {
    const group = Math.floor(index / size);
    const label = group % 2;
    const isRight = group < right;
    const probabilities = (label === 0) === isRight ? [0.9, 0.1] : [0.1, 0.9];
    return { clip: String(index), group: String(group), recording: String(group), label, probabilities };
  });
  return { classes, rows };
}

function width(interval: Interval | null): number {
  return interval === null ? NaN : interval[1] - interval[0];
}

describe('bootstrap intervals', () => {
  it('are those of the binomial distribution where every clip is its own group', () => {
    const { accuracy } = bootstrapIntervals(together(400, 1, 240), options);
    const expected = 2 * 1.96 * Math.sqrt((0.6 * 0.4) / 400);
    expect(width(accuracy) / expected).toBeGreaterThan(0.93);
    expect(width(accuracy) / expected).toBeLessThan(1.07);
    expect(((accuracy?.[0] ?? 0) + (accuracy?.[1] ?? 0)) / 2).toBeCloseTo(0.6, 1);
  });

  it('do not narrow when every recording is cut into four clips that fail together', () => {
    const whole = bootstrapIntervals(together(100, 1, 60), options);
    const cut = bootstrapIntervals(together(100, 4, 60), options);
    expect(cut.accuracy).toEqual(whole.accuracy);
    expect(cut.groups).toBe(100);
  });

  it('hold the figure itself, for macro F1 and each class too', () => {
    const { accuracy, macroF1, perClass } = bootstrapIntervals(syntheticPredictions(IRMAS_CLASSES, 20), options);
    for (const interval of [accuracy, macroF1, ...perClass.flatMap(({ f1, recall }) => [f1, recall])]) {
      expect(interval?.[0]).toBeGreaterThanOrEqual(0);
      expect(interval?.[0]).toBeLessThan(interval?.[1] ?? 0);
      expect(interval?.[1]).toBeLessThanOrEqual(1);
    }
  });

  it('are the same for the same seed and others for another', () => {
    const predictions = syntheticPredictions(IRMAS_CLASSES, 10);
    const once = bootstrapIntervals(predictions, options);
    expect(bootstrapIntervals(predictions, options)).toEqual(once);
    expect(bootstrapIntervals(predictions, { ...options, seed: 4 }).macroF1).not.toEqual(once.macroF1);
  });

  it('say when there are few groups', () => {
    expect(bootstrapIntervals(together(29, 3, 20), options)).toMatchObject({ groups: 29, fewGroups: true });
    expect(bootstrapIntervals(together(30, 3, 20), options)).toMatchObject({ groups: 30, fewGroups: false });
  });

  it('are not made up where one group is all there is', () => {
    const { accuracy, macroF1, perClass } = bootstrapIntervals(together(1, 10, 1), options);
    expect([accuracy, macroF1]).toEqual([null, null]);
    expect(perClass).toEqual([
      { groups: 1, recall: null, f1: null },
      { groups: 0, recall: null, f1: null },
    ]);
  });

  it('of a class from one group among others are not made up either', () => {
    const { accuracy, perClass } = bootstrapIntervals(together(2, 5, 1), options);
    expect(accuracy).toEqual([0, 1]);
    expect(perClass.map(({ recall }) => recall)).toEqual([null, null]);
  });

  it('of five thousand clips take well under five seconds, were every clip its own group', () => {
    const { rows } = syntheticPredictions(IRMAS_CLASSES, 170);
    const predictions = {
      classes: IRMAS_CLASSES,
      rows: rows.map((row) => ({ ...row, group: row.clip })).slice(0, 5000),
    };
    expect(predictions.rows).toHaveLength(5000);
    const before = processorSeconds();
    bootstrapIntervals(predictions, options);
    expect(processorSeconds() - before).toBeLessThan(5);
  });
});
