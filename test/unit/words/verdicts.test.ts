import { describe, expect, it } from 'vitest';
import { decided, withThreshold } from '../../../main/engine/classify/outcome.ts';
import type { Aggregation, ClassifiedFile, Outcome } from '../../../main/engine/classify/result.ts';
import { Random } from '../../../main/engine/common/random.ts';
import type { Decision } from '../../../main/engine/model/decision.ts';
import { verdictOf, windowVerdict, type Verdict } from '../../../renderer/words/verdicts.ts';
import { heard, result, scored } from '../classify/made-results.ts';

const CODES = ['cel', 'flu', 'vio'];
const FILES = 300;

/** What the page calls an outcome of the engine. */
function shown(outcome: Outcome): Verdict {
  return outcome.kind === 'instruments'
    ? { kind: 'classes', codes: outcome.heard.map(({ label }) => label) }
    : { kind: outcome.kind };
}

/** Up to four windows, some of them silent, with any probabilities; the file has their mean. */
function drawFile(random: Random, decision: Decision, aggregation: Aggregation): ClassifiedFile {
  const windows = Array.from({ length: 1 + random.integer(4) }, (_, index) =>
    random.next() < 0.2
      ? heard(index * 3)
      : heard(index * 3, ...CODES.map((code) => scored(code, Math.round(random.next() * 10) / 10))),
  );
  const loud = windows.flatMap(({ scores }) => (scores.length === 0 ? [] : [scores]));
  const scores =
    loud.length === 0
      ? []
      : CODES.map((_, index) => loud.reduce((sum, own) => sum + (own[index] ?? 0), 0) / loud.length);
  const classes = CODES.map((code) => ({ code, name: code }));
  return decided(result('a.wav', windows, { aggregation, classes, scores }), decision);
}

describe('what the page shows while a threshold is moved', () => {
  it.each<[string, Decision, Aggregation]>([
    ['one class out of all', { kind: 'best', sureFrom: 0.6 }, 'mean'],
    ['one class out of all, by the strongest windows', { kind: 'best', sureFrom: 0.6 }, 'sum-max'],
    ['each class by itself', { kind: 'each', thresholds: [0.3, 0.6, 0.8] }, 'mean'],
  ])('is what the engine decides: %s', (_, decision, aggregation) => {
    const random = new Random(1, `verdicts ${decision.kind} ${aggregation}`);
    const kinds = new Set<string>();
    for (let index = 0; index < FILES; index++) {
      const threshold = index % 2 === 0 ? null : Math.round(random.next() * 10) / 10;
      const file = drawFile(random, decision, aggregation);
      const ofEngine = decided(file, threshold === null ? decision : withThreshold(decision, threshold));
      if (ofEngine.outcome === null) throw new Error('the file could be read');
      expect(verdictOf(file, threshold)).toEqual(shown(ofEngine.outcome));
      expect(file.windows.map((window) => windowVerdict(window, file, threshold))).toEqual(
        ofEngine.windows.map(({ outcome }) => shown(outcome)),
      );
      kinds.add(ofEngine.outcome.kind);
    }
    // None of the outcomes was missed by the draw.
    expect([...kinds].sort()).toEqual(
      decision.kind === 'best' ? ['instruments', 'silent', 'unsure'] : ['instruments', 'none', 'silent', 'unsure'],
    );
  });
});
