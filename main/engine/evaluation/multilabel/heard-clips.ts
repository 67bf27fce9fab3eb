import { EngineError } from '../../common/errors.ts';
import type { ClassName } from '../../dataset/dataset.ts';
import { classOf } from '../../dataset/irmas.ts';

/** How the windows of a clip become one score a class: see `classify/aggregate.ts`. */
export const AGGREGATIONS = ['mean', 'sum-max'] as const;

export type Aggregation = (typeof AGGREGATIONS)[number];

/** One clip with all its right answers, and what the network made of its windows. */
export interface HeardClip {
  readonly clip: string;
  readonly recording: string;
  /** Recordings of one group are resampled together in the bootstrap. */
  readonly group: string;
  /** Class codes; those that the network does not know are among them. At least one. */
  readonly labels: readonly string[];
  /** One score from 0 to 1 a class of the network, in their order; all 0 for a silent clip. */
  readonly scores: Readonly<Record<Aggregation, readonly number[]>>;
  /** Windows in which something was to be heard. */
  readonly windows: number;
  /** From which mean score on each class counts as heard in this clip, where that is not the same for all clips. */
  readonly cutoffs?: readonly number[];
}

export interface HeardClips {
  /** Of the network, in the order of its outputs. */
  readonly classes: readonly ClassName[];
  readonly rows: readonly HeardClip[];
}

/** A class that is asked for: one of the network, or one that only the labels know. */
export interface AskedClass extends ClassName {
  readonly known: boolean;
}

/** Clips under one aggregation, as columns. */
export interface LabelScores {
  readonly classes: readonly AskedClass[];
  readonly rows: readonly {
    readonly group: string;
    /** Indices of the classes that are right. */
    readonly labels: readonly number[];
    /** One a class. */
    readonly scores: readonly number[];
    /** As a clip's own. */
    readonly cutoffs?: readonly number[] | undefined;
  }[];
}

/** Of a class that the network does not know: below every threshold and behind every other class. */
const NEVER = -1;

/** The classes of the network, then those that only the labels know, in alphabetical order. */
export function askedClasses({ classes, rows }: HeardClips): AskedClass[] {
  const known = new Set(classes.map(({ code }) => code));
  const others = new Set(rows.flatMap(({ labels }) => labels.filter((code) => !known.has(code))));
  return [
    ...classes.map((entry) => ({ ...entry, known: true })),
    ...[...others].sort().map((code) => ({ ...classOf(code), known: false })),
  ];
}

/**
 * The clips under one aggregation. A label that the network does not know has a column that no clip is ever given, so that it
 * counts as missed.
 */
export function labelScores(heard: HeardClips, aggregation: Aggregation): LabelScores {
  const classes = askedClasses(heard);
  const indexOf = new Map(classes.map(({ code }, index) => [code, index]));
  const rows = heard.rows.map(({ group, labels, scores, cutoffs }) => ({
    group,
    cutoffs: aggregation === 'mean' ? cutoffs : undefined,
    labels: labels.map((code) => indexOf.get(code) ?? -1),
    scores: classes.map((_, index) => scores[aggregation][index] ?? NEVER),
  }));
  return { classes, rows };
}

/** From which score on a class counts as heard: one for all, or one a class in the order of the network's. */
export type Cutoffs = number | readonly number[];

export function cutoffOf(cutoffs: Cutoffs, index: number): number {
  return typeof cutoffs === 'number' ? cutoffs : (cutoffs[index] ?? 1);
}

/** Indices of the classes that are heard in a clip: their score reaches the threshold, its own or that of all. */
export function present(
  { scores, cutoffs: own }: Pick<LabelScores['rows'][number], 'scores' | 'cutoffs'>,
  cutoffs: Cutoffs,
): number[] {
  return scores.flatMap((score, index) => (score >= cutoffOf(own ?? cutoffs, index) ? [index] : []));
}

/**
 * Makes sure that the clips can be scored.
 * @throws EngineError `no-clips` where there are none, `too-few-classes` below two classes, `invalid-argument` where labels or
 *   scores do not fit
 */
export function checkHeard({ classes, rows }: HeardClips): void {
  if (rows.length === 0) throw new EngineError('no-clips', 'There are no clips to score.');
  if (classes.length < 2) throw new EngineError('too-few-classes', 'Scoring needs at least two classes to tell apart.');
  for (const { clip, labels, scores } of rows) {
    const fits = AGGREGATIONS.every(
      (aggregation) =>
        scores[aggregation].length === classes.length && scores[aggregation].every((score) => score >= 0 && score <= 1),
    );
    if (fits && labels.length > 0) continue;
    throw new EngineError('invalid-argument', `The scores of ${clip} do not fit the ${classes.length} classes.`);
  }
}
