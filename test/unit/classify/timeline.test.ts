import { describe, expect, it } from 'vitest';
import { toSegments } from '../../../main/engine/classify/timeline.ts';
import { heard, scored } from './made-results.ts';

describe('the timeline of a recording', () => {
  it('joins neighbours with one verdict, with their mean probability', () => {
    const windows = [heard(0, scored('cel', 0.9)), heard(1.5, scored('cel', 0.7)), heard(3, scored('cel', 0.8))];
    const [segment, ...others] = toSegments(windows);
    expect(others).toEqual([]);
    expect(segment).toMatchObject({ start: 0, end: 6, label: 'cel' });
    expect(segment?.probability).toBeCloseTo(0.8, 12);
  });

  it('lets two stretches meet in the middle of their overlap', () => {
    const windows = [heard(0, scored('cel', 0.9)), heard(1.5, scored('pia', 0.9)), heard(3, scored('pia', 0.9))];
    expect(toSegments(windows).map(({ start, end, label }) => [start, end, label])).toEqual([
      [0, 2.25, 'cel'],
      [2.25, 6, 'pia'],
    ]);
  });

  it('keeps silence as a stretch of its own, and a verdict before and after it apart', () => {
    const windows = [heard(0, scored('voi', 0.6)), heard(3), heard(6, scored('voi', 0.6))];
    expect(toSegments(windows).map(({ start, end, label, name }) => [start, end, label, name])).toEqual([
      [0, 3, 'voi', 'voi'],
      [3, 6, null, 'silent'],
      [6, 9, 'voi', 'voi'],
    ]);
  });

  it('does not join across a gap, where the hop is longer than the window', () => {
    const windows = [heard(0, scored('voi', 0.6)), heard(5, scored('voi', 0.6))];
    expect(toSegments(windows).map(({ start, end }) => [start, end])).toEqual([
      [0, 3],
      [5, 8],
    ]);
  });

  it('is empty without windows', () => {
    expect(toSegments([])).toEqual([]);
  });
});
