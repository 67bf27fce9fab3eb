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

/** Images read and predicted at once. */
const BATCH_SIZE = 64;

export interface ScoredClips {
  readonly store: ImageStore;
  readonly clips: readonly Clip[];
  /** Index into the store for each clip. */
  readonly rows: readonly number[];
}

/** The probabilities of clips' images, one a class for each. */
export async function predictImages(
  predictor: Predictor,
  { store, rows }: Pick<ScoredClips, 'store' | 'rows'>,
  { signal, onProgress }: TaskOptions,
): Promise<number[][]> {
  const progress = new ProgressReporter('evaluate', rows.length, 'clips', onProgress);
  const size = store.height * store.width * store.channels;
  const images = new Uint8Array(BATCH_SIZE * size);
  const units = predictor.classes.length;
  const predicted: number[][] = [];
  for (let start = 0; start < rows.length; start += BATCH_SIZE) {
    signal?.throwIfAborted();
    const batch = rows.slice(start, start + BATCH_SIZE);
    for (const [index, row] of batch.entries()) store.read(row, images, index * size);
    const probabilities = await predictor.predict(images.subarray(0, batch.length * size), batch.length);
    for (const index of batch.keys()) predicted.push([...probabilities.subarray(index * units, (index + 1) * units)]);
    progress.advance(batch.length);
  }
  return predicted;
}

/** What a network makes of clips. Their labels must all be among its classes. */
export async function predictClips(
  predictor: Predictor,
  { store, clips, rows }: ScoredClips,
  task: TaskOptions,
): Promise<Predictions> {
  const { classes, outputs } = predictor;
  const classIndex = new Map(classes.map(({ code }, index) => [code, index]));
  const predicted = await predictImages(predictor, { store, rows }, task);
  const predictions = clips.map(({ path, group, recording, label }, index) => ({
    ...{ clip: path, group, recording, label: classIndex.get(label) ?? -1 },
    probabilities: predicted[index] ?? [],
  }));
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
    accuracy: metrics.accuracy,
    accuracyInterval: metrics.intervals.accuracy,
    macroF1: metrics.macro.f1,
    majorityAccuracy: metrics.baselines.majority.accuracy,
  };
}
