import { toCsv } from '../common/csv.ts';
import type { CsvCell } from '../common/csv.ts';
import { plainTable } from '../common/plain-table.ts';
import { occurs } from './classification-metrics.ts';
import type { PrecisionRecallF1 } from './classification-metrics.ts';
import type { Metrics } from './metrics.ts';

const COLUMNS = ['precision', 'recall', 'f1-score', 'support'] as const;

/**
 * `classification_report.csv` in the shape of scikit-learn's `classification_report(output_dict=True)` as a transposed
 * DataFrame: a row for each class (by code) that occurs among the true or the predicted labels, then `accuracy`, which
 * pandas repeats in every column, `macro avg` and `weighted avg`.
 */
export function classificationReportCsv(metrics: Metrics): string {
  const { accuracy, clips, macro, weighted } = metrics;
  const rows: CsvCell[][] = reportedClasses(metrics).map(({ code, precision, recall, f1, support }) => [
    ...[code, precision, recall, f1, support],
  ]);
  rows.push(['accuracy', accuracy, accuracy, accuracy, accuracy]);
  rows.push(['macro avg', macro.precision, macro.recall, macro.f1, clips]);
  rows.push(['weighted avg', weighted.precision, weighted.recall, weighted.f1, clips]);
  return toCsv(['', ...COLUMNS], rows);
}

/** The same as a table for the terminal, with full class names, as scikit-learn prints it. */
export function classificationReportText(metrics: Metrics): string {
  const { accuracy, clips, macro, weighted } = metrics;
  const row = (name: string, { precision, recall, f1 }: PrecisionRecallF1, support: number): string[] => [
    ...[name, twoDigits(precision), twoDigits(recall), twoDigits(f1), String(support)],
  ];
  const empty = ['', '', '', '', ''];
  const rows = [
    ['', ...COLUMNS],
    empty,
    ...reportedClasses(metrics).map((entry) => row(entry.name, entry, entry.support)),
    empty,
    ['accuracy', '', '', twoDigits(accuracy), String(clips)],
    row('macro avg', macro, clips),
    row('weighted avg', weighted, clips),
  ];
  const table = plainTable({ rows, right: [0, 1, 2, 3, 4], widths: [null, 11, 10, 10, 10], gap: '' });
  return `${table.join('\n')}\n`;
}

/** Python prints an exact half as the even digit; with two digits only odd eighths are exact halves. */
function twoDigits(value: number): string {
  const half = (value * 8) % 2 === 1;
  return (half ? 2 * Math.round(value * 50) * 0.01 : value).toFixed(2);
}

function reportedClasses({ perClass }: Metrics): Metrics['perClass'] {
  return perClass.filter(occurs);
}
