import { classificationReportText } from '../engine/evaluation/classification-report.ts';
import { describeScore } from '../engine/evaluation/describe-score.ts';
import type { Metrics } from '../engine/evaluation/metrics.ts';
import { describeMultilabel } from '../engine/evaluation/multilabel/describe-multilabel.ts';
import type { MultilabelMetrics } from '../engine/evaluation/multilabel/multilabel-metrics.ts';
import { multilabelText } from '../engine/evaluation/multilabel/multilabel-table.ts';
import type { Terminal } from './terminal.ts';

/** Prints a score in sentences and as a table. */
export function printScore(terminal: Terminal, metrics: Metrics | MultilabelMetrics): void {
  const several = 'kind' in metrics;
  terminal.print(`\n${(several ? describeMultilabel(metrics) : describeScore(metrics)).join('\n')}\n`);
  terminal.print(several ? multilabelText(metrics) : classificationReportText(metrics));
}
