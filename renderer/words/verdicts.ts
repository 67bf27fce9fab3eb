import type { Events } from '../../preload/contract.ts';

export type Result = Events['classified']['result'];
type Window = Result['windows'][number];
type Scored = Result['top'][number];

/** What a file or a window counts as in the page. */
export type Verdict =
  /** Codes of the classes that are heard, the likeliest first. */
  | { readonly kind: 'classes'; readonly codes: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'unsure' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unreadable' };

/** By what it is decided: the network, and a threshold (0 to 1) for everything in place of its own; null for its own. */
type Decider = Pick<Result, 'classes' | 'decision'>;

/** The threshold of each class; null where the network names one class out of all. */
export function thresholdsOf({ classes, decision }: Decider, threshold: number | null): Map<string, number> | null {
  if (decision.kind === 'best') return null;
  return new Map(classes.map(({ code }, index) => [code, threshold ?? decision.thresholds[index] ?? 1]));
}

/** As the engine decides it (`windowOutcome`), but at once when a threshold is moved. */
export function windowVerdict({ scores }: Pick<Window, 'scores'>, by: Decider, threshold: number | null): Verdict {
  if (scores.length === 0) return { kind: 'silent' };
  const ranked = rank(scores, by.classes);
  const thresholds = thresholdsOf(by, threshold);
  if (thresholds === null || by.decision.kind === 'best') {
    const sureFrom = by.decision.kind === 'best' ? (threshold ?? by.decision.sureFrom) : 1;
    const [best] = ranked;
    return best !== undefined && best.probability >= sureFrom
      ? { kind: 'classes', codes: [best.label] }
      : { kind: 'unsure' };
  }
  const codes = ranked
    .filter(({ label, probability }) => probability >= (thresholds.get(label) ?? 1))
    .map(({ label }) => label);
  return codes.length > 0 ? { kind: 'classes', codes } : { kind: 'none' };
}

/**
 * The verdict on a file, as the engine decides it (`fileOutcome`): by the mean of its windows. With `sum-max` it is sure
 * where one window names the best class with enough probability; where each class is judged by itself and only single
 * windows name one, it is not sure.
 */
export function verdictOf(result: Result, threshold: number | null): Verdict {
  if (result.error !== null) return { kind: 'unreadable' };
  const ofMean = windowVerdict(result, result, threshold);
  const isNamed = (codes: readonly string[]): boolean =>
    result.windows.some((window) => {
      const own = windowVerdict(window, result, threshold);
      return own.kind === 'classes' && (codes.length === 0 || own.codes[0] === codes[0]);
    });
  if (result.decision.kind === 'each') return ofMean.kind === 'none' && isNamed([]) ? { kind: 'unsure' } : ofMean;
  if (ofMean.kind === 'silent' || result.aggregation === 'mean') return ofMean;
  const codes = rank(result.scores, result.classes)
    .slice(0, 1)
    .map(({ label }) => label);
  return isNamed(codes) ? { kind: 'classes', codes } : { kind: 'unsure' };
}

/** What is shown as bars: the first classes, and all that are heard. */
export function barsOf(result: Result, verdict: Verdict, least: number): readonly Scored[] {
  if (result.aggregation !== 'mean') return result.top.slice(0, least);
  const heard = verdict.kind === 'classes' ? verdict.codes.length : 0;
  return rank(result.scores, result.classes).slice(0, Math.max(least, heard));
}

function rank(scores: readonly number[], classes: Result['classes']): Scored[] {
  return classes
    .map(({ code, name }, index) => ({ label: code, name, probability: scores[index] ?? 0 }))
    .sort((a, b) => b.probability - a.probability);
}

/** What a verdict is filtered by: `class vio` for each class that is heard, or `none`, `unsure`, `silent`, `unreadable`. */
export function verdictKeys(verdict: Verdict): string[] {
  return verdict.kind === 'classes' ? verdict.codes.map((code) => `class ${code}`) : [verdict.kind];
}

export const VERDICT_WORDS: Readonly<Record<Exclude<Verdict['kind'], 'classes'>, string>> = {
  none: 'none of these',
  unsure: 'not sure',
  silent: 'silent',
  unreadable: 'not readable',
};
