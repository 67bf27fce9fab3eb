import { describe, expect, it } from 'vitest';
import { toSegments } from '../../../main/engine/classify/timeline.ts';
import { heard, heardBy, scored } from './made-results.ts';

describe('the timeline of a recording', () => {
  it('joins neighbours with one verdict, with their mean probability', () => {
    const windows = [heard(0, scored('cel', 0.9)), heard(1.5, scored('cel', 0.7)), heard(3, scored('cel', 0.8))];
    const [segment, ...others] = toSegments(windows);
    expect(others).toEqual([]);
    expect(segment).toMatchObject({ start: 0, end: 6, labels: ['cel'] });
    expect(segment?.probability).toBeCloseTo(0.8, 12);
  });

  it('lets two stretches meet in the middle of their overlap', () => {
    const windows = [heard(0, scored('cel', 0.9)), heard(1.5, scored('pia', 0.9)), heard(3, scored('pia', 0.9))];
    expect(toSegments(windows).map(({ start, end, name }) => [start, end, name])).toEqual([
      [0, 2.25, 'cel'],
      [2.25, 6, 'pia'],
    ]);
  });

  it('keeps silence as a stretch of its own, and a verdict before and after it apart', () => {
    const windows = [heard(0, scored('voi', 0.6)), heard(3), heard(6, scored('voi', 0.6))];
    expect(toSegments(windows).map(({ start, end, kind, name }) => [start, end, kind, name])).toEqual([
      [0, 3, 'instruments', 'voi'],
      [3, 6, 'silent', 'silent'],
      [6, 9, 'instruments', 'voi'],
    ]);
  });

  it('does not join across a gap, where the hop is longer than the window', () => {
    const windows = [heard(0, scored('voi', 0.6)), heard(5, scored('voi', 0.6))];
    expect(toSegments(windows).map(({ start, end }) => [start, end])).toEqual([
      [0, 3],
      [5, 8],
    ]);
  });

  it('joins windows with the same classes, in whatever order, and parts what is none of them from what is not sure', () => {
    const each = { kind: 'each', thresholds: [0.5, 0.5] } as const;
    const doubtful = { kind: 'best', sureFrom: 0.9 } as const;
    const duo = (a: string, b: string) => [scored(a, 0.8), scored(b, 0.6)] as const;
    const windows = [
      heardBy(each, 0, ...duo('cel', 'pia')),
      heardBy(each, 1.5, ...duo('pia', 'cel')),
      heardBy(each, 3, scored('pia', 0.4)),
      heardBy(doubtful, 6, scored('pia', 0.4)),
    ];
    expect(toSegments(windows).map(({ name, labels, probability }) => [name, labels, probability])).toEqual([
      ['cel + pia', ['cel', 'pia'], null],
      ['none of these', [], null],
      ['not sure', [], null],
    ]);
  });

  it('is empty without windows', () => {
    expect(toSegments([])).toEqual([]);
  });
});
