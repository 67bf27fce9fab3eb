import { join } from 'node:path';
import { isCancellation, toEngineError } from '../common/errors.ts';
import { writeFileAtomic } from '../common/files.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { computeLeak } from '../dataset/leak.ts';
import type { Side } from '../dataset/split.ts';
import { trainingHistoryChart } from '../evaluation/charts/training-history-chart.ts';
import { counted, percent } from '../evaluation/figures-in-words.ts';
import { historyToCsv } from '../evaluation/history-csv.ts';
import { computeMetrics, type Metrics } from '../evaluation/metrics.ts';
import { tryTemperature } from '../evaluation/temperature.ts';
import {
  removeCheckpoint,
  RUN_FILES,
  runFile,
  writeRun,
  type Run,
  type TrainingConfig,
} from '../library/run-folder.ts';
import type { Backend } from '../model/backend.ts';
import { writeKerasFile } from '../model/keras-file.ts';
import { createPredictor } from '../model/network-predictor.ts';
import type { Network } from '../model/network.ts';
import { withOutputs } from '../model/sigmoid-output.ts';
import type { Predictor } from '../model/predictor.ts';
import { divideLogits } from '../model/temperature.ts';
import { fit, type FitResult } from '../training/fit.ts';
import type { FitOptions } from '../training/fit-options.ts';
import type { PreparedClips } from './prepare-clips.ts';
import { peakMemoryMiB, type Stopwatch } from './run-record.ts';
import { describeBase } from './describe-base.ts';
import { startNetwork } from './start-network.ts';
import { predictClips, scoreSummary, writeScore } from './score.ts';
import { tellNote, type TrainedRun, type TrainingTask } from './training-task.ts';

/** A side larger or smaller than asked for by more than this share of the clips is told. */
const SHARE_TOLERANCE = 0.05;

/** A training with all it needs; its run folder has been begun. */
export interface Training {
  readonly out: string;
  readonly run: Run;
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly prepared: PreparedClips;
  readonly sides: readonly Side[];
  readonly backend: Backend;
  readonly clock: Stopwatch;
  readonly resume: boolean;
}

/**
 * Trains, scores and finishes the run folder. Whatever stops it leaves a run that can be resumed.
 * @throws EngineError `disk-full`, `permission-denied`, `failed`; AbortError when cancelled
 */
export async function runTraining(training: Training, task: TrainingTask): Promise<TrainedRun> {
  const { out, run } = training;
  tellBeginning(training, task);
  try {
    return await trainAndScore(training, task);
  } catch (error) {
    const stopped: Run = isCancellation(error)
      ? { ...run, status: 'cancelled' }
      : { ...run, status: 'failed', error: toEngineError(error).message };
    await writeRun(out, stopped).catch(() => undefined);
    if (isCancellation(error)) tellNote(task, `Training stopped. The same command with --resume goes on with ${out}.`);
    throw error;
  }
}

async function trainAndScore(training: Training, task: TrainingTask): Promise<TrainedRun> {
  const { out, run, config, backend, clock } = training;
  const result = await clock.time('training', () => fitNetwork(training, task));
  const { network, temperature } = await clock.time('calibration', () => calibrate(training, result.network, task));
  const labels = { classes: run.classes, recipe: run.recipe, temperature: temperature ?? undefined };
  await writeKerasFile(runFile(out, 'model'), network, labels);
  const predictor = createPredictor(backend, network, run.classes, run.recipe);
  try {
    const scored = await clock.time('evaluation', async () => {
      const score = (side: 'validation' | 'test'): Promise<Metrics> =>
        scoreSide(training, result, { predictor, temperature, side }, task);
      return { metrics: await score('validation'), test: config.test > 0 ? await score('test') : null };
    });
    await writeFileAtomic(runFile(out, 'history'), historyToCsv(result.history));
    await writeFileAtomic(runFile(out, 'historyChart'), trainingHistoryChart(result.history, scored.metrics));
    const sides = scored.test === null ? [scored.metrics] : [scored.metrics, scored.test];
    const done: Run = {
      ...run,
      status: 'done',
      finished: new Date().toISOString(),
      result: {
        epochs: result.history.length,
        selectedEpoch: result.selectedEpoch,
        selectedOnValidation: result.selectedOnValidation,
        temperature,
        scores: sides.map(scoreSummary),
      },
      timings: clock.seconds,
      clipsPerSecond: meanSpeed(result),
      peakMemoryMiB: peakMemoryMiB(),
    };
    await writeRun(out, done);
    await removeCheckpoint(out);
    return { folder: out, run: done, ...scored };
  } finally {
    predictor.dispose();
  }
}

async function fitNetwork(
  { out, run, config, backend, prepared, sides, resume }: Training,
  task: TrainingTask,
): Promise<FitResult> {
  const train = rowsOf('training', run, prepared, sides);
  const validation = rowsOf('validation', run, prepared, sides);
  const checkpoint = runFile(out, 'checkpoint');
  return fit(
    backend,
    await startNetwork(out, run),
    {
      store: prepared.store,
      colourMap: run.recipe.colourMap,
      trainRows: train.rows,
      trainLabels: train.labels,
      validationRows: validation.rows,
      validationLabels: validation.labels,
    },
    // A few clips say less about what is normal than all those that a base was trained on.
    { ...fitOptions(config), keepsStatistics: run.base !== null },
    { signal: task.signal, onEvent: task.onEvent, checkpoint, resumeFrom: resume ? checkpoint : undefined },
  );
}

function fitOptions({ earlyStopping, ...config }: TrainingConfig): FitOptions {
  const { epochs, batchSize, learningRate, seed, bestEpoch, schedule, warmupEpochs } = config;
  const { outputs, weightDecay, labelSmoothing, balanceClasses, averaging, augmentation, trainLayers, bodyRate } =
    config;
  const options = {
    ...{ epochs, batchSize, learningRate, seed, bestEpoch, schedule, warmupEpochs },
    ...{ outputs, weightDecay, labelSmoothing, balanceClasses, averaging, augmentation, trainLayers, bodyRate },
  };
  if (earlyStopping === null) return options;
  return {
    ...options,
    earlyStopping: { monitor: 'valLoss', minDelta: 0, patience: earlyStopping, restoreBestWeights: bestEpoch },
  };
}

/** The network as it is kept; its probabilities made to mean what they say, where that is wanted and a temperature does it. */
async function calibrate(
  { run, config, backend, prepared, sides }: Training,
  network: Network,
  task: TrainingTask,
): Promise<{ network: Network; temperature: number | null }> {
  const kept = (trained: Network): Network => withOutputs(trained, config.outputs);
  if (!config.calibration) return { network: kept(network), temperature: null };
  const predictor = createPredictor(backend, kept(network), run.classes, run.recipe);
  try {
    const { clips, rows } = rowsOf('validation', run, prepared, sides);
    const predictions = await predictClips(predictor, { store: prepared.store, clips, rows }, { signal: task.signal });
    const tried = tryTemperature(predictions);
    if (tried === null) return { network: kept(network), temperature: null };
    const { value, errorBefore, errorAfter, isWorthIt } = tried;
    const effect = `the calibration error of validation clips it was not fitted to is ${percent(errorAfter)} with it, ${percent(errorBefore)} without`;
    if (!isWorthIt) {
      tellNote(task, `No temperature: ${effect}.`);
      return { network: kept(network), temperature: null };
    }
    tellNote(task, `Temperature ${value.toFixed(2)}: ${effect}.`);
    return { network: kept(divideLogits(network, value)), temperature: value };
  } finally {
    predictor.dispose();
  }
}

interface Scoring {
  readonly predictor: Predictor;
  readonly temperature: number | null;
  readonly side: 'validation' | 'test';
}

async function scoreSide(
  { out, run, config, dataset, prepared, sides }: Training,
  result: FitResult,
  { predictor, temperature, side }: Scoring,
  task: TrainingTask,
): Promise<Metrics> {
  const { clips, rows } = rowsOf(side, run, prepared, sides);
  const predictions = await predictClips(predictor, { store: prepared.store, clips, rows }, task);
  const train = rowsOf('training', run, prepared, sides);
  const metrics = computeMetrics(predictions, {
    dataset: { name: dataset.name, synthetic: dataset.synthetic },
    side,
    split: config.split,
    leak: computeLeak(prepared.clips, sides, side),
    base: baseOf(run, config, side),
    training: {
      clipsPerClass: run.classes.map((_, index) => train.labels.filter((label) => label === index).length),
      recordings: new Set(train.clips.map(({ recording }) => recording)).size,
      epochs: result.history.length,
      selectedEpoch: result.selectedEpoch,
      selectedOnValidation: side === 'validation' && result.selectedOnValidation,
    },
    temperature,
    corrections: run.corrections,
    seed: config.seed,
  });
  await writeScore(side === 'test' ? join(out, RUN_FILES.test) : out, predictions, metrics);
  return metrics;
}

/** What the training began from had perhaps heard the clips that are scored. */
function baseOf({ base }: Run, { trainLayers }: TrainingConfig, side: 'validation' | 'test'): Metrics['base'] {
  const heard = base?.heard[side] ?? null;
  if (base === null || heard === null) return null;
  return { name: base.name, trainLayers, leak: heard.leak, complete: base.known === 'all', suspected: heard.suspected };
}

function rowsOf(side: Side, { classes }: Run, { clips, rows }: PreparedClips, sides: readonly Side[]) {
  const indices = clips.map((_, index) => index).filter((index) => sides[index] === side);
  const chosen = indices.flatMap((index) => clips[index] ?? []);
  return {
    clips: chosen,
    rows: indices.flatMap((index) => rows[index] ?? []),
    labels: chosen.map(({ label }) => classes.findIndex(({ code }) => code === label)),
  };
}

function tellBeginning({ run, prepared, sides, backend, config }: Training, task: TrainingTask): void {
  const { name, tensorflow, oneDnn, runtime } = backend.info;
  tellNote(task, `TensorFlow ${tensorflow} through ${name}, oneDNN ${oneDnn ? 'on' : 'off'}, ${runtime}.`);
  if (run.ffmpeg !== null) tellNote(task, `ffmpeg from ${run.ffmpeg}.`);
  for (const warning of prepared.warnings) tellNote(task, warning);
  for (const { clip, message } of prepared.failed) tellNote(task, `Left out ${clip}: ${message}`);
  const count = (side: Side): number => sides.filter((other) => other === side).length;
  const leak = computeLeak(prepared.clips, sides);
  const kind = config.split === 'grouped' ? 'by recording' : 'at random by clip';
  const test = config.test > 0 ? `, ${count('test')} to test on` : '';
  tellNote(
    task,
    `Split ${kind}: ${count('training')} clips to train on, ${count('validation')} to validate on${test}; ` +
      `${leak.either} validation clips share a recording or an identical clip with training.`,
  );
  for (const side of ['validation', 'test'] as const) {
    const [wanted, share] = [config[side], count(side) / sides.length];
    if (Math.abs(wanted - share) <= SHARE_TOLERANCE) continue;
    tellNote(
      task,
      `The ${side} side has ${percent(share)} of the clips instead of ${percent(wanted)}: recordings are not divided, and each class needs one on every side.`,
    );
  }
  const parameters = counted(run.model.parameters, 'parameter');
  if (run.base === null) tellNote(task, `${run.model.source}: ${parameters}.`);
  else
    for (const sentence of describeBase(run.base, run.model.parameters, config.trainLayers)) tellNote(task, sentence);
}

/** Clips trained on per second, over all epochs. */
function meanSpeed({ history }: FitResult): number | null {
  if (history.length === 0) return null;
  return history.length / history.reduce((total, { clipsPerSecond }) => total + 1 / clipsPerSecond, 0);
}
