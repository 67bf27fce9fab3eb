import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../main/engine/common/errors.ts';
import { checkPredictions, countRecordings, predictedLabel } from '../../../main/engine/evaluation/predictions.ts';
import type { Prediction, Predictions } from '../../../main/engine/evaluation/predictions.ts';

const classes = [
  { code: 'pia', name: 'piano' },
  { code: 'vio', name: 'violin' },
];
const good: Prediction = { clip: 'a.wav', group: 'g', recording: 'r', label: 0, probabilities: [0.25, 0.75] };

function codeOf(predictions: Predictions): string {
  try {
    checkPredictions(predictions);
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
  return 'none';
}

describe('predictions', () => {
  it('take the first of equally probable classes', () => {
    expect(predictedLabel([0.2, 0.4, 0.4])).toBe(1);
    expect(predictedLabel([0.5, 0.5])).toBe(0);
  });

  it('count recordings, not groups', () => {
    expect(countRecordings([good, { ...good, recording: 's' }, good])).toBe(2);
  });

  it('may be scored when every row is a distribution over the classes', () => {
    expect(codeOf({ classes, rows: [good] })).toBe('none');
    expect(codeOf({ classes, rows: [{ ...good, probabilities: [0.3333, 0.6666] }] })).toBe('none');
  });

  it('are refused when there is nothing to score or nothing to tell apart', () => {
    expect(codeOf({ classes, rows: [] })).toBe('no-clips');
    expect(codeOf({ classes: classes.slice(0, 1), rows: [{ ...good, probabilities: [1] }] })).toBe('too-few-classes');
  });

  it.each([[[NaN, NaN]], [[0.5, 0.6]], [[-0.5, 1.5]], [[0, 0]]])(
    'are refused when the network gave %j',
    (probabilities) => {
      expect(codeOf({ classes, rows: [good, { ...good, probabilities }] })).toBe('failed');
    },
  );

  it('are refused when they are of other classes', () => {
    expect(codeOf({ classes, rows: [{ ...good, label: 2 }] })).toBe('invalid-argument');
    expect(codeOf({ classes, rows: [{ ...good, probabilities: [0.2, 0.3, 0.5] }] })).toBe('invalid-argument');
  });
});
