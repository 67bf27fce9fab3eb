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

/** What a network makes of clips. Their labels must all be among its classes. */
export async function predictClips(
  predictor: Predictor,
  { store, clips, rows }: ScoredClips,
  task: TaskOptions,
): Promise<Predictions> {
  const progress = new ProgressReporter('evaluate', clips.length, 'clips', task.onProgress);
  const classIndex = new Map(predictor.classes.map(({ code }, index) => [code, index]));
  const size = store.height * store.width * store.channels;
  const images = new Uint8Array(BATCH_SIZE * size);
  const units = predictor.classes.length;
  const predictions: Predictions['rows'][number][] = [];
  for (let start = 0; start < clips.length; start += BATCH_SIZE) {
    task.signal?.throwIfAborted();
    const batch = clips.slice(start, start + BATCH_SIZE);
    batch.forEach((_, index) => {
      store.read(rows[start + index] ?? 0, images, index * size);
    });
    const probabilities = await predictor.predict(images.subarray(0, batch.length * size), batch.length);
    for (const [index, { path, group, recording, label }] of batch.entries()) {
      predictions.push({
        clip: path,
        group,
        recording,
        label: classIndex.get(label) ?? -1,
        probabilities: Array.from(probabilities.subarray(index * units, (index + 1) * units)),
      });
    }
    progress.advance(batch.length);
  }
  return { classes: predictor.classes, outputs: predictor.outputs, rows: predictions };
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
