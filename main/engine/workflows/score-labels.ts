import { join } from 'node:path';
import { toJson, writeFileAtomic } from '../common/files.ts';
import { labelScoresChart } from '../evaluation/charts/label-scores-chart.ts';
import type { HeardClips } from '../evaluation/multilabel/heard-clips.ts';
import { heardClipsToCsv, multilabelReportCsv } from '../evaluation/multilabel/multilabel-files.ts';
import { firstOf, type MultilabelMetrics, type Thresholds } from '../evaluation/multilabel/multilabel-metrics.ts';
import { RUN_FILES, type RunLabelScore } from '../library/run-folder.ts';

/** Writes predictions, report, metrics and the chart. */
export async function writeLabelScore(
  folder: string,
  heard: HeardClips,
  thresholds: Thresholds,
  metrics: MultilabelMetrics,
): Promise<void> {
  await writeFileAtomic(join(folder, RUN_FILES.predictions), heardClipsToCsv(heard, thresholds));
  await writeFileAtomic(join(folder, RUN_FILES.report), multilabelReportCsv(metrics));
  await writeFileAtomic(join(folder, RUN_FILES.metrics), toJson(metrics));
  await writeFileAtomic(join(folder, RUN_FILES.labelScoresChart), labelScoresChart(metrics));
}

/** The few figures of the score that a list of runs shows. */
export function labelScoreOf(metrics: MultilabelMetrics): RunLabelScore {
  const { baselines, clips, first, labels, side } = metrics;
  const { threshold, micro, macro, microF1Interval } = firstOf(metrics);
  return {
    ...{ side, clips, labels, aggregation: first, threshold },
    ...{ microF1: micro.f1, microF1Interval, macroF1: macro.f1 },
    baselineMicroF1: baselines.mostFrequent.microF1,
  };
}
