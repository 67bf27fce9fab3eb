import { fileOutcome, verdictOf, windowOutcome } from '../../../main/engine/classify/outcome.ts';
import type { ClassifiedFile, ClassifiedWindow, ScoredClass } from '../../../main/engine/classify/result.ts';
import type { Decision } from '../../../main/engine/model/decision.ts';

/** Its best class, whatever its probability. */
export const BEST: Decision = { kind: 'best', sureFrom: 0 };

export function scored(label: string, probability: number, name = label): ScoredClass {
  return { label, name, probability };
}

const classesOf = (top: readonly ScoredClass[]) => top.map(({ label, name }) => ({ code: label, name }));

/** A window with these classes, the best first; without any it is silent. */
export function heard(start: number, ...top: ScoredClass[]): ClassifiedWindow {
  return heardBy(BEST, start, ...top);
}

/** @param decision its thresholds in the order of the classes that are given */
export function heardBy(decision: Decision, start: number, ...top: ScoredClass[]): ClassifiedWindow {
  const scores = top.map(({ probability }) => probability);
  const outcome = windowOutcome(scores, classesOf(top), decision);
  return { start, end: start + 3, silent: top.length === 0, top, scores, outcome };
}

export function result(
  file: string,
  windows: readonly ClassifiedWindow[],
  changes: Partial<ClassifiedFile> = {},
): ClassifiedFile {
  const top = windows.find(({ silent }) => !silent)?.top ?? [];
  const { decision = BEST, aggregation = 'mean' } = changes;
  const scores = top.map(({ probability }) => probability);
  const outcome = fileOutcome({ scores, windows, aggregation }, classesOf(top), decision);
  return {
    file,
    verdict: verdictOf(outcome),
    ...{ outcome, decision, classes: classesOf(top), top, scores, windows },
    error: null,
    silent: top.length === 0,
    duration: windows.at(-1)?.end ?? 0,
    padded: false,
    aggregation,
    warnings: [],
    ...changes,
  };
}
