import { plainTable } from '../../common/plain-table.ts';
import type { Interval } from '../bootstrap.ts';
import { occurs, type PrecisionRecallF1 } from '../classification-metrics.ts';
import { AGGREGATION_NAMES, alwaysWords } from './describe-multilabel.ts';
import { AGGREGATIONS } from './heard-clips.ts';
import { firstOf, type MultilabelMetrics } from './multilabel-metrics.ts';

/** Keeps the tables within 80 columns; longer names end in an ellipsis. */
const NAME_WIDTH = 23;

/**
 * The score as tables for the terminal: both aggregations beside what is reached without listening, then the classes under the
 * aggregation that stands first.
 */
export function multilabelText(metrics: MultilabelMetrics): string {
  return `${[...summaryTable(metrics), '', ...classTable(metrics)].join('\n')}\n`;
}

function summaryTable(metrics: MultilabelMetrics): string[] {
  const { majority, mostFrequent } = metrics.baselines;
  const fixed = mostFrequent.labels.length > 1 ? [mostFrequent, majority] : [majority];
  return plainTable({
    header: ['', 'threshold', 'micro F1', '', 'macro F1', ''],
    rows: [
      ...AGGREGATIONS.flatMap((aggregation) => {
        const figures = metrics.aggregations[aggregation];
        if (figures === null) return [];
        const { threshold, micro, macro, microF1Interval, macroF1Interval } = figures;
        const common = threshold === null ? 'own' : digits(threshold);
        return [
          [
            ...[AGGREGATION_NAMES[aggregation], common, digits(micro.f1), range(microF1Interval)],
            ...[digits(macro.f1), range(macroF1Interval)],
          ],
        ];
      }),
      ...fixed.map((answer) => [
        ...[alwaysWords(metrics, answer), '', digits(answer.microF1), '', digits(answer.macroF1), ''],
      ]),
    ],
    right: [1, 2, 4],
    widths: [NAME_WIDTH],
  });
}

function classTable(metrics: MultilabelMetrics): string[] {
  const { first, labels } = metrics;
  const { perClass, micro, macro, weighted, microF1Interval, macroF1Interval } = firstOf(metrics);
  const row = (name: string, figures: PrecisionRecallF1, interval: Interval | null, support: number): string[] => [
    ...[name, digits(figures.precision), digits(figures.recall), digits(figures.f1), range(interval), String(support)],
  ];
  return plainTable({
    header: [AGGREGATION_NAMES[first], 'precision', 'recall', 'F1', '', 'support'],
    rows: [
      ...perClass
        .filter(occurs)
        .map((entry) =>
          row(entry.known ? entry.name : `${entry.name} (not known)`, entry, entry.f1Interval, entry.support),
        ),
      ['', '', '', '', '', ''],
      row('micro average', micro, microF1Interval, labels),
      row('macro average', macro, macroF1Interval, labels),
      row('weighted average', weighted, null, labels),
    ],
    right: [1, 2, 3, 5],
    widths: [NAME_WIDTH],
  });
}

function digits(value: number): string {
  return value.toFixed(2);
}

function range(interval: Interval | null): string {
  return interval === null ? '' : `[${digits(interval[0])}–${digits(interval[1])}]`;
}
