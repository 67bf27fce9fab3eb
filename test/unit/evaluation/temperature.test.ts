import { describe, expect, it } from 'vitest';
import { Random } from '../../../main/engine/common/random.ts';
import { calibration } from '../../../main/engine/evaluation/calibration.ts';
import { logLoss } from '../../../main/engine/evaluation/probability-metrics.ts';
import { predictedLabel, type Predictions } from '../../../main/engine/evaluation/predictions.ts';
import {
  fitBinaryTemperature,
  fitTemperature,
  tryTemperature,
  withTemperature,
} from '../../../main/engine/evaluation/temperature.ts';
import { windowMean } from '../../../main/engine/model/window-mean.ts';

const CLASSES = ['a', 'b', 'c', 'd'].map((code) => ({ code, name: code }));

/** Labels drawn from the very probabilities that are given with them: calibrated as well as can be. */
function honest(count: number): Predictions {
  const random = new Random(1, 'honest');
  const rows = Array.from({ length: count }, (_, index) => {
    const odds = CLASSES.map(() => Math.exp(2 * random.between(-1, 1)));
    const sum = odds.reduce((total, value) => total + value, 0);
    const probabilities = odds.map((value) => value / sum);
    const drawn = random.next();
    let label = 0;
    for (let below = probabilities[0] ?? 0; below < drawn && label < 3; below += probabilities[label] ?? 0) label++;
    return { clip: `${index}`, group: `${index}`, recording: `${index}`, label, probabilities };
  });
  return { classes: CLASSES, rows };
}

const predictions = honest(6000);

describe('fitTemperature', () => {
  it('leaves what is calibrated as it is', () => {
    expect(fitTemperature(predictions)).toBeGreaterThan(0.95);
    expect(fitTemperature(predictions)).toBeLessThan(1.05);
  });

  it.each([0.4, 2.5])('undoes logits that are too large or too small: %s', (temperature) => {
    const distorted = withTemperature(predictions, temperature);
    const fitted = fitTemperature(distorted);
    expect(fitted * temperature).toBeCloseTo(fitTemperature(predictions), 3);
    const mended = withTemperature(distorted, fitted);
    expect(logLoss(mended)).toBeLessThan(logLoss(distorted));
    expect(calibration(mended).expectedCalibrationError).toBeLessThan(
      calibration(distorted).expectedCalibrationError / 3,
    );
  });

  it('gives the smallest log-loss near by', () => {
    const distorted = withTemperature(predictions, 0.5);
    const fitted = fitTemperature(distorted);
    const loss = (factor: number): number => logLoss(withTemperature(distorted, fitted * factor));
    expect(loss(1)).toBeLessThan(loss(1.02));
    expect(loss(1)).toBeLessThan(loss(0.98));
  });
});

describe('tryTemperature', () => {
  it.each([0.4, 2.5])('finds one worth it where logits are too large or too small: %s', (temperature) => {
    const distorted = withTemperature(predictions, temperature);
    const tried = tryTemperature(distorted);
    expect(tried?.value).toBe(fitTemperature(distorted));
    expect(tried?.errorBefore).toBe(calibration(distorted).expectedCalibrationError);
    expect(tried?.errorAfter).toBeLessThan((tried?.errorBefore ?? 0) / 3);
    expect(tried?.isWorthIt).toBe(true);
  });

  it('finds none worth it where probabilities mean what they say already', () => {
    expect(tryTemperature(predictions)).toMatchObject({ isWorthIt: false });
  });

  it('is tried on groups it was not fitted to, whose error is larger than that of the others', () => {
    // Every fifth group is right always, and the rest at random: what is learned from some is wrong for the others.
    const rows = Array.from({ length: 200 }, (_, index) => {
      const name = String(index).padStart(3, '0');
      const probabilities = [0.7, 0.1, 0.1, 0.1];
      const label = index % 5 === 0 ? 0 : index % 4;
      return { clip: name, group: name, recording: name, label, probabilities };
    });
    const tried = tryTemperature({ classes: CLASSES, rows });
    expect(tried?.errorAfter).toBeGreaterThan(
      calibration(withTemperature({ classes: CLASSES, rows }, tried?.value ?? 0)).expectedCalibrationError,
    );
  });

  it('tries nothing on a single group', () => {
    const rows = predictions.rows.map((row) => ({ ...row, group: 'all' }));
    expect(tryTemperature({ classes: CLASSES, rows })).toBeNull();
  });
});

describe('the temperature of classes by themselves', () => {
  /** Two of the classes, at most, are right; the others are drawn by their own probabilities, too. */
  const random = new Random(2, 'free');
  const drawn = Array.from({ length: 4000 }, () => {
    const probabilities = CLASSES.map(() => 1 / (1 + Math.exp(3 * random.between(-1, 1.5))));
    const labels = probabilities.flatMap((probability, index) => (random.next() < probability ? [index] : []));
    return { labels, windows: [probabilities] };
  });
  const distorted = (temperature: number): typeof drawn =>
    drawn.map(({ labels, windows }) => ({
      labels,
      windows: windows.map((window) => window.map((p) => 1 / (1 + Math.exp(-Math.log(p / (1 - p)) / temperature)))),
    }));

  it('leaves what is calibrated as it is, and undoes what is not', () => {
    const own = fitBinaryTemperature(drawn);
    expect(own).toBeGreaterThan(0.95);
    expect(own).toBeLessThan(1.05);
    expect(fitBinaryTemperature(distorted(0.4)) * 0.4).toBeCloseTo(own, 3);
    expect(fitBinaryTemperature(distorted(2.5)) * 2.5).toBeCloseTo(own, 3);
  });

  it('is that of predictions with one label each, and mends their log-loss over all classes', () => {
    const rows = predictions.rows.map((row) => ({ ...row, probabilities: row.probabilities.map((p) => Math.sqrt(p)) }));
    const free: Predictions = { ...predictions, outputs: 'sigmoid', rows };
    const fitted = fitTemperature(free);
    const loss = (temperature: number): number => logLoss(withTemperature(free, temperature));
    expect(loss(fitted)).toBeLessThan(loss(fitted * 1.02));
    expect(loss(fitted)).toBeLessThan(loss(fitted * 0.98));
    expect(withTemperature(free, 1).rows[0]?.probabilities[0]).toBeCloseTo(rows[0]?.probabilities[0] ?? NaN, 9);
  });
});

describe('the temperature of clips that are heard in windows', () => {
  const inWindows = (rows: Predictions['rows']): Predictions => ({
    classes: CLASSES,
    rows: rows.map((row, index) => {
      const windows = [row.probabilities, rows[(index + 1) % rows.length]?.probabilities ?? []];
      return { ...row, windows, probabilities: windowMean(windows) };
    }),
  });
  const long = inWindows(predictions.rows);

  it.each(['softmax', 'sigmoid'] as const)('makes the log-loss of the means smallest (%s)', (outputs) => {
    const loss = (temperature: number): number => {
      const { rows } = withTemperature({ ...long, outputs }, temperature);
      const nats = ({ label, probabilities }: (typeof rows)[number]): number =>
        probabilities.reduce((sum, p, index) => {
          if (index === label) return sum - Math.log(p);
          return outputs === 'softmax' ? sum : sum - Math.log(1 - p);
        }, 0);
      return rows.reduce((sum, row) => sum + nats(row), 0);
    };
    const fitted = fitTemperature({ ...long, outputs });
    expect(loss(fitted)).toBeLessThan(loss(fitted * 1.02));
    expect(loss(fitted)).toBeLessThan(loss(fitted * 0.98));
  });

  it('changes each window and joins them again', () => {
    const [row] = withTemperature(long, 2).rows;
    const [first] = withTemperature(predictions, 2).rows;
    expect(row?.windows?.[0]).toEqual(first?.probabilities);
    expect(row?.probabilities).toEqual(windowMean(row?.windows ?? []));
  });

  it('is that of their one window where it is one', () => {
    const rows = predictions.rows.map((row) => ({ ...row, windows: [row.probabilities] }));
    expect(fitTemperature({ ...predictions, rows })).toBe(fitTemperature(predictions));
  });
});

describe('withTemperature', () => {
  it('keeps the order of the classes and sums of 1, also where a probability is 0', () => {
    const row = { clip: 'x', group: 'x', recording: 'x', label: 0, probabilities: [0.7, 0.3, 0, 0] };
    const [changed] = withTemperature({ classes: CLASSES, rows: [row] }, 3).rows;
    expect(changed?.probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
    expect(predictedLabel(changed?.probabilities ?? [])).toBe(0);
    expect(changed?.probabilities[1]).toBeGreaterThan(0.3);
  });
});
