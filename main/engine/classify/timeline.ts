import type { ClassifiedWindow } from './result.ts';

/** A stretch of a file with one verdict. */
export interface Segment {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** The best class, or null where it is silent. */
  readonly label: string | null;
  readonly name: string;
  /** Mean over the windows of the stretch; 0 where it is silent. */
  readonly probability: number;
}

/**
 * Joins neighbouring windows with the same best class. Where two stretches overlap, because windows do, they meet in the
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
  const segments = runs.map(segmentOf);
  return segments.map((segment, index) => ({
    ...segment,
    start: boundary(segments[index - 1], segment) ?? segment.start,
    end: boundary(segment, segments[index + 1]) ?? segment.end,
  }));
}

function continues(previous: ClassifiedWindow, next: ClassifiedWindow): boolean {
  return next.start <= previous.end && previous.silent === next.silent && previous.top[0]?.label === next.top[0]?.label;
}

function segmentOf(run: readonly ClassifiedWindow[]): Segment {
  const best = run[0]?.top[0];
  const sum = run.reduce((total, { top }) => total + (top[0]?.probability ?? 0), 0);
  return {
    start: run[0]?.start ?? 0,
    end: run.at(-1)?.end ?? 0,
    label: best?.label ?? null,
    name: best?.name ?? 'silent',
    probability: sum / run.length,
  };
}

/** Where two segments meet, or undefined where they do not overlap. */
function boundary(first: Segment | undefined, second: Segment | undefined): number | undefined {
  if (first === undefined || second === undefined || first.end <= second.start) return undefined;
  return (first.end + second.start) / 2;
}
