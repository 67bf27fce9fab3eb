import type { Events } from '../../preload/contract.ts';

export type Result = Events['classified']['result'];
type Window = Result['windows'][number];

/** What a file or a window counts as in the page. */
export type Verdict =
  | { readonly kind: 'class'; readonly code: string }
  | { readonly kind: 'unsure' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unreadable' };

/** Whether a window is named with at least this probability. Silence is sure. */
export function isSure({ silent, top }: Window, threshold: number): boolean {
  return silent || (top[0]?.probability ?? 0) >= threshold;
}

/**
 * The verdict on a file, “not sure” below the threshold (0 to 1). With `sum-max` the best class of a file always has 1, so
 * that its windows decide: it is sure where one of them names that class with enough probability.
 */
export function verdictOf({ error, silent, verdict, top, windows, aggregation }: Result, threshold: number): Verdict {
  if (error !== null || verdict === null) return { kind: 'unreadable' };
  if (silent) return { kind: 'silent' };
  const best =
    aggregation === 'mean'
      ? (top[0]?.probability ?? 0)
      : Math.max(0, ...windows.map((window) => (window.top[0]?.label === verdict ? window.top[0].probability : 0)));
  return best >= threshold ? { kind: 'class', code: verdict } : { kind: 'unsure' };
}

/** Tells verdicts apart: `class vio`, `unsure`, `silent`, `unreadable`. */
export function verdictKey(verdict: Verdict): string {
  return verdict.kind === 'class' ? `class ${verdict.code}` : verdict.kind;
}

export const VERDICT_WORDS: Readonly<Record<Exclude<Verdict['kind'], 'class'>, string>> = {
  unsure: 'not sure',
  silent: 'silent',
  unreadable: 'not readable',
};
