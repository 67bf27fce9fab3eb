import { parseCsvLines, toCsv, type CsvCell } from '../../common/csv.ts';
import { EngineError } from '../../common/errors.ts';
import type { ClassName } from '../../dataset/dataset.ts';
import { occurs } from '../classification-metrics.ts';
import { AGGREGATIONS, present, type HeardClip, type HeardClips } from './heard-clips.ts';
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
    rows.map(({ clip, recording, group, labels, scores, windows, cutoffs: own }) => [
      ...[clip, recording, group, labels.join(SEPARATOR)],
      ...ways.map(({ name, cutoffs }) =>
        present({ scores: scores[name], cutoffs: name === 'mean' ? own : undefined }, cutoffs)
          .map((index) => codes[index] ?? '')
          .join(SEPARATOR),
      ),
      ...[windows, ...scores.mean],
    ]),
  );
}

/** What the network made of a clip. */
export type ClipScores = Pick<HeardClip, 'clip' | 'windows'> & {
  /** Mean of the windows, one a class. */
  readonly mean: readonly number[];
};

/**
 * Reads the scores of a `predictions.csv` of clips with several labels back. Columns of classes go by their place, so that a class may have
 * any code.
 * @throws EngineError `incompatible-run` where the file is damaged or does not fit the classes
 */
export function clipScoresFromCsv(text: string, classes: readonly ClassName[]): ClipScores[] {
  const [header = [], ...lines] = linesOf(text);
  const first = header.length - classes.length;
  const leading = header.slice(0, Math.max(0, first));
  const [clip, windows] = [leading.indexOf('clip'), leading.indexOf('windows')];
  if (clip < 0 || windows < 0 || classes.some(({ code }, index) => header[first + index] !== code)) throw damaged();
  return lines.map((cells): ClipScores => {
    const mean = cells.slice(first).map((score) => (score === '' ? NaN : Number(score)));
    const heard = { clip: cells[clip] ?? '', windows: Number(cells[windows]), mean };
    const isWhole = heard.clip !== '' && cells[windows] !== '' && Number.isInteger(heard.windows);
    if (isWhole && mean.every((score) => score >= 0 && score <= 1)) return heard;
    throw damaged();
  });
}

function linesOf(text: string): string[][] {
  try {
    return parseCsvLines(text);
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(cause?: unknown): EngineError {
  return new EngineError('incompatible-run', 'The file of predictions is damaged, or does not fit the classes.', {
    cause,
  });
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
