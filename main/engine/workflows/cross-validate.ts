import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EngineError, isCancellation, toEngineError } from '../common/errors.ts';
import { exists, readText, writeFileAtomic } from '../common/files.ts';
import { toClipsCsv } from '../dataset/clip-rows.ts';
import { toCorrectionsCsv } from '../dataset/corrections-csv.ts';
import { countCorrections } from '../dataset/corrections.ts';
import { holdsSeveralLabels } from '../dataset/dataset.ts';
import { foldInWords, type Fold } from '../dataset/fold.ts';
import { parseSplitCsv, sidesFromRows } from '../dataset/split-rows.ts';
import type { Metrics } from '../evaluation/metrics.ts';
import type { MultilabelMetrics } from '../evaluation/multilabel/multilabel-metrics.ts';
import { createRunFolder, foldFolder, readRun, runFile, writeRun, type Run } from '../library/run-folder.ts';
import { readCheckpointHistory } from '../training/checkpoint.ts';
import type { EngineContext } from './context.ts';
import { heardByBase } from './open-base.ts';
import { refuseOtherThanBegun } from './named-again.ts';
import { refuseOutFolder } from './out-folder.ts';
import { poolFolds } from './pool-folds.ts';
import { poolLabelFolds, type PooledLabelFolds } from './pool-label-folds.ts';
import { whenReadyToTrain, type ReadyToTrain, type TrainRequest } from './ready-to-train.ts';
import { correctionsOf, resumeRun, type ResumeRequest } from './resume.ts';
import { beginRun, peakMemoryMiB, Stopwatch } from './run-record.ts';
import { labelScoreOf, writeLabelScore } from './score-labels.ts';
import { scoreSummary, writeScore } from './score.ts';
import { configOfFold, modelToTrain, splitClips, trainSplit } from './train-split.ts';
import { windowsOfClips } from './training-rows.ts';
import { tellNote, type TrainingNews, type TrainingTask } from './training-task.ts';

export interface CrossValidationRequest extends TrainRequest {
  /** In how many parts the clips are divided. */
  readonly folds: number;
}

export interface CrossValidated {
  readonly folder: string;
  readonly run: Run;
  /** Of all clips, each scored by a network that was not trained on its fold. */
  readonly metrics: Metrics | MultilabelMetrics;
}

/**
 * Divides the clips into folds of equal size, trains a network on all but each one and scores it on that: every clip is
 * scored once, by a network that was not trained on it. The run folder holds the scores of all clips together, and one run folder
 * for each fold. Whatever stops it after it has begun leaves a run that `resumeCrossValidation` can go on with.
 * @throws EngineError as `trainRun`, before anything is written also where a class has too few recordings for so many folds;
 *   `invalid-argument` for a test side; AbortError when cancelled
 */
export async function crossValidate(
  context: EngineContext,
  request: CrossValidationRequest,
  task: TrainingTask,
): Promise<CrossValidated> {
  const out = resolve(request.out);
  const { folds, from = null, otherSounds = null } = request;
  refuseTestSide(request);
  await refuseOutFolder(out, resolve(request.folder));
  return whenReadyToTrain(context, request, task, async (ready) => {
    for (const fold of allFolds(folds)) splitClips(ready, configOfFold(ready.config, fold));
    const { dataset, corrections, config, recipe, backend, prepared, others } = ready;
    const run = await beginRun({
      kind: 'cross-validation',
      folder: out,
      name: request.name,
      dataset,
      corrections: corrections.length === 0 ? null : countCorrections(corrections),
      classes: dataset.classes,
      recipe,
      backend: backend.info,
      model: modelToTrain(ready, config),
      training: { ...config, validation: 1 / folds },
      crossValidation: { folds, from: from === null ? null : { ...from, labels: from.labels?.slice() }, otherSounds },
      base: baseOf(ready),
      split: null,
      otherSounds: others?.record ?? null,
      prepared,
    });
    await createRunFolder(out);
    try {
      if (corrections.length > 0) await writeFileAtomic(runFile(out, 'corrections'), toCorrectionsCsv(corrections));
      await writeRun(out, run);
    } catch (error) {
      await rm(out, { recursive: true, force: true });
      throw error;
    }
    return goOn(context, { out, run, folder: request.folder, ready }, task);
  });
}

/**
 * Goes on with an interrupted cross-validation: folds that have finished stay, one that was interrupted goes on from its last
 * finished epoch.
 * @throws EngineError `exists` when it has finished, `invalid-argument` for options other than the run's, `incompatible-run`
 *   for another kind of run and when clips have changed since it began; otherwise as `crossValidate`
 */
export async function resumeCrossValidation(
  context: EngineContext,
  request: ResumeRequest,
  task: TrainingTask,
): Promise<CrossValidated> {
  const out = resolve(request.out);
  const earlier = await readRun(out);
  const { training, crossValidation } = earlier;
  if (training === null || crossValidation === null) {
    throw new EngineError('incompatible-run', `${out} is no cross-validation; there is nothing to resume.`);
  }
  if (earlier.status === 'done') {
    throw new EngineError('exists', `The cross-validation in ${out} has finished; there is nothing to resume.`);
  }
  const { folds, from, otherSounds } = crossValidation;
  await refuseOtherThanBegun(context, request, earlier);
  const begun = {
    ...{ folder: request.folder, out, config: training },
    corrections: await correctionsOf(out, earlier, request),
    ...{ from: from ?? undefined, otherSounds: otherSounds ?? undefined },
  };
  return whenReadyToTrain(context, begun, task, async (ready) => {
    for (const fold of allFolds(folds)) await refuseChanged(foldFolder(out, fold.number), ready);
    const run: Run = { ...earlier, status: 'running', error: null, backend: { ...ready.backend.info } };
    await writeRun(out, run);
    return goOn(context, { out, run, folder: request.folder, ready }, task);
  });
}

interface Begun {
  readonly out: string;
  readonly run: Run;
  /** The dataset folder. */
  readonly folder: string;
  readonly ready: ReadyToTrain;
}

async function goOn(context: EngineContext, begun: Begun, task: TrainingTask): Promise<CrossValidated> {
  const { out, run } = begun;
  task.onEvent?.({ type: 'begun' });
  try {
    return await trainAndPool(context, begun, task);
  } catch (error) {
    const stopped: Run = isCancellation(error)
      ? { ...run, status: 'cancelled' }
      : { ...run, status: 'failed', error: toEngineError(error).message };
    await writeRun(out, stopped).catch(() => undefined);
    throw error;
  }
}

async function trainAndPool(
  context: EngineContext,
  { out, run, folder, ready }: Begun,
  task: TrainingTask,
): Promise<CrossValidated> {
  const { clock, dataset, prepared } = ready;
  const folds = allFolds(run.crossValidation?.folds ?? 0);
  const told = toldOnce(task);
  await clock.time('folds', async () => {
    for (const fold of folds) {
      task.signal?.throwIfAborted();
      await trainFold(context, { out: foldFolder(out, fold.number), fold, run, folder, ready }, told);
    }
  });
  await writeFileAtomic(runFile(out, 'clips'), toClipsCsv(prepared.clips));
  const { metrics, clipsPerSecond, failed, ...figures } = await (
    holdsSeveralLabels(dataset) ? scoreLabels : scoreOneLabel
  )(out, run, folds, ready);
  const { epochs = 0, selectedEpoch = 0, selectedOnValidation = false } = metrics.training ?? {};
  const done: Run = {
    ...run,
    status: 'done',
    finished: new Date().toISOString(),
    failedClips: [...run.failedClips, ...failed.map(({ clip, message }) => ({ clip, message }))],
    caveats: caveatsOf(ready),
    result: {
      ...{ epochs, selectedEpoch, selectedOnValidation },
      ...{ temperature: null, decision: null, takenForClasses: null },
      ...figures,
    },
    timings: clock.seconds,
    clipsPerSecond,
    peakMemoryMiB: peakMemoryMiB(),
  };
  await writeRun(out, done);
  return { folder: out, run: done, metrics };
}

type Figures = Pick<NonNullable<Run['result']>, 'scores' | 'labelScore'>;
type FoldsScored = Pick<CrossValidated, 'metrics'> & Pick<PooledLabelFolds, 'failed' | 'clipsPerSecond'> & Figures;

async function scoreOneLabel(
  out: string,
  run: Run,
  folds: readonly Fold[],
  { dataset, prepared }: ReadyToTrain,
): Promise<FoldsScored> {
  const { predictions, metrics, clipsPerSecond } = await poolFolds(out, run, folds, dataset, prepared.clips);
  await writeScore(out, predictions, metrics);
  return { metrics, clipsPerSecond, failed: [], scores: [scoreSummary(metrics)] };
}

async function scoreLabels(
  out: string,
  run: Run,
  folds: readonly Fold[],
  { dataset, prepared }: ReadyToTrain,
): Promise<FoldsScored> {
  const pooled = await poolLabelFolds(out, run, folds, dataset, prepared.clips);
  const { heard, thresholds, metrics, failed, clipsPerSecond } = pooled;
  await writeLabelScore(out, heard, thresholds, metrics);
  return { metrics, clipsPerSecond, failed, scores: [], labelScore: labelScoreOf(metrics) };
}

/** A training chooses its thresholds on its sounds without an instrument as well. */
function caveatsOf({ dataset, others }: ReadyToTrain): string[] {
  if (others === null || !holdsSeveralLabels(dataset)) return [];
  return [
    'Sounds without an instrument had no part in choosing the thresholds of this score, as they have in those of a network that is kept.',
  ];
}

/** Trains one fold, or what is missing of it. */
async function trainFold(
  context: EngineContext,
  { out, fold, run, folder, ready }: Begun & { readonly fold: Fold },
  task: TrainingTask,
): Promise<void> {
  const begun = (await exists(runFile(out, 'run'))) ? (await readRun(out)).status : null;
  if (begun === 'done') {
    tellNote(task, `${capitalised(foldInWords(fold))} has finished before.`);
    return;
  }
  task.onEvent?.({ type: 'fold', fold, history: await readCheckpointHistory(runFile(out, 'checkpoint')) });
  if (begun !== null) {
    await resumeRun(context, { folder, out, given: {} }, task);
    return;
  }
  const name = `${run.name}, ${foldInWords(fold)}`;
  await trainSplit({ ...ready, clock: new Stopwatch() }, { out, name, config: configOfFold(ready.config, fold) }, task);
}

/** Every clip is held back once. */
function baseOf({ base, start, dataset, prepared }: ReadyToTrain): Run['base'] {
  if (base === null || start === null) return null;
  return { ...start.base, heard: { validation: heardByBase(base, dataset, prepared.clips), test: null } };
}

function allFolds(of: number): Fold[] {
  return Array.from({ length: of }, (_, index) => ({ number: index + 1, of }));
}

/** What is to be known of the clips is the same for every fold, and is told with the first; a fold that begins is no beginning. */
function toldOnce(task: TrainingTask): TrainingTask {
  const told = new Set<string>();
  const onEvent = (news: TrainingNews): void => {
    if (news.type === 'begun') return;
    if (news.type === 'note') {
      if (told.has(news.message)) return;
      told.add(news.message);
    }
    task.onEvent?.(news);
  };
  return { ...task, onEvent };
}

function refuseTestSide({ config }: TrainRequest): void {
  if (config.test === 0) return;
  throw new EngineError(
    'invalid-argument',
    'A cross-validation scores every clip, and looks at each: there is no test side that stays apart. Put recordings away in another folder, and evaluate on that.',
  );
}

/** @throws EngineError `incompatible-run` where clips, sounds or network are no longer those that a fold began with */
async function refuseChanged(fold: string, { prepared, base, others }: ReadyToTrain): Promise<void> {
  if (!(await exists(runFile(fold, 'run')))) return;
  sidesFromRows(prepared.clips, parseSplitCsv(await readText(runFile(fold, 'split'))), windowsOfClips(prepared));
  const began = await readRun(fold);
  const changed =
    began.base?.sha256 !== base?.sha256
      ? `The network that ${fold} began from`
      : began.otherSounds?.fingerprint !== others?.record.fingerprint
        ? `The folder of sounds without an instrument that ${fold} learned from`
        : null;
  if (changed === null) return;
  throw new EngineError(
    'incompatible-run',
    `${changed} has changed since. Cross-validate anew with what there is now.`,
  );
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
