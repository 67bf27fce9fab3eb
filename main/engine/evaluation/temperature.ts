import { meanOf } from '../common/mean.ts';
import { calibration } from './calibration.ts';
import { windowMean } from '../model/window-mean.ts';
import type { Prediction, Predictions } from './predictions.ts';

/** Temperatures beyond these bounds are not looked at. */
const BOUNDS = [0.05, 20] as const;
const ITERATIONS = 80;
/** Smaller probabilities count as this one. */
const SMALLEST = 1e-12;
/** Parts of cross-fitting. */
const FOLDS = 5;
/** What a temperature has to take off the calibration error to be worth it; less is within what a thousand clips can tell. */
const LEAST_GAIN = 0.005;

/**
 * The temperature by which dividing the logits makes the log-loss of these predictions smallest (Guo et al. 2017): that of
 * the one right class with softmax, that of every class by itself (`fitBinaryTemperature`) with sigmoid. No class changes
 * its rank within a window; the logits of a clip's windows are divided each, and their probabilities joined again.
 */
export function fitTemperature({ outputs = 'softmax', rows }: Predictions): number {
  if (outputs === 'sigmoid') {
    return fitBinaryTemperature(rows.map((row) => ({ labels: [row.label], windows: windowsOf(row) })));
  }
  // Logits are known up to a constant from the probabilities, which is all that softmax needs.
  const scored = rows.map((row) => ({
    label: row.label,
    windows: windowsOf(row).map((window) => window.map(logarithm)),
  }));
  return smallest((factor) =>
    scored.reduce((total, { label, windows }) => {
      const parts = windows.map((logits) => {
        const highest = Math.max(...logits);
        const sum = logits.reduce((all, value) => all + Math.exp(factor * (value - highest)), 0);
        return { sum, own: factor * ((logits[label] ?? 0) - highest) };
      });
      const [only, ...more] = parts;
      if (only !== undefined && more.length === 0) return total + Math.log(only.sum) - only.own;
      return total - logarithm(meanOf(parts.map(({ sum, own }) => Math.exp(own) / sum)));
    }, 0),
  );
}

function windowsOf({ probabilities, windows = [probabilities] }: Prediction): readonly (readonly number[])[] {
  return windows;
}

/** A clip with the indices of all its classes, and for each of its windows one probability a class, each of them by itself. */
export interface BinaryScores {
  readonly labels: readonly number[];
  readonly windows: readonly (readonly number[])[];
}

/** The temperature by which dividing the logits makes the binary cross-entropy smallest. */
export function fitBinaryTemperature(rows: readonly BinaryScores[]): number {
  const scored = rows.flatMap(({ labels, windows }) =>
    (windows[0] ?? []).map((_, index) => ({
      logits: windows.map((window) => logOdds(window[index] ?? 0)),
      own: labels.includes(index),
    })),
  );
  return smallest((factor) =>
    scored.reduce((total, { logits, own }) => {
      const [only = 0, ...more] = logits.map((logit) => factor * logit);
      if (more.length === 0) {
        return total + Math.max(only, 0) + Math.log1p(Math.exp(-Math.abs(only))) - (own ? only : 0);
      }
      const probability = meanOf([only, ...more].map((logit) => 1 / (1 + Math.exp(-logit))));
      return total - logarithm(own ? probability : 1 - probability);
    }, 0),
  );
}

/** @param loss by the inverse of the temperature, in which it is convex: a third of the interval can be left out each time */
function smallest(loss: (factor: number) => number): number {
  let [low, high] = [1 / BOUNDS[1], 1 / BOUNDS[0]];
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const third = (high - low) / 3;
    if (loss(low + third) < loss(high - third)) high -= third;
    else low += third;
  }
  return 2 / (low + high);
}

/** A temperature and what it does to clips that it was not fitted to. */
export interface TriedTemperature {
  /** Fitted to all clips. */
  readonly value: number;
  /** Expected calibration error of the clips as they are. */
  readonly errorBefore: number;
  /** Theirs where the groups of each fold have the temperature that was fitted to the other folds. */
  readonly errorAfter: number;
  readonly isWorthIt: boolean;
}

/**
 * Fits a temperature and tries it out by cross-fitting. It always lowers the log-loss of what it was fitted to, and yet may
 * raise the calibration error, as after mixup.
 * @returns null where all clips are of one group, so that none are left to try it on
 */
export function tryTemperature(predictions: Predictions): TriedTemperature | null {
  const { rows } = predictions;
  const groups = [...new Set(rows.map(({ group }) => group))].sort();
  if (groups.length < 2) return null;
  // By turns: neighbours by name, mostly of one class or album, come to all folds alike.
  const foldOf = new Map(groups.map((group, index) => [group, index % FOLDS]));
  const crossFitted = Array.from({ length: Math.min(FOLDS, groups.length) }, (_, fold) => {
    const inside = rows.filter(({ group }) => foldOf.get(group) === fold);
    const outside = rows.filter(({ group }) => foldOf.get(group) !== fold);
    return withTemperature({ ...predictions, rows: inside }, fitTemperature({ ...predictions, rows: outside })).rows;
  });
  const errorBefore = calibration(predictions).expectedCalibrationError;
  const errorAfter = calibration({ ...predictions, rows: crossFitted.flat() }).expectedCalibrationError;
  const value = fitTemperature(predictions);
  return { value, errorBefore, errorAfter, isWorthIt: errorBefore - errorAfter >= LEAST_GAIN };
}

/** The same predictions with their logits divided by `temperature`. */
export function withTemperature(predictions: Predictions, temperature: number): Predictions {
  const { outputs = 'softmax', rows } = predictions;
  const change = outputs === 'softmax' ? softmaxDivided : sigmoidDivided;
  return {
    ...predictions,
    rows: rows.map((row) => {
      const windows = windowsOf(row).map((window) => change(window, temperature));
      const changed = { ...row, probabilities: windowMean(windows) };
      return row.windows === undefined ? changed : { ...changed, windows };
    }),
  };
}

function softmaxDivided(probabilities: readonly number[], temperature: number): number[] {
  const logits = probabilities.map((probability) => logarithm(probability) / temperature);
  const highest = Math.max(...logits);
  const powers = logits.map((value) => Math.exp(value - highest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

function sigmoidDivided(probabilities: readonly number[], temperature: number): number[] {
  return probabilities.map((probability) => 1 / (1 + Math.exp(-logOdds(probability) / temperature)));
}

function logarithm(probability: number): number {
  return Math.log(Math.max(probability, SMALLEST));
}

function logOdds(probability: number): number {
  return logarithm(probability) - logarithm(1 - probability);
}
