import { toCsv, type CsvCell } from '../../common/csv.ts';
import { occurs } from '../classification-metrics.ts';
import { AGGREGATIONS, present, type HeardClips } from './heard-clips.ts';
import type { MultilabelMetrics, Thresholds } from './multilabel-metrics.ts';

/** Between the codes of one cell, as `labels.csv` has it. */
const SEPARATOR = ';';

/**
 * `predictions.csv` of clips with several labels: `clip, recording, group, labels, named_mean, named_sum-max, windows`, then
 * one column a class code with the mean of its probabilities over the windows. Divided by the largest of its row that is
 * the score of `sum-max`.
 */
export function heardClipsToCsv({ classes, rows }: HeardClips, { of }: Thresholds): string {
  const codes = classes.map(({ code }) => code);
  const ways = AGGREGATIONS.flatMap((name) => {
    const chosen = of[name];
    return chosen === null ? [] : [{ name, cutoffs: chosen.threshold }];
  });
  const header = ['clip', 'recording', 'group', 'labels', ...ways.map(({ name }) => `named_${name}`), 'windows'];
  return toCsv(
    [...header, ...codes],
    rows.map(({ clip, recording, group, labels, scores, windows }) => [
      ...[clip, recording, group, labels.join(SEPARATOR)],
      ...ways.map(({ name, cutoffs }) =>
        present(scores[name], cutoffs)
          .map((index) => codes[index] ?? '')
          .join(SEPARATOR),
      ),
      ...[windows, ...scores.mean],
    ]),
  );
}

const COLUMNS = [
  ...['aggregation', 'class', 'precision', 'recall', 'f1-score', 'support', 'predicted', 'f1_low', 'f1_high'],
  ...['auroc', 'average_precision', 'threshold'],
];

/**
 * `classification_report.csv` of clips with several labels: under each aggregation a row a class (by code) that occurs among
 * the labels or the answers, then `micro avg`, `macro avg` and `weighted avg`.
 */
export function multilabelReportCsv(metrics: MultilabelMetrics): string {
  const rows = AGGREGATIONS.flatMap((aggregation): CsvCell[][] => {
    const figures = metrics.aggregations[aggregation];
    if (figures === null) return [];
    const { micro, macro, weighted, microF1Interval, macroF1Interval, perClass, ...other } = figures;
    const named = perClass.reduce((total, { predicted }) => total + predicted, 0);
    const average = (name: string, figures: typeof micro, interval: readonly number[] | null): CsvCell[] => [
      ...[aggregation, name, figures.precision, figures.recall, figures.f1, metrics.labels, named],
      ...ends(interval),
    ];
    return [
      ...perClass
        .filter(occurs)
        .map((entry): CsvCell[] => [
          ...[aggregation, entry.code, entry.precision, entry.recall, entry.f1, entry.support, entry.predicted],
          ...[...ends(entry.f1Interval), entry.auroc, entry.averagePrecision, entry.threshold],
        ]),
      [...average('micro avg', micro, microF1Interval), null, null, figures.threshold],
      [
        ...average('macro avg', macro, macroF1Interval),
        other.macroAuroc,
        other.macroAveragePrecision,
        figures.threshold,
      ],
      [...average('weighted avg', weighted, null), null, null, figures.threshold],
    ];
  });
  return toCsv(COLUMNS, rows);
}

function ends(interval: readonly number[] | null): CsvCell[] {
  return [interval?.[0] ?? null, interval?.[1] ?? null];
}
