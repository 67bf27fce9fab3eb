import { Random } from '../../common/random.ts';
import { percentileInterval, type BootstrapOptions, type Interval } from '../bootstrap.ts';
import { f1Score } from '../classification-metrics.ts';
import { present, type Cutoffs, type LabelScores } from './heard-clips.ts';

type Row = LabelScores['rows'][number];

export interface LabelIntervals {
  /** Null where there is one group only, so that nothing can vary. */
  readonly microF1: Interval | null;
  readonly macroF1: Interval | null;
  /** In the order of the classes; null where the class comes from one group or none. */
  readonly perClass: readonly (Interval | null)[];
}

/** The rows of each group of recordings. */
export function inGroups<R extends Pick<Row, 'group'>>(rows: readonly R[]): R[][] {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const group = groups.get(row.group);
    if (group === undefined) groups.set(row.group, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

/**
 * Intervals of the figures at a threshold: a percentile bootstrap over groups of recordings, as `bootstrapIntervals` has it
 * for clips with one label.
 */
export function labelIntervals(
  { classes, rows }: LabelScores,
  cutoffs: Cutoffs,
  options: BootstrapOptions,
): LabelIntervals {
  const groups = inGroups(rows).map((group) => tally(group, classes.length, cutoffs));
  const microF1: number[] = [];
  const macroF1: number[] = [];
  const perClass = classes.map((): number[] => []);
  resample(groups, options, (drawn) => {
    const sums = new Float64Array(classes.length * COUNTS);
    for (const { cells } of drawn) for (const [index, amount] of cells) sums[index] = (sums[index] ?? 0) + amount;
    record(sums, microF1, macroF1, perClass);
  });
  const groupsOf = classes.map((_, label) => groups.filter((group) => group.labels.has(label)).length);
  return {
    microF1: groups.length > 1 ? percentileInterval(microF1) : null,
    macroF1: groups.length > 1 ? percentileInterval(macroF1) : null,
    perClass: perClass.map((values, label) => ((groupsOf[label] ?? 0) > 1 ? percentileInterval(values) : null)),
  };
}

/** Interval of the mean of a figure that every clip has; null where there is one group only. */
export function meanInterval<R extends Pick<Row, 'group'>>(
  rows: readonly R[],
  value: (row: R) => number,
  options: BootstrapOptions,
): Interval | null {
  const groups = inGroups(rows).map((group) => ({
    clips: group.length,
    total: group.reduce((sum, row) => sum + value(row), 0),
  }));
  if (groups.length < 2) return null;
  const means: number[] = [];
  resample(groups, options, (drawn) => {
    let clips = 0;
    let total = 0;
    for (const group of drawn) {
      clips += group.clips;
      total += group.total;
    }
    means.push(total / clips);
  });
  return percentileInterval(means);
}

/** Draws as many groups as there are, with replacement, again and again. */
function resample<G>(
  groups: readonly G[],
  { seed, resamples }: BootstrapOptions,
  use: (drawn: readonly G[]) => void,
): void {
  const random = new Random(seed, 'bootstrap');
  for (let round = 0; round < resamples; round++) use(groups.map(() => random.pick(groups)));
}

/** Of each class hits, support and named clips lie beside each other. */
const COUNTS = 3;

interface Tally {
  /** Classes that are right for any clip of the group. */
  readonly labels: ReadonlySet<number>;
  /** The counts that are not 0, by their place. */
  readonly cells: readonly (readonly [number, number])[];
}

function tally(rows: readonly Row[], classes: number, cutoffs: Cutoffs): Tally {
  const counts = new Float64Array(classes * COUNTS);
  const add = (label: number, which: number): void => {
    counts[label * COUNTS + which] = (counts[label * COUNTS + which] ?? 0) + 1;
  };
  for (const row of rows) {
    const { labels } = row;
    const heard = present(row, cutoffs);
    for (const label of labels) add(label, 1);
    for (const label of heard) add(label, 2);
    for (const label of heard) if (labels.includes(label)) add(label, 0);
  }
  const cells = [...counts].flatMap((amount, index) => (amount > 0 ? [[index, amount] as const] : []));
  return { labels: new Set(rows.flatMap(({ labels }) => labels)), cells };
}

function record(sums: Float64Array, microF1: number[], macroF1: number[], perClass: readonly number[][]): void {
  const total = [0, 0, 0];
  let f1Sum = 0;
  let occurring = 0;
  for (const [label, values] of perClass.entries()) {
    const [hits = 0, support = 0, predicted = 0] = sums.subarray(label * COUNTS, (label + 1) * COUNTS);
    [hits, support, predicted].forEach((amount, which) => (total[which] = (total[which] ?? 0) + amount));
    if (support + predicted === 0) continue;
    const f1 = f1Score(hits, support, predicted);
    values.push(f1);
    f1Sum += f1;
    occurring++;
  }
  const [hits = 0, support = 0, predicted = 0] = total;
  microF1.push(f1Score(hits, support, predicted));
  macroF1.push(occurring === 0 ? 0 : f1Sum / occurring);
}
