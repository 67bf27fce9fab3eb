import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../main/engine/common/csv.ts';
import { labelScoresChart } from '../../../main/engine/evaluation/charts/label-scores-chart.ts';
import {
  describeMultilabel,
  multilabelProvenance,
} from '../../../main/engine/evaluation/multilabel/describe-multilabel.ts';
import {
  AGGREGATIONS,
  labelScores,
  type HeardClip,
  type HeardClips,
} from '../../../main/engine/evaluation/multilabel/heard-clips.ts';
import { labelIntervals } from '../../../main/engine/evaluation/multilabel/label-bootstrap.ts';
import { heardClipsToCsv, multilabelReportCsv } from '../../../main/engine/evaluation/multilabel/multilabel-files.ts';
import {
  computeMultilabelMetrics,
  MultilabelMetricsSchema,
  type MultilabelContext,
  type MultilabelMetrics,
  type Thresholds,
  type ThresholdSource,
} from '../../../main/engine/evaluation/multilabel/multilabel-metrics.ts';
import { multilabelText } from '../../../main/engine/evaluation/multilabel/multilabel-table.ts';
import { chooseThreshold } from '../../../main/engine/evaluation/multilabel/threshold.ts';
import {
  givenThresholds,
  multilabelContext,
  syntheticHeard,
} from '../../fixtures/evaluation/multilabel/synthetic-heard.ts';
import { IRMAS_CLASSES, longNamedClasses } from '../../fixtures/evaluation/synthetic-predictions.ts';

const thresholds = givenThresholds({ mean: 0.2, 'sum-max': 0.5 });
const heard = syntheticHeard(IRMAS_CLASSES, 200);

const metricsOf = (clips: HeardClips, changes: Partial<MultilabelContext> = {}): MultilabelMetrics =>
  computeMultilabelMetrics(clips, multilabelContext(thresholds, changes));
const text = (metrics: MultilabelMetrics): string => describeMultilabel(metrics).join('\n');
const metrics = metricsOf(heard);

function chosen(source: ThresholdSource, mean: number, sumMax: number): Thresholds {
  return { source, of: { mean: { threshold: 0.2, f1: mean }, 'sum-max': { threshold: 0.5, f1: sumMax } } };
}

/** A clip of two classes. */
function clip(labels: readonly string[], mean: readonly [number, number], changes: Partial<HeardClip> = {}): HeardClip {
  const scores = { mean, 'sum-max': mean.map((score) => score / Math.max(...mean)) };
  return { clip: 'x.wav', recording: 'x', group: 'x', labels, scores, windows: 1, ...changes };
}
const two = (...rows: HeardClip[]): HeardClips => ({ classes: IRMAS_CLASSES.slice(0, 2), rows });

describe('scoring several labels', () => {
  it('gives figures that are kept as they are', () => {
    expect(MultilabelMetricsSchema.parse(JSON.parse(JSON.stringify(metrics)))).toEqual(metrics);
  });

  it('takes a class as heard from the threshold on, the threshold included', () => {
    const at = (mean: number): number =>
      computeMultilabelMetrics(
        two(clip(['cel'], [0.6, 0.4])),
        multilabelContext(givenThresholds({ mean, 'sum-max': 1 })),
      ).aggregations.mean.namedPerClip;
    expect([at(0.61), at(0.6), at(0.4), at(0)]).toEqual([0, 1, 2, 2]);
  });

  it('puts the aggregation first that did better where the threshold was chosen, not here', () => {
    const source = { kind: 'folder', name: 'others', clips: 20, leftOut: 0, heardInTraining: null } as const;
    expect(metrics.first).toBe('mean');
    expect(metricsOf(heard, { thresholds: chosen(source, 0.3, 0.4) }).first).toBe('sum-max');
    expect(metricsOf(heard, { thresholds: chosen(source, 0.4, 0.3) }).first).toBe('mean');
  });

  it('counts every label of a silent clip as missed', () => {
    const silent = two(clip(['cel', 'cla'], [0, 0], { windows: 0, scores: { mean: [0, 0], 'sum-max': [0, 0] } }));
    expect(metricsOf(silent)).toMatchObject({ silentClips: 1, aggregations: { mean: { micro: { recall: 0 } } } });
  });

  it.each([
    ['no clip', two(), 'no-clips'],
    ['a clip without labels', two(clip([], [0.5, 0.5])), 'invalid-argument'],
    ['scores that are no shares', two(clip(['cel'], [NaN, 0.5])), 'invalid-argument'],
    ['one class', { classes: IRMAS_CLASSES.slice(0, 1), rows: heard.rows }, 'too-few-classes'],
  ])('refuses %s', (_, clips, code) => {
    expect(() => metricsOf(clips)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the threshold', () => {
  it('is the lowest of those that do best', () => {
    const rows = [clip(['cel'], [0.62, 0.38]), clip(['cla'], [0.29, 0.71])];
    expect(chooseThreshold(labelScores(two(...rows), 'mean'))).toMatchObject({ threshold: 0.39, f1: 1 });
  });
});

describe('the intervals', () => {
  const scores = labelScores(heard, 'mean');

  it('hold the figures, and are the same for the same seed', () => {
    const { micro, microF1Interval, perClass } = metrics.aggregations.mean;
    expect(microF1Interval?.[0]).toBeLessThan(micro.f1);
    expect(microF1Interval?.[1]).toBeGreaterThan(micro.f1);
    for (const { f1, f1Interval } of perClass) {
      expect(f1Interval?.[0]).toBeLessThanOrEqual(f1);
      expect(f1Interval?.[1]).toBeGreaterThanOrEqual(f1);
    }
    expect(metricsOf(heard).aggregations).toEqual(metrics.aggregations);
  });

  it('are wider where clips of one recording share their luck', () => {
    const options = { seed: 1, resamples: 500 };
    const width = (interval: readonly number[] | null): number => (interval?.[1] ?? 0) - (interval?.[0] ?? 0);
    const twice = { ...scores, rows: [...scores.rows, ...scores.rows] };
    const apart = { ...twice, rows: twice.rows.map((row, index) => ({ ...row, group: String(index) })) };
    const together = labelIntervals(twice, 0.2, options);
    expect(width(together.microF1)).toBeGreaterThan(1.2 * width(labelIntervals(apart, 0.2, options).microF1));
  });

  it('are none where all clips are of one group', () => {
    const one = { ...scores, rows: scores.rows.map((row) => ({ ...row, group: 'x' })) };
    const intervals = labelIntervals(one, 0.2, { seed: 1, resamples: 20 });
    expect([intervals.microF1, intervals.macroF1, ...intervals.perClass].every((interval) => interval === null)).toBe(
      true,
    );
  });
});

describe('the score in words', () => {
  it('names figure, interval, clips, recordings, labels and the fixed answer that does best in one sentence', () => {
    expect(describeMultilabel(metrics)[0]).toMatch(
      /^Micro F1 \d+\.\d % \[.+\], macro F1 .+ on 200 clips of 100 recordings in excerpts, which carry \d+ labels; always .+ gives \d+\.\d %\. None of them is known from training\.$/,
    );
  });

  it('says where the threshold is from', () => {
    expect(text(metrics)).toContain('reaches 0.20 (mean of the windows). That was given, not chosen on these clips.');
    const validation = { kind: 'validation', name: 'first', clips: 1072, leftOut: 0 } as const;
    expect(text(metricsOf(heard, { thresholds: chosen(validation, 0.51, 0.4) }))).toContain(
      'That was chosen on the 1,072 validation clips of “first”, which have one label each (the best micro F1 there, 51.0 %).',
    );
    const folder = { kind: 'folder', name: 'others', clips: 40, leftOut: 3, heardInTraining: 12 } as const;
    const words = text(metricsOf(heard, { thresholds: chosen(folder, 0.5, 0.6) }));
    expect(words).toContain('reaches 0.50 (sum over its maximum). That was chosen on 40 clips of others');
    expect(words).toContain('without 3 clips that the scored folder has, too');
    expect(words).toContain('12 of them were in training');
  });

  it('holds against the figures what must be held against them', () => {
    const leak = { validationClips: 200, sharedRecording: 5, identicalClip: 3, either: 7 };
    expect(text(metricsOf(heard, { leak }))).toContain(
      'But 7 of these clips or their recordings are known from training',
    );
    expect(text(metricsOf(heard, { leak: null, training: null }))).toContain('is not known');
    const base = { name: 'First', trainLayers: 'all', leak: { ...leak, either: 4 }, complete: false } as const;
    const further = metricsOf(heard, { base: { ...base, suspected: false } });
    expect(MultilabelMetricsSchema.parse(JSON.parse(JSON.stringify(further))).base?.leak?.either).toBe(4);
    expect(text(further)).not.toContain('None of them is known from training');
    expect(text(further)).toContain(
      'It was trained further from First, which has learned from the recordings of 4 of these 200 clips: the figures are too good. What that was itself begun from is not known',
    );
    expect(text(metricsOf(heard, { base: { ...base, suspected: true } }))).toContain('probably heard some of them');
    expect(text(metrics)).not.toContain('trained further');
    expect(text(metricsOf(heard, { dataset: { name: 'x', synthetic: true } }))).toContain('These clips are synthetic');
    expect(text(metrics)).not.toContain('not clearly better');
    const guessing = text(metricsOf(syntheticHeard(IRMAS_CLASSES, 40, { skill: 0 })));
    expect(guessing).toContain('not clearly better than always giving the same answer');
    expect(guessing).toContain('So few make the intervals rough');
    expect(text(metricsOf(syntheticHeard(IRMAS_CLASSES, 80, { unknown: 0.2 })))).toMatch(
      /\d+ clips carry labels that the network does not know: sitar \(\d+\)\. Each counts as missed\./,
    );
  });
});

describe('the files', () => {
  it('list labels and answers of each clip, and the mean of each class', () => {
    const rows = parseCsv(heardClipsToCsv(heard, thresholds));
    const [first] = heard.rows;
    expect(rows[0]).toMatchObject({
      ...{ clip: first?.clip, recording: first?.recording, labels: first?.labels.join(';') },
      ...{ windows: String(first?.windows), cel: String(first?.scores.mean[0]) },
    });
    const named = IRMAS_CLASSES.filter((_, index) => (first?.scores.mean[index] ?? 0) >= 0.2).map(({ code }) => code);
    expect(rows[0]?.['named_mean']).toBe(named.join(';'));
  });

  it('report every class under both aggregations', () => {
    const rows = parseCsv(multilabelReportCsv(metrics));
    expect(rows).toHaveLength(2 * (IRMAS_CLASSES.length + 3));
    for (const aggregation of AGGREGATIONS) {
      const { macro, perClass, macroF1Interval } = metrics.aggregations[aggregation] ?? metrics.aggregations.mean;
      const own = rows.filter((row) => row['aggregation'] === aggregation);
      expect(own.find((row) => row['class'] === 'macro avg')).toMatchObject({
        ...{ 'f1-score': String(macro.f1), f1_low: String(macroF1Interval?.[0]) },
      });
      expect(own[0]).toMatchObject({
        class: 'cel',
        recall: String(perClass[0]?.recall),
        auroc: String(perClass[0]?.auroc),
      });
    }
  });
});

describe('the tables for the terminal', () => {
  it('fit into 80 columns, also with long names', () => {
    const long = metricsOf(syntheticHeard(longNamedClasses(30), 120, { skill: 3, unknown: 0.1 }));
    for (const line of [...multilabelText(long).split('\n'), ...multilabelText(metrics).split('\n')]) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
    expect(multilabelText(long)).toContain('sitar (not known)');
  });
});

describe('the chart', () => {
  it.each([
    ['eleven classes', metrics],
    [
      'thirty classes with long names',
      metricsOf(syntheticHeard(longNamedClasses(30), 120, { skill: 3, unknown: 0.1 })),
    ],
    ['two classes of one recording', metricsOf(two(clip(['cel'], [0.9, 0.1]), clip(['cla', 'cel'], [0.4, 0.6])))],
  ])('of %s keeps everything inside the picture', (_, drawn) => {
    const { channels, data, height, width } = decode(labelScoresChart(drawn));
    const sum = (x: number, y: number): number => {
      const start = (y * width + x) * channels;
      return (data[start] ?? 0) + (data[start + 1] ?? 0) + (data[start + 2] ?? 0);
    };
    const edges = [
      ...Array.from({ length: width }, (__, x) => [sum(x, 3), sum(x, height - 4)]),
      ...Array.from({ length: height }, (__, y) => [sum(3, y), sum(width - 4, y)]),
    ].flat();
    expect(Math.min(...edges)).toBe(3 * 255);
    expect(multilabelProvenance(drawn).join(' ')).toContain('threshold 0.20 given');
  });
});
