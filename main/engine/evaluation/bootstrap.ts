import { Random } from '../common/random.ts';
import { f1Score } from './classification-metrics.ts';
import { predictedLabel } from './predictions.ts';
import type { Predictions } from './predictions.ts';

/** Lower and upper end. */
export type Interval = [number, number];

export interface BootstrapOptions {
  readonly seed: number;
  readonly resamples: number;
}

export const BOOTSTRAP_RESAMPLES = 2000;
export const BOOTSTRAP_LEVEL = 0.95;

/** With fewer groups than this the percentile interval is known to come out too narrow. */
export const FEW_GROUPS = 30;

export interface BootstrapIntervals {
  readonly level: number;
  readonly resamples: number;
  readonly seed: number;
  /** How many groups of recordings were resampled. */
  readonly groups: number;
  /** True below `FEW_GROUPS` groups, where the intervals say less than they seem to. */
  readonly fewGroups: boolean;
  /** Null where there is one group only, so that nothing can vary. */
  readonly accuracy: Interval | null;
  readonly macroF1: Interval | null;
  /** In the order of the classes; null where the class comes from one group or none. */
  readonly perClass: readonly {
    /** Groups with clips of the class. */
    readonly groups: number;
    readonly recall: Interval | null;
    readonly f1: Interval | null;
  }[];
}

/**
 * Percentile bootstrap over groups of recordings (Efron and Tibshirani 1993; Field and Welsh 2007 for clusters): clips of
 * one recording succeed or fail together, so whole groups are drawn with replacement and not clips. A resample
 * in which a figure is undefined does not count for it.
 */
export function bootstrapIntervals(
  predictions: Predictions,
  options: BootstrapOptions = { seed: 0, resamples: BOOTSTRAP_RESAMPLES },
): BootstrapIntervals {
  const { resamples, seed } = options;
  const groups = tallyGroups(predictions);
  const groupsOfClass = predictions.classes.map(
    (_, label) => groups.filter((group) => group.some((cell) => cell.label === label)).length,
  );
  const samples = drawSamples(groups, predictions.classes.length, options);
  const enough = groups.length > 1;
  return {
    level: BOOTSTRAP_LEVEL,
    resamples,
    seed,
    groups: groups.length,
    fewGroups: groups.length < FEW_GROUPS,
    accuracy: enough ? percentileInterval(samples.accuracy) : null,
    macroF1: enough ? percentileInterval(samples.macroF1) : null,
    perClass: groupsOfClass.map((count, label) => ({
      groups: count,
      recall: count > 1 ? percentileInterval(samples.recall[label] ?? []) : null,
      f1: count > 1 ? percentileInterval(samples.f1[label] ?? []) : null,
    })),
  };
}

/** So many clips of one group that are of class `label` and were taken for `predicted`. */
interface Cell {
  readonly label: number;
  readonly predicted: number;
  count: number;
}

/** The confusion matrix of each group, without its zeros. */
function tallyGroups({ rows }: Predictions): (readonly Cell[])[] {
  const groups = new Map<string, Cell[]>();
  for (const row of rows) {
    const predicted = predictedLabel(row.probabilities);
    const cells = groups.get(row.group) ?? [];
    groups.set(row.group, cells);
    const cell = cells.find((other) => other.label === row.label && other.predicted === predicted);
    if (cell === undefined) cells.push({ label: row.label, predicted, count: 1 });
    else cell.count++;
  }
  return [...groups.values()];
}

interface Samples {
  readonly accuracy: number[];
  readonly macroF1: number[];
  /** One list a class. */
  readonly recall: number[][];
  readonly f1: number[][];
}

function drawSamples(
  groups: readonly (readonly Cell[])[],
  classes: number,
  { seed, resamples }: BootstrapOptions,
): Samples {
  const random = new Random(seed, 'bootstrap');
  const perClass = Array.from({ length: classes }, (_, label) => label);
  const samples: Samples = { accuracy: [], macroF1: [], recall: perClass.map(() => []), f1: perClass.map(() => []) };
  const hits = new Float64Array(classes);
  const support = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  for (let resample = 0; resample < resamples; resample++) {
    hits.fill(0);
    support.fill(0);
    predicted.fill(0);
    for (let draw = 0; draw < groups.length; draw++) {
      for (const cell of random.pick(groups)) {
        add(support, cell.label, cell.count);
        add(predicted, cell.predicted, cell.count);
        if (cell.label === cell.predicted) add(hits, cell.label, cell.count);
      }
    }
    record(samples, hits, support, predicted);
  }
  return samples;
}

function add(counts: Float64Array, index: number, amount: number): void {
  counts[index] = (counts[index] ?? 0) + amount;
}

function record(samples: Samples, hits: Float64Array, support: Float64Array, predicted: Float64Array): void {
  let rightClips = 0;
  let clips = 0;
  let f1Sum = 0;
  let occurring = 0;
  for (const [label, right] of hits.entries()) {
    const own = support[label] ?? 0;
    const taken = predicted[label] ?? 0;
    rightClips += right;
    clips += own;
    if (own > 0) samples.recall[label]?.push(right / own);
    if (own + taken === 0) continue;
    const f1 = f1Score(right, own, taken);
    f1Sum += f1;
    occurring++;
    samples.f1[label]?.push(f1);
  }
  samples.accuracy.push(rightClips / clips);
  samples.macroF1.push(f1Sum / occurring);
}

/** From the resampled values of a figure; null where it was never defined. */
export function percentileInterval(values: readonly number[]): Interval | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const tail = (1 - BOOTSTRAP_LEVEL) / 2;
  return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
}

/** Linear between the neighbours, as numpy's `quantile` by default. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position - Math.floor(position));
}
