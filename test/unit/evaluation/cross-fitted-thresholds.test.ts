import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../main/engine/common/csv.ts';
import { crossFittedThresholds } from '../../../main/engine/evaluation/multilabel/cross-fitted-thresholds.ts';
import type { HeardClip, HeardClips } from '../../../main/engine/evaluation/multilabel/heard-clips.ts';
import { clipScoresFromCsv, heardClipsToCsv } from '../../../main/engine/evaluation/multilabel/multilabel-files.ts';
import {
  givenThresholds,
  multilabelContext,
  syntheticHeard,
} from '../../fixtures/evaluation/multilabel/synthetic-heard.ts';
import { describeMultilabel } from '../../../main/engine/evaluation/multilabel/describe-multilabel.ts';
import { computeMultilabelMetrics } from '../../../main/engine/evaluation/multilabel/multilabel-metrics.ts';
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

describe('figures of clips with thresholds of their own', () => {
  const same = { ...heard, rows: heard.rows.map((row) => ({ ...row, cutoffs: IRMAS_CLASSES.map(() => 0.2) })) };
  const thresholds = givenThresholds({ mean: 0.9, 'sum-max': 0.5 });
  const own = computeMultilabelMetrics(same, multilabelContext(thresholds));

  it('go by these under the mean, and nowhere else', () => {
    const common = computeMultilabelMetrics(heard, multilabelContext(givenThresholds({ mean: 0.2, 'sum-max': 0.5 })));
    expect(own.aggregations.mean.micro).toEqual(common.aggregations.mean.micro);
    expect(own.aggregations.mean.microF1Interval).toEqual(common.aggregations.mean.microF1Interval);
    expect(own.aggregations['sum-max']).toEqual(common.aggregations['sum-max']);
    expect(own.baselines).toEqual(common.baselines);
    const named = (clips: HeardClips, mean: number): string[][] =>
      parseCsv(heardClipsToCsv(clips, givenThresholds({ mean, 'sum-max': 0.5 }))).map((row) => [
        ...[row['named_mean'] ?? '', row['named_sum-max'] ?? ''],
      ]);
    expect(named(same, 0.9)).toEqual(named(heard, 0.2));
  });

  it('are told with the range of all folds, and with the classes that had none in some', () => {
    const folds = [
      { clips: 60, microF1: 0.5, thresholds: [0.12, 0.5], temperature: 1.2 },
      { clips: 60, microF1: 0.6, thresholds: [0.31, 0.88], temperature: null },
    ];
    const source = { kind: 'cross-fitted' as const, evenOdds: ['cel'] };
    const words = describeMultilabel({ ...own, folds, threshold: source }).join('\n');
    expect(words).toContain('a threshold of its own on (0.12 to 0.88)');
    expect(words).toContain(
      'For some folds the others had too few clips of cello to choose one: 0.50 was taken there.',
    );
    expect(words).toContain('that each had not heard: 50.0 %, 60.0 %. The temperature that scales the scores of each');
  });
});

describe('predictions of clips with several labels', () => {
  const csv = heardClipsToCsv(heard, givenThresholds({ mean: 0.2, 'sum-max': 0.5 }));

  it('give the scores back as they were', () => {
    const scores = heard.rows.map(({ clip, windows, scores: { mean } }) => ({ clip, windows, mean }));
    expect(clipScoresFromCsv(csv, heard.classes)).toEqual(scores);
  });

  it.each([
    ['nothing in them', '', heard.classes],
    ['other classes', csv, heard.classes.slice(1).reverse()],
    ['other classes and no line', `${csv.slice(0, csv.indexOf('\n'))}\n`, heard.classes.slice(1).reverse()],
    ['a score that is none', csv.replace(/,0\.\d+\n/u, ',much\n'), heard.classes],
    ['a line that is cut off', csv.slice(0, csv.lastIndexOf(',')), heard.classes],
  ])('are refused with %s', (_, text, classes) => {
    expect(() => clipScoresFromCsv(text, classes)).toThrow(/predictions is damaged/u);
  });
});
