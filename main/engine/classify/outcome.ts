import type { ClassName } from '../dataset/dataset.ts';
import type { Decision } from '../model/decision.ts';
import { topClasses } from './aggregate.ts';
import { SILENT, type ClassifiedFile, type ClassifiedWindow, type Outcome } from './result.ts';

/** How outcomes without an instrument are told; no class is called so. */
export const OUTCOME_WORDS: Readonly<Record<Exclude<Outcome['kind'], 'instruments'>, string>> = {
  none: 'none of these',
  unsure: 'not sure',
  silent: SILENT,
};

/** What was heard in a window or a file, in one line: class codes with semicolons, or the words for an outcome without one. */
export function verdictOf(outcome: Outcome): string {
  return outcome.kind === 'instruments'
    ? outcome.heard.map(({ label }) => label).join(';')
    : OUTCOME_WORDS[outcome.kind];
}

/**
 * What counts as heard in a window. Where the best class is taken it is not sure below its threshold; where each class is
 * judged by itself it is none of them where no one reaches its own.
 * @param scores one probability a class; none for a silent window
 */
export function windowOutcome(scores: readonly number[], classes: readonly ClassName[], decision: Decision): Outcome {
  if (scores.length === 0) return { kind: 'silent' };
  const ranked = topClasses(scores, classes, classes.length);
  if (decision.kind === 'best') {
    const best = ranked.slice(0, 1);
    return (best[0]?.probability ?? 0) >= decision.sureFrom ? { kind: 'instruments', heard: best } : { kind: 'unsure' };
  }
  const thresholds = new Map(classes.map(({ code }, index) => [code, decision.thresholds[index] ?? 1]));
  const heard = ranked.filter(({ label, probability }) => probability >= (thresholds.get(label) ?? 1));
  return heard.length > 0 ? { kind: 'instruments', heard } : { kind: 'none' };
}

/** What of a file its outcome depends on. */
type Heard = Pick<ClassifiedFile, 'scores' | 'aggregation'> & {
  readonly windows: readonly Pick<ClassifiedWindow, 'scores'>[];
};

/**
 * What counts as heard in a file, by the mean of its windows. With `sum-max` the best class is sure where one window names it
 * with enough probability. Where each class is judged by itself and only single windows name one, that is not enough for
 * the file and too much for none: it is not sure.
 */
export function fileOutcome(
  { scores, windows, aggregation }: Heard,
  classes: readonly ClassName[],
  decision: Decision,
): Outcome {
  const ofMean = windowOutcome(scores, classes, decision);
  if (decision.kind === 'each') {
    if (ofMean.kind !== 'none') return ofMean;
    const anywhere = windows.some((window) => windowOutcome(window.scores, classes, decision).kind === 'instruments');
    return anywhere ? { kind: 'unsure' } : ofMean;
  }
  if (ofMean.kind === 'silent' || aggregation === 'mean') return ofMean;
  const best = topClasses(scores, classes, 1);
  const isSure = windows.some((window) => {
    const own = windowOutcome(window.scores, classes, decision);
    return own.kind === 'instruments' && own.heard[0]?.label === best[0]?.label;
  });
  return isSure ? { kind: 'instruments', heard: best } : { kind: 'unsure' };
}

/** The same file as another decision has it: no figure changes, only what counts as heard. */
export function decided(file: ClassifiedFile, decision: Decision): ClassifiedFile {
  if (file.outcome === null) return { ...file, decision };
  const windows = file.windows.map((window) => ({
    ...window,
    outcome: windowOutcome(window.scores, file.classes, decision),
  }));
  const outcome = fileOutcome({ ...file, windows }, file.classes, decision);
  return { ...file, windows, outcome, verdict: verdictOf(outcome), decision };
}

/** A decision with one threshold for everything. */
export function withThreshold(decision: Decision, threshold: number): Decision {
  return decision.kind === 'best'
    ? { kind: 'best', sureFrom: threshold }
    : { kind: 'each', thresholds: decision.thresholds.map(() => threshold) };
}
