import { describe, expect, it } from 'vitest';
import { toJson } from '../../../main/engine/common/files.ts';
import { computeMetrics, MetricsSchema } from '../../../main/engine/evaluation/metrics.ts';
import { topKAccuracy } from '../../../main/engine/evaluation/probability-metrics.ts';
import {
  groupedContext,
  IRMAS_CLASSES,
  syntheticPredictions,
} from '../../fixtures/evaluation/synthetic-predictions.ts';

const predictions = syntheticPredictions(IRMAS_CLASSES, 12);

describe('metrics.json of a run made before corrections were kept', () => {
  it('is read as one without any', () => {
    const predictions = syntheticPredictions(IRMAS_CLASSES, 5);
    const { corrections, ...older } = computeMetrics(predictions, groupedContext(predictions));
    expect(corrections).toBeNull();
    expect(MetricsSchema.parse(older).corrections).toBeNull();
  });
});

describe('metrics', () => {
  it('come back from metrics.json as they went', () => {
    const metrics = computeMetrics(predictions, groupedContext(predictions));
    expect(MetricsSchema.parse(JSON.parse(toJson(metrics)))).toEqual(metrics);
  });

  it('come back where classes are absent and training is not known', () => {
    const rows = predictions.rows.filter(({ label }) => label < 2);
    const context = groupedContext(predictions, { side: 'folder', split: null, leak: null, training: null });
    const metrics = computeMetrics({ classes: IRMAS_CLASSES, rows }, context);
    expect(MetricsSchema.parse(JSON.parse(toJson(metrics)))).toEqual(metrics);
    expect(metrics.perClass[5]).toMatchObject({ support: 0, groups: 0, auroc: null, averagePrecision: null });
    expect(metrics.perClass[5]?.recallInterval).toBeNull();
    expect(metrics.macroAuroc).not.toBeNull();
    expect(metrics.baselines.majority.from).toBe('scored');
  });

  it('carry split, leak, training and baseline beside the figures', () => {
    const leak = { validationClips: predictions.rows.length, sharedRecording: 9, identicalClip: 2, either: 10 };
    const metrics = computeMetrics(predictions, groupedContext(predictions, { split: 'random', leak }));
    expect(metrics).toMatchObject({ side: 'validation', split: 'random', leak, clips: predictions.rows.length });
    expect(metrics.training).toMatchObject({ clips: 400 * 11 + 55, recordings: 900, selectedOnValidation: false });
    expect(metrics.baselines.majority.label).toBe('voi');
    expect(metrics.intervals.groups).toBe(metrics.recordings);
  });

  it('keep the accuracy inside its interval and count every error once', () => {
    const metrics = computeMetrics(predictions, groupedContext(predictions));
    const [low = 1, high = 0] = metrics.intervals.accuracy ?? [];
    expect(low).toBeLessThan(metrics.accuracy);
    expect(high).toBeGreaterThan(metrics.accuracy);
    const errors = metrics.confusions.reduce((total, { clips }) => total + clips, 0);
    expect(metrics.misclassified).toHaveLength(errors);
    expect(metrics.confusedPairs.reduce((total, { clips }) => total + clips, 0)).toBe(errors);
    expect(metrics.accuracy).toBeCloseTo(1 - errors / metrics.clips, 12);
  });

  it('leave out a top-k accuracy that could only be 1', () => {
    const two = syntheticPredictions(IRMAS_CLASSES.slice(0, 2), 10);
    const metrics = computeMetrics(two, groupedContext(two));
    expect([metrics.top2Accuracy, metrics.top3Accuracy]).toEqual([null, null]);
  });

  it('have a top-1 accuracy that is the accuracy, ties included', () => {
    const rows = predictions.rows.map((row) => ({ ...row, probabilities: row.probabilities.map(() => 1 / 11) }));
    const tied = { classes: IRMAS_CLASSES, rows };
    expect(topKAccuracy(tied, 1)).toBe(computeMetrics(tied, groupedContext(tied)).accuracy);
  });
});
