import { windowVerdict, type Result, type Verdict } from './verdicts.ts';

/** A stretch of a recording in which the same is heard. */
export interface Stretch {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  readonly verdict: Verdict;
}

/**
 * Joins neighbouring windows with the same verdict; windows that overlap meet where the later one begins.
 * @param threshold from which on a class counts as heard; null for what the network asks for itself
 */
export function toStretches(result: Result, threshold: number | null): Stretch[] {
  const { windows } = result;
  const stretches: Stretch[] = [];
  windows.forEach((window, index) => {
    const { start, end } = window;
    const verdict = windowVerdict(window, result, threshold);
    const until = Math.min(end, windows[index + 1]?.start ?? end);
    const last = stretches.at(-1);
    if (last !== undefined && keyOf(last.verdict) === keyOf(verdict) && last.end >= start)
      stretches[stretches.length - 1] = { ...last, end: until };
    else stretches.push({ start, end: until, verdict });
  });
  return stretches;
}

/** The same classes in another order are the same. */
function keyOf(verdict: Verdict): string {
  return verdict.kind === 'classes' ? JSON.stringify([...verdict.codes].sort()) : verdict.kind;
}
