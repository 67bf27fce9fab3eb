import { describe, expect, it } from 'vitest';
import {
  decided,
  fileOutcome,
  verdictOf,
  windowOutcome,
  withThreshold,
} from '../../../main/engine/classify/outcome.ts';
import type { Decision } from '../../../main/engine/model/decision.ts';
import { heardBy, result, scored } from './made-results.ts';

const CLASSES = ['cel', 'pia', 'voi'].map((code) => ({ code, name: code }));
const EACH: Decision = { kind: 'each', thresholds: [0.5, 0.3, 0.7] };
const BEST: Decision = { kind: 'best', sureFrom: 0.6 };

const told = (scores: readonly number[], decision: Decision): string =>
  verdictOf(windowOutcome(scores, CLASSES, decision));
const file = (means: readonly number[], windows: readonly (readonly number[])[], decision: Decision): string =>
  verdictOf(
    fileOutcome(
      { scores: means, windows: windows.map((scores) => ({ scores })), aggregation: 'mean' },
      CLASSES,
      decision,
    ),
  );

describe('what counts as heard in a window', () => {
  it.each<[string, readonly number[], Decision, string]>([
    ['every class from its own threshold on, the likeliest first', [0.5, 0.9, 0.69], EACH, 'pia;cel'],
    ['no class where none reaches its own', [0.49, 0.29, 0.69], EACH, 'none of these'],
    ['the best class', [0.3, 0.6, 0.1], BEST, 'pia'],
    ['nothing sure below the threshold', [0.3, 0.59, 0.11], BEST, 'not sure'],
    ['silence', [], EACH, 'silent'],
    ['silence to a network for one class', [], BEST, 'silent'],
  ])('is %s', (_what, scores, decision, expected) => {
    expect(told(scores, decision)).toBe(expected);
  });
});

describe('what counts as heard in a file', () => {
  it('goes by the mean of its windows', () => {
    expect(
      file(
        [0.6, 0.2, 0.1],
        [
          [0.9, 0.1, 0.1],
          [0.3, 0.3, 0.1],
        ],
        EACH,
      ),
    ).toBe('cel');
  });

  it('is not sure where only single windows name a class', () => {
    expect(
      file(
        [0.4, 0.1, 0.1],
        [
          [0.7, 0.1, 0.1],
          [0.1, 0.1, 0.1],
        ],
        EACH,
      ),
    ).toBe('not sure');
  });

  it('is none of them where no window names one', () => {
    expect(file([0.4, 0.1, 0.1], [[0.4, 0.1, 0.1]], EACH)).toBe('none of these');
  });

  it('is sure with the sum over its maximum where one window names the best class with enough probability', () => {
    const windows = [{ scores: [0.7, 0.2, 0.1] }, { scores: [0.4, 0.5, 0.1] }];
    const scores = [0.55, 0.35, 0.1];
    const by = (sureFrom: number): string =>
      verdictOf(fileOutcome({ scores, windows, aggregation: 'sum-max' }, CLASSES, { kind: 'best', sureFrom }));
    expect([by(0.7), by(0.71)]).toEqual(['cel', 'not sure']);
  });
});

describe('another threshold', () => {
  it('decides anew, and changes no figure', () => {
    const window = heardBy(EACH, 0, scored('cel', 0.6), scored('pia', 0.4), scored('voi', 0.1));
    const before = result('x.wav', [window], { decision: EACH });
    const after = decided(before, withThreshold(EACH, 0.5));
    expect([before.verdict, after.verdict]).toEqual(['cel;pia', 'cel']);
    expect(after.windows[0]?.outcome).toMatchObject({ kind: 'instruments', heard: [{ label: 'cel' }] });
    expect(after.scores).toEqual(before.scores);
    expect(decided(before, withThreshold(EACH, 0.9)).verdict).toBe('none of these');
    expect(withThreshold(BEST, 0.9)).toEqual({ kind: 'best', sureFrom: 0.9 });
  });
});
