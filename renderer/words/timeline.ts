import type { Events } from '../../preload/contract.ts';

type Window = Events['classified']['result']['windows'][number];

/** A stretch of a recording with one best class. */
export interface Stretch {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** Null where nothing is to be heard. */
  readonly label: string | null;
}

/** Joins neighbouring windows with the same best class; windows that overlap meet where the later one begins. */
export function toStretches(windows: readonly Window[]): Stretch[] {
  const stretches: Stretch[] = [];
  windows.forEach(({ start, end, silent, top }, index) => {
    const label = silent ? null : (top[0]?.label ?? null);
    const until = Math.min(end, windows[index + 1]?.start ?? end);
    const last = stretches.at(-1);
    if (last?.label === label && last.end >= start) stretches[stretches.length - 1] = { ...last, end: until };
    else stretches.push({ start, end: until, label });
  });
  return stretches;
}
