import { OUTCOME_WORDS, verdictOf } from './outcome.ts';
import type { ClassifiedWindow, Outcome } from './result.ts';

/** A stretch of a file in which the same is heard. */
export interface Segment {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  readonly kind: Outcome['kind'];
  /** Codes of the classes that are heard, in the order of the first window. */
  readonly labels: readonly string[];
  /** Their names, or the words for what is no class. */
  readonly name: string;
  /** Of the one class that is heard, the mean over the windows of the stretch; null otherwise. */
  readonly probability: number | null;
}

/**
 * Joins neighbouring windows in which the same is heard. Where two stretches overlap, because windows do, they meet in the
 * middle of the overlap.
 */
export function toSegments(windows: readonly ClassifiedWindow[]): Segment[] {
  const runs: ClassifiedWindow[][] = [];
  for (const window of windows) {
    const run = runs.at(-1);
    const previous = run?.at(-1);
    if (run !== undefined && previous !== undefined && continues(previous, window)) run.push(window);
    else runs.push([window]);
  }
  const segments = runs.flatMap(segmentOf);
  return segments.map((segment, index) => ({
    ...segment,
    start: boundary(segments[index - 1], segment) ?? segment.start,
    end: boundary(segment, segments[index + 1]) ?? segment.end,
  }));
}

function continues(previous: ClassifiedWindow, next: ClassifiedWindow): boolean {
  return next.start <= previous.end && keyOf(previous.outcome) === keyOf(next.outcome);
}

/** The same classes in another order are the same. */
function keyOf(outcome: Outcome): string {
  if (outcome.kind !== 'instruments') return outcome.kind;
  return `instruments ${verdictOf({ ...outcome, heard: [...outcome.heard].sort((a, b) => (a.label < b.label ? -1 : 1)) })}`;
}

function segmentOf(run: readonly ClassifiedWindow[]): Segment[] {
  const [first] = run;
  if (first === undefined) return [];
  const { outcome, start } = first;
  const place = { start, end: run.at(-1)?.end ?? start, kind: outcome.kind };
  if (outcome.kind !== 'instruments') {
    return [{ ...place, labels: [], name: OUTCOME_WORDS[outcome.kind], probability: null }];
  }
  const { heard } = outcome;
  const sum = run.reduce((total, { top }) => total + (top[0]?.probability ?? 0), 0);
  return [
    {
      ...place,
      labels: heard.map(({ label }) => label),
      name: heard.map(({ name }) => name).join(' + '),
      probability: heard.length === 1 ? sum / run.length : null,
    },
  ];
}

/** Where two segments meet, or undefined where they do not overlap. */
function boundary(first: Segment | undefined, second: Segment | undefined): number | undefined {
  if (first === undefined || second === undefined || first.end <= second.start) return undefined;
  return (first.end + second.start) / 2;
}
