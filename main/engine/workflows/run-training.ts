import { isCancellation, toEngineError } from '../common/errors.ts';
import { writeFileAtomic } from '../common/files.ts';
import { foldInWords } from '../dataset/fold.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { computeLeak } from '../dataset/leak.ts';
import type { Side } from '../dataset/split.ts';
import { trainingHistoryChart } from '../evaluation/charts/training-history-chart.ts';
import { counted, percent } from '../evaluation/figures-in-words.ts';
import { historyToCsv } from '../evaluation/history-csv.ts';
import type { Metrics } from '../evaluation/metrics.ts';
import { multilabelProvenance } from '../evaluation/multilabel/describe-multilabel.ts';
import type { MultilabelMetrics } from '../evaluation/multilabel/multilabel-metrics.ts';
import { MOST_WINDOWS } from '../features/clip-windows.ts';
import { removeCheckpoint, runFile, writeRun, type Run, type TrainingConfig } from '../library/run-folder.ts';
import type { Backend } from '../model/backend.ts';
import { writeKerasFile } from '../model/keras-file.ts';
import { createPredictor } from '../model/network-predictor.ts';
import { changesClips } from '../training/augmentation/options.ts';
import { fit, type FitResult } from '../training/fit.ts';
import type { FitOptions } from '../training/fit-options.ts';
import { calibrate } from './calibrate.ts';
import type { OtherSounds } from './other-sounds.ts';
import type { PreparedClips } from './prepare-clips.ts';
import { peakMemoryMiB, type Stopwatch } from './run-record.ts';
import { describeBase } from './describe-base.ts';
import { labelScoreOf } from './score-labels.ts';
import { scoreTraining } from './score-training.ts';
import { scoreSummary } from './score.ts';
import { rowsOf, trainingRows } from './training-rows.ts';
import { startNetwork } from './start-network.ts';
import { tellNote, type TrainedRun, type TrainingTask } from './training-task.ts';

type Result = NonNullable<Run['result']>;

/** A side larger or smaller than asked for by more than this share of the clips is told. */
const SHARE_TOLERANCE = 0.05;

const CHANGED_CLIPS =
  'Clips are changed while it learns: loss and accuracy of training are of changed clips, those of validation of clips as they are, and may be the better ones.';

/** A training with all it needs; its run folder has been begun. */
export interface Training {
  readonly out: string;
  readonly run: Run;
  readonly config: TrainingConfig;
  readonly dataset: Dataset;
  readonly prepared: PreparedClips;
  readonly sides: readonly Side[];
  readonly others: OtherSounds | null;
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
  task.onEvent?.({ type: 'begun' });
  tellBeginning(training, task);
  try {
    return await trainAndScore(training, task);
  } catch (error) {
    const stopped: Run = isCancellation(error)
      ? { ...run, status: 'cancelled' }
      : { ...run, status: 'failed', error: toEngineError(error).message };
    await writeRun(out, stopped).catch(() => undefined);
    throw error;
  }
}

async function trainAndScore(training: Training, task: TrainingTask): Promise<TrainedRun> {
  const { out, run, config, backend, clock } = training;
  const result = await clock.time('training', () => fitNetwork(training, task));
  const { network, temperature } = await clock.time('calibration', () =>
    calibrate(result.network, training, training, task),
  );
  const predictor = createPredictor(backend, network, run.classes, run.recipe);
  try {
    const { decision, takenForClasses, failed, ...scored } = await clock.time('evaluation', () =>
      scoreTraining({ ...training, result, predictor, temperature }, task),
    );
    for (const { clip, message } of failed) tellNote(task, `Left out ${clip}: ${message}`, 'terminal');
    const labels = { classes: run.classes, recipe: run.recipe, temperature: temperature ?? undefined };
    await writeKerasFile(runFile(out, 'model'), network, { ...labels, decision: decision ?? undefined });
    await writeFileAtomic(runFile(out, 'history'), historyToCsv(result.history));
    await writeFileAtomic(runFile(out, 'historyChart'), historyChart(result, scored.metrics, config));
    const done: Run = {
      ...run,
      status: 'done',
      finished: new Date().toISOString(),
      failedClips: [...run.failedClips, ...failed.map(({ clip, message }) => ({ clip, message }))],
      result: {
        epochs: result.history.length,
        selectedEpoch: result.selectedEpoch,
        selectedOnValidation: result.selectedOnValidation,
        temperature,
        decision,
        takenForClasses,
        ...scoresOf(scored),
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

async function fitNetwork(training: Training, task: TrainingTask): Promise<FitResult> {
  const { out, run, config, backend, resume } = training;
  const { store, train } = await trainingRows(training, config, task);
  const validation = rowsOf('validation', training);
  const checkpoint = runFile(out, 'checkpoint');
  return fit(
    backend,
    await startNetwork(out, run),
    {
      store,
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

function historyChart(
  { history }: FitResult,
  metrics: Metrics | MultilabelMetrics,
  { augmentation }: TrainingConfig,
): Buffer {
  const scored = 'kind' in metrics ? { provenance: multilabelProvenance(metrics) } : metrics;
  return trainingHistoryChart(history, scored, changesClips(augmentation));
}

/** The few figures that a list of runs shows. */
function scoresOf({ metrics, test }: Pick<TrainedRun, 'metrics' | 'test'>): Pick<Result, 'scores'> & Partial<Result> {
  const all = test === null ? [metrics] : [metrics, test];
  const [labelScore, testLabelScore] = all.flatMap((side) => ('kind' in side ? labelScoreOf(side) : []));
  return {
    scores: all.flatMap((side) => ('kind' in side ? [] : scoreSummary(side))),
    ...(labelScore === undefined ? {} : { labelScore }),
    ...(testLabelScore === undefined ? {} : { testLabelScore }),
  };
}

function fitOptions({ earlyStopping, ...config }: TrainingConfig): FitOptions {
  const { epochs, batchSize, learningRate, seed, bestEpoch, schedule, warmupEpochs } = config;
  const { outputs, weightDecay, labelSmoothing, balanceClasses, averaging, augmentation, trainLayers } = config;
  const { bodyRate, members } = config;
  const options = {
    ...{ epochs, batchSize, learningRate, seed, bestEpoch, schedule, warmupEpochs },
    ...{ outputs, weightDecay, labelSmoothing, balanceClasses, averaging, augmentation, trainLayers },
    ...{ bodyRate, members },
  };
  if (earlyStopping === null) return options;
  return {
    ...options,
    earlyStopping: { monitor: 'valLoss', minDelta: 0, patience: earlyStopping, restoreBestWeights: bestEpoch },
  };
}

function tellBeginning({ run, prepared, others, sides, backend, config }: Training, task: TrainingTask): void {
  const { name, tensorflow, oneDnn, runtime } = backend.info;
  tellNote(task, `TensorFlow ${tensorflow} through ${name}, oneDNN ${oneDnn ? 'on' : 'off'}, ${runtime}.`, 'terminal');
  if (run.ffmpeg !== null) tellNote(task, `ffmpeg from ${run.ffmpeg}.`, 'terminal');
  for (const warning of prepared.warnings) tellNote(task, warning, 'file');
  // A window has them from the run's record.
  for (const { clip, message } of prepared.failed) tellNote(task, `Left out ${clip}: ${message}`, 'terminal');
  for (const warning of others?.prepared.warnings ?? []) tellNote(task, warning, 'file');
  for (const { clip, message } of others?.prepared.failed ?? []) {
    tellNote(task, `Left out ${clip}: ${message}`, 'file');
  }
  const count = (side: Side): number => sides.filter((other) => other === side).length;
  const leak = computeLeak(prepared.clips, sides);
  const kind = config.split === 'grouped' ? 'by recording' : 'at random by clip';
  const test = config.test > 0 ? `, ${count('test')} to test on` : '';
  tellNote(
    task,
    `Split ${kind}${config.fold === null ? '' : `, ${foldInWords(config.fold)}`}: ${count('training')} clips to train on, ${count('validation')} to validate on${test}; ` +
      `${leak.either} validation clips share a recording or an identical clip with training.`,
  );
  if (run.split?.windows !== undefined) {
    const { training, validation, test: tested } = run.split.windows;
    const more = config.test > 0 ? `, ${tested} to test on` : '';
    tellNote(
      task,
      `Long clips are heard in windows of ${run.recipe.clipSeconds} s, at most ${MOST_WINDOWS} of a clip: ${training} to train on, ` +
        `${validation} to validate on${more}. A clip is scored by the mean of its windows.`,
    );
  }
  for (const side of ['validation', 'test'] as const) {
    const [wanted, share] = [config[side], count(side) / sides.length];
    if (Math.abs(wanted - share) <= SHARE_TOLERANCE) continue;
    tellNote(
      task,
      `The ${side} side has ${percent(share)} of the clips instead of ${percent(wanted)}: recordings are not divided, and each class needs one on every side.`,
    );
  }
  const parameters = counted(run.model.parameters, 'parameter');
  const { members } = config;
  const ensemble = members === 1 ? '' : `, ${members} networks side by side that answer with the mean of their logits`;
  if (run.base === null) tellNote(task, `${run.model.source}${ensemble}: ${parameters}.`);
  else
    for (const sentence of describeBase(run.base, run.model.parameters, config.trainLayers)) tellNote(task, sentence);
  if (changesClips(config.augmentation)) tellNote(task, CHANGED_CLIPS, 'terminal');
}

/** Clips, or windows, trained on per second, over all epochs. */
function meanSpeed({ history }: FitResult): number | null {
  if (history.length === 0) return null;
  return history.length / history.reduce((total, { clipsPerSecond }) => total + 1 / clipsPerSecond, 0);
}
