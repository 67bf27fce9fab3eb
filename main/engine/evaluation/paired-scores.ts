import { Random } from '../common/random.ts';
import { BOOTSTRAP_LEVEL, BOOTSTRAP_RESAMPLES, FEW_GROUPS, percentileInterval, type Interval } from './bootstrap.ts';
import { predictedLabel, type Prediction, type Predictions } from './predictions.ts';

/** Two scores on the clips that both were scored on. */
export interface PairedScores {
  /** Clips that the first, the second and both were scored on: the same content under the same label. */
  readonly clips: { readonly first: number; readonly second: number; readonly shared: number };
  /** Null where no clip is shared. */
  readonly onShared: {
    readonly groups: number;
    /** True where so few groups were resampled that the interval says less than it seems to. */
    readonly fewGroups: boolean;
    /** Accuracy. */
    readonly first: number;
    readonly second: number;
    /** Of the second minus the first, from the same resampled groups; null where there is one group only. */
    readonly difference: Interval | null;
    readonly level: number;
  } | null;
}

/** Predictions with what is in each clip, by its path. */
export interface ScoredContents {
  readonly predictions: Predictions;
  readonly contents: ReadonlyMap<string, string>;
}

/**
 * Compares two networks clip by clip. Which clips are the same goes by content, so that a folder may have moved. The
 * interval is a percentile bootstrap of the difference over groups of recordings, both networks on the same draw.
 */
export function pairScores(first: ScoredContents, second: ScoredContents, seed: number): PairedScores {
  const others = byContent(second);
  const pairs: Pair[] = [];
  for (const [key, row] of byContent(first)) {
    const other = others.get(key);
    if (other !== undefined) pairs.push({ group: row.group, first: isRight(row), second: isRight(other) });
  }
  const clips = {
    first: first.predictions.rows.length,
    second: second.predictions.rows.length,
    shared: pairs.length,
  };
  if (pairs.length === 0) return { clips, onShared: null };
  const groups = tally(pairs);
  const total = sumOf(groups);
  return {
    clips,
    onShared: {
      groups: groups.length,
      fewGroups: groups.length < FEW_GROUPS,
      first: total.first / total.clips,
      second: total.second / total.clips,
      difference: groups.length > 1 ? percentileInterval(differences(groups, seed)) : null,
      level: BOOTSTRAP_LEVEL,
    },
  };
}

interface Pair {
  readonly group: string;
  readonly first: boolean;
  readonly second: boolean;
}

/** Clips, and how many of them each network named rightly. */
interface Tally {
  clips: number;
  first: number;
  second: number;
}

function isRight({ label, probabilities }: Prediction): boolean {
  return predictedLabel(probabilities) === label;
}

/** Rows by content and label; where several clips hold the same, they are told apart by their number. */
function byContent({ predictions: { classes, rows }, contents }: ScoredContents): Map<string, Prediction> {
  const found = new Map<string, Prediction>();
  const seen = new Map<string, number>();
  for (const row of rows) {
    const key = `${contents.get(row.clip) ?? row.clip} ${classes[row.label]?.code ?? ''}`;
    const number = seen.get(key) ?? 0;
    seen.set(key, number + 1);
    found.set(`${key} ${number}`, row);
  }
  return found;
}

function tally(pairs: readonly Pair[]): Tally[] {
  const groups = new Map<string, Tally>();
  for (const { group, first, second } of pairs) {
    const own = groups.get(group) ?? { clips: 0, first: 0, second: 0 };
    groups.set(group, own);
    own.clips++;
    if (first) own.first++;
    if (second) own.second++;
  }
  return [...groups.values()];
}

function sumOf(groups: readonly Tally[]): Tally {
  const total: Tally = { clips: 0, first: 0, second: 0 };
  for (const { clips, first, second } of groups) {
    total.clips += clips;
    total.first += first;
    total.second += second;
  }
  return total;
}

function differences(groups: readonly Tally[], seed: number): number[] {
  const random = new Random(seed, 'paired bootstrap');
  return Array.from({ length: BOOTSTRAP_RESAMPLES }, () => {
    const { clips, first, second } = sumOf(groups.map(() => random.pick(groups)));
    return (second - first) / clips;
  });
}
