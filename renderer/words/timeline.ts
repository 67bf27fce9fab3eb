import type { Events } from '../../preload/contract.ts';
import { isSure } from './verdicts.ts';

type Window = Events['classified']['result']['windows'][number];

/** A stretch of a recording with one best class. */
export interface Stretch {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** Null where nothing is to be heard, and where it is not sure. */
  readonly label: string | null;
  /** Whether something is heard of which it is not sure what. */
  readonly unsure: boolean;
}

/**
 * Joins neighbouring windows with the same best class; windows that overlap meet where the later one begins.
 * @param threshold probability below which it is not sure
 */
export function toStretches(windows: readonly Window[], threshold: number): Stretch[] {
  const stretches: Stretch[] = [];
  windows.forEach((window, index) => {
    const { start, end, silent, top } = window;
    const unsure = !isSure(window, threshold);
    const label = silent || unsure ? null : (top[0]?.label ?? null);
    const until = Math.min(end, windows[index + 1]?.start ?? end);
    const last = stretches.at(-1);
    if (last?.label === label && last.unsure === unsure && last.end >= start)
      stretches[stretches.length - 1] = { ...last, end: until };
    else stretches.push({ start, end: until, label, unsure });
  });
  return stretches;
}
