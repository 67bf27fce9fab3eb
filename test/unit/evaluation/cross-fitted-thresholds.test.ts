import { describe, expect, it } from 'vitest';
import { crossFittedThresholds } from '../../../main/engine/evaluation/multilabel/cross-fitted-thresholds.ts';
import type { HeardClip, HeardClips } from '../../../main/engine/evaluation/multilabel/heard-clips.ts';
import { heardClipsFromCsv, heardClipsToCsv } from '../../../main/engine/evaluation/multilabel/multilabel-files.ts';
import { givenThresholds, syntheticHeard } from '../../fixtures/evaluation/multilabel/synthetic-heard.ts';
import { IRMAS_CLASSES } from '../../fixtures/evaluation/synthetic-predictions.ts';

const heard = syntheticHeard(IRMAS_CLASSES, 120);
const foldsOf = (rows: readonly HeardClip[]): HeardClips[] =>
  [0, 1, 2].map((fold) => ({ classes: heard.classes, rows: rows.filter((_, index) => index % 3 === fold) }));

describe('thresholds of a cross-validation', () => {
  it('of a fold change with the clips of the others, not with its own', () => {
    const before = crossFittedThresholds(foldsOf(heard.rows));
    const halved = heard.rows.map((row, index) =>
      index % 3 === 0 ? { ...row, scores: { ...row.scores, mean: row.scores.mean.map((score) => score / 2) } } : row,
    );
    const after = crossFittedThresholds(foldsOf(halved));
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).not.toEqual(before[1]);
    expect(after[2]).not.toEqual(before[2]);
  });
});

describe('predictions of clips with several labels', () => {
  const csv = heardClipsToCsv(heard, givenThresholds({ mean: 0.2, 'sum-max': 0.5 }));

  it('are read back as they were written', () => {
    const rows = heard.rows.map(({ scores: { mean }, ...row }) => ({ ...row, mean }));
    expect(heardClipsFromCsv(csv, heard.classes)).toEqual(rows);
  });

  it.each([
    ['other classes', csv, heard.classes.slice(1).reverse()],
    ['a score that is none', csv.replace(/,0\.\d+\n/u, ',much\n'), heard.classes],
    ['a clip without labels', csv.replace(/(Piece 0-0\.wav,[^,]*,[^,]*),[^,]*/u, '$1,'), heard.classes],
    ['a line that is cut off', csv.slice(0, csv.lastIndexOf(',')), heard.classes],
  ])('are refused with %s', (_, text, classes) => {
    expect(() => heardClipsFromCsv(text, classes)).toThrow(/predictions is damaged/u);
  });
});
