import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../main/engine/common/errors.ts';
import { historyFromCsv, historyToCsv } from '../../../main/engine/evaluation/history-csv.ts';
import { predictionsFromCsv, predictionsToCsv } from '../../../main/engine/evaluation/predictions-csv.ts';
import type { Prediction } from '../../../main/engine/evaluation/predictions.ts';
import { syntheticHistory } from '../../fixtures/evaluation/synthetic-predictions.ts';

const classes = [
  { code: 'pia', name: 'piano' },
  { code: 'label', name: 'a class called label' },
];
const row = { group: 'g', recording: 'r', label: 1 };
const rows: Prediction[] = [
  { ...row, clip: 'a.wav', probabilities: [0.1, 0.9] },
  { ...row, clip: ' spaces, "quotes" and\na line end.wav ', probabilities: [Math.fround(1 / 3), Math.fround(2 / 3)] },
  { ...row, clip: '-dash.wav', label: 0, probabilities: [1, 0] },
];
const origins = new Map(rows.map(({ clip, group, recording }) => [clip, { group, recording }]));

describe('predictions.csv', () => {
  it('names classes by their codes', () => {
    const [header, first] = predictionsToCsv({ classes, rows }).split('\n');
    expect(header).toBe('clip,label,predicted,pia,label');
    expect(first).toBe('a.wav,label,label,0.1,0.9');
  });

  it('comes back exactly, whatever the clips and classes are called', () => {
    expect(predictionsFromCsv(predictionsToCsv({ classes, rows }), { classes }, origins)).toEqual({ classes, rows });
  });

  it('of each class by itself comes back, and is no answer of one class out of all', () => {
    const free = rows.map((entry) => ({ ...entry, probabilities: [0.9, 0.8] }));
    const text = predictionsToCsv({ classes, outputs: 'sigmoid', rows: free });
    expect(predictionsFromCsv(text, { classes, outputs: 'sigmoid' }, origins).rows).toEqual(free);
    expect(() => predictionsFromCsv(text, { classes, outputs: 'softmax' }, origins)).toThrow('cannot be used');
  });

  it.each([
    ['of other classes', 'clip,label,predicted,pia,vio\na.wav,pia,pia,1,0\n', 'do not fit the classes'],
    ['that is empty', '', 'do not fit the classes'],
    ['with an unknown label', 'clip,label,predicted,pia,label\na.wav,vio,pia,1,0\n', 'none of the classes'],
    ['with an unknown clip', 'clip,label,predicted,pia,label\nb.wav,pia,pia,1,0\n', 'not known'],
    ['without a number', 'clip,label,predicted,pia,label\na.wav,pia,pia,,1\n', 'cannot be used'],
    ['that breaks off', 'clip,label,predicted,pia,label\na.wav,pia', 'no valid CSV'],
  ])('%s is refused with its fault', (_, text, fault) => {
    const read = (): unknown => predictionsFromCsv(text, { classes }, origins);
    expect(read).toThrow(EngineError);
    expect(read).toThrow(fault);
  });
});

describe('history.csv', () => {
  const history = syntheticHistory(3);

  it('has the columns of the run folder', () => {
    const [header] = historyToCsv(history).split('\n');
    expect(header).toBe('epoch,loss,accuracy,val_loss,val_accuracy,seconds,clips_per_second');
  });

  it('comes back exactly, with a loss that ran away too', () => {
    const diverged = history.map((record) => ({ ...record, loss: NaN, valLoss: Infinity }));
    expect(historyFromCsv(historyToCsv(history))).toEqual(history);
    expect(historyFromCsv(historyToCsv(diverged))).toEqual(diverged);
  });

  it.each([
    ['lacks a column', 'epoch,loss\n1,0.5\n', 'accuracy'],
    ['holds words', historyToCsv(history).replace(/\n1,[^,]+/, '\n1,much'), 'Row 1'],
    ['breaks off', `${historyToCsv(history)}4,0.1`, 'no valid CSV'],
  ])('is refused where it %s', (_, text, fault) => {
    const read = (): unknown => historyFromCsv(text);
    expect(read).toThrow(EngineError);
    expect(read).toThrow(fault);
  });
});
