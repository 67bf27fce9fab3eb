import { join } from 'node:path';
import { toJson, writeFileAtomic } from '../common/files.ts';
import { ProgressReporter, type TaskOptions } from '../common/task.ts';
import type { Clip } from '../dataset/dataset.ts';
import { confusionMatrixChart } from '../evaluation/charts/confusion-matrix-chart.ts';
import { reliabilityChart } from '../evaluation/charts/reliability-chart.ts';
import { classificationReportCsv } from '../evaluation/classification-report.ts';
import type { Metrics } from '../evaluation/metrics.ts';
import { predictionsToCsv } from '../evaluation/predictions-csv.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import type { ImageStore } from '../features/images.ts';
import { RUN_FILES, type RunScore } from '../library/run-folder.ts';
import type { Predictor } from '../model/predictor.ts';
import { windowMean } from '../model/window-mean.ts';
import { hasWindows, rowsOfClip, type ClipRows } from '../training/clip-rows.ts';

/** Images read and predicted at once. */
const BATCH_SIZE = 64;

export interface ScoredClips {
  readonly store: ImageStore;
  readonly clips: readonly Clip[];
  /** Where each clip lies in the store. */
  readonly rows: readonly ClipRows[];
}

/** The probabilities of each clip's windows, one a class for each; most clips are one. */
export async function predictWindows(
  predictor: Predictor,
  { store, rows }: Pick<ScoredClips, 'store' | 'rows'>,
  { signal, onProgress }: TaskOptions,
): Promise<number[][][]> {
  const images = rows.flatMap(rowsOfClip);
  const unit = hasWindows({ rows }) ? 'windows' : 'clips';
  const progress = new ProgressReporter('evaluate', images.length, unit, onProgress);
  const size = store.height * store.width * store.channels;
  const bytes = new Uint8Array(BATCH_SIZE * size);
  const units = predictor.classes.length;
  const predicted: number[][] = [];
  for (let start = 0; start < images.length; start += BATCH_SIZE) {
    signal?.throwIfAborted();
    const batch = images.slice(start, start + BATCH_SIZE);
    for (const [index, row] of batch.entries()) store.read(row, bytes, index * size);
    const probabilities = await predictor.predict(bytes.subarray(0, batch.length * size), batch.length);
    for (const index of batch.keys()) predicted.push([...probabilities.subarray(index * units, (index + 1) * units)]);
    progress.advance(batch.length);
  }
  let next = 0;
  return rows.map((own) => predicted.slice(next, (next += rowsOfClip(own).length)));
}

/** What a network makes of clips, of each by the mean of its windows. Their labels must all be among its classes. */
export async function predictClips(
  predictor: Predictor,
  { store, clips, rows }: ScoredClips,
  task: TaskOptions,
): Promise<Predictions> {
  const { classes, outputs } = predictor;
  const classIndex = new Map(classes.map(({ code }, index) => [code, index]));
  const predicted = await predictWindows(predictor, { store, rows }, task);
  const predictions = clips.map(({ path, group, recording, label }, index) => {
    const windows = predicted[index] ?? [];
    return {
      ...{ clip: path, group, recording, label: classIndex.get(label) ?? -1 },
      probabilities: windowMean(windows),
      ...(windows.length > 1 ? { windows } : {}),
    };
  });
  return { classes, outputs, rows: predictions };
}

/** Writes what belongs to one scored side: predictions, report, metrics, confusion matrix and reliability diagram. */
export async function writeScore(folder: string, predictions: Predictions, metrics: Metrics): Promise<void> {
  await writeFileAtomic(join(folder, RUN_FILES.predictions), predictionsToCsv(predictions));
  await writeFileAtomic(join(folder, RUN_FILES.report), classificationReportCsv(metrics));
  await writeFileAtomic(join(folder, RUN_FILES.metrics), toJson(metrics));
  await writeFileAtomic(join(folder, RUN_FILES.confusionChart), confusionMatrixChart(metrics));
  await writeFileAtomic(join(folder, RUN_FILES.reliabilityChart), reliabilityChart(metrics));
}

/** The few figures of a score that a list of runs shows. */
export function scoreSummary(metrics: Metrics): RunScore {
  return {
    side: metrics.side,
    clips: metrics.clips,
    ...(metrics.windows === undefined ? {} : { windows: metrics.windows }),
    accuracy: metrics.accuracy,
    accuracyInterval: metrics.intervals.accuracy,
    macroF1: metrics.macro.f1,
    majorityAccuracy: metrics.baselines.majority.accuracy,
  };
}
