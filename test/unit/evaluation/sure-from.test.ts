import { describe, expect, it } from 'vitest';
import { namedFrom, sureFrom } from '../../../main/engine/evaluation/sure-from.ts';

const classes = [
  { code: 'a', name: 'a' },
  { code: 'b', name: 'b' },
];

/** `clips` clips named `a` with a probability, so many of them rightly. */
function named(probability: number, clips: number, right: number) {
  return Array.from({ length: clips }, (_, index) => {
    const name = `${probability}-${index}`;
    const place = { clip: name, group: name, recording: name };
    return { ...place, label: index < right ? 0 : 1, probabilities: [probability, 1 - probability] };
  });
}

describe('the probability from which on a network is sure', () => {
  it('is the lowest that leaves enough right verdicts', () => {
    const rows = [...named(0.6, 50, 25), ...named(0.85, 50, 45)];
    expect(sureFrom({ classes, rows }, 0.8)).toEqual({
      target: 0.8,
      threshold: 0.61,
      clips: 100,
      named: 50,
      right: 45,
    });
  });

  it('is 0 where all verdicts together are right often enough', () => {
    expect(sureFrom({ classes, rows: named(0.6, 40, 36) }, 0.8)).toMatchObject({ threshold: 0, named: 40, right: 36 });
  });

  it('is none where only a handful of clips would be left, or none are right often enough', () => {
    expect(sureFrom({ classes, rows: [...named(0.6, 50, 10), ...named(0.9, 5, 5)] }, 0.8)).toBeNull();
    expect(sureFrom({ classes, rows: named(0.9, 50, 10) }, 0.8)).toBeNull();
  });
});

describe('what a threshold leaves', () => {
  const rows = [...named(0.6, 50, 25), ...named(0.85, 50, 45)];

  it('is counted on whatever clips, those at the threshold included', () => {
    expect(namedFrom({ classes, rows }, 0.85)).toEqual({ clips: 100, named: 50, right: 45 });
    expect(namedFrom({ classes, rows }, 0)).toEqual({ clips: 100, named: 100, right: 70 });
    expect(namedFrom({ classes, rows }, 0.9)).toEqual({ clips: 100, named: 0, right: 0 });
  });
});
