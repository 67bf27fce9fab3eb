import { rm } from 'node:fs/promises';
import { EngineError } from '../common/errors.ts';
import { writeFileAtomic } from '../common/files.ts';
import { toCorrectionsCsv } from '../dataset/corrections-csv.ts';
import { countCorrections } from '../dataset/corrections.ts';
import type { Clip, Dataset } from '../dataset/dataset.ts';
import type { Fold } from '../dataset/fold.ts';
import { splitRows, toSplitCsv } from '../dataset/split-rows.ts';
import { splitDataset, validationShare, type Side, type Split } from '../dataset/split.ts';
import {
  createRunFolder,
  runFile,
  writeRun,
  type HeardByBase,
  type Run,
  type RunBase,
  type TrainingConfig,
} from '../library/run-folder.ts';
import { ensembleArchitecture } from '../model/ensemble.ts';
import { countParameters } from '../model/network.ts';
import { heardByBase, type Base } from './open-base.ts';
import type { ReadyToTrain } from './ready-to-train.ts';
import { beginRun } from './run-record.ts';
import { runTraining } from './run-training.ts';
import { keepStart, presetOf } from './start-network.ts';
import { windowsOfClips } from './training-rows.ts';
import type { TrainedRun, TrainingTask } from './training-task.ts';

/**
 * Puts every clip on a side as a training's options say, and makes sure that each side has some.
 * @throws EngineError as `splitDataset`; `invalid-argument` where a side is empty
 */
export function splitClips({ prepared, dataset }: ReadyToTrain, config: TrainingConfig): Split {
  const { validation, fold, test, seed } = config;
  const split = splitDataset(prepared.clips, dataset.classes, { kind: config.split, validation, fold, test, seed });
  refuseEmptySides(split, config);
  return split;
}

/** The options of one fold of a cross-validation. */
export function configOfFold(config: TrainingConfig, fold: Fold): TrainingConfig {
  return { ...config, fold, validation: validationShare({ ...config, fold }) };
}

/**
 * Splits the clips, makes the run folder and trains. Whatever stops it after training has begun leaves a run that can be resumed.
 * @throws EngineError as `splitClips`, `createRunFolder` and `runTraining`; AbortError when cancelled
 */
export async function trainSplit(
  ready: ReadyToTrain,
  { out, name, config }: { readonly out: string; readonly name: string | undefined; readonly config: TrainingConfig },
  task: TrainingTask,
): Promise<TrainedRun> {
  const { dataset, corrections, recipe, prepared, others, base, start, backend, clock } = ready;
  const split = splitClips(ready, config);
  const { counts, leak, testLeak, sides } = split;
  const windows = windowsOfClips(prepared);
  const run = await beginRun({
    kind: 'training',
    folder: out,
    name,
    dataset,
    corrections: corrections.length === 0 ? null : countCorrections(corrections),
    classes: dataset.classes,
    recipe,
    backend: backend.info,
    model: modelToTrain(ready, config),
    training: config,
    base:
      start === null || base === null ? null : { ...start.base, heard: heardOf(base, dataset, prepared.clips, split) },
    split: { counts: counts.map((count) => ({ ...count })), ...windowsOnSides(windows, sides), leak, testLeak },
    otherSounds: others?.record ?? null,
    prepared,
  });
  await createRunFolder(out);
  try {
    await writeFileAtomic(runFile(out, 'split'), toSplitCsv(splitRows(prepared.clips, sides, windows)));
    if (corrections.length > 0) await writeFileAtomic(runFile(out, 'corrections'), toCorrectionsCsv(corrections));
    if (start !== null) await keepStart(out, start.network, { classes: run.classes, recipe });
    await writeRun(out, run);
  } catch (error) {
    await rm(out, { recursive: true, force: true });
    throw error;
  }
  const resume = false;
  return runTraining({ out, run, config, dataset, prepared, sides, others, backend, clock, resume }, task);
}

/** Nothing where every clip is one. */
function windowsOnSides(
  windows: readonly number[] | null,
  sides: readonly Side[],
): Pick<NonNullable<Run['split']>, 'windows'> {
  if (windows === null) return {};
  const on = (side: Side): number =>
    windows.reduce((total, count, index) => total + (sides[index] === side ? count : 0), 0);
  return { windows: { training: on('training'), validation: on('validation'), test: on('test') } };
}

/** What a run keeps of the network that is to be trained. */
export function modelToTrain(
  { start, dataset }: ReadyToTrain,
  { preset, members, outputs }: TrainingConfig,
): Run['model'] {
  const rest = { name: null, labelsFrom: 'dataset', outputs };
  if (start !== null) return { source: start.base.name, parameters: countParameters(start.network), ...rest };
  const { name, build } = presetOf(preset);
  return {
    ...{ source: name, parameters: countParameters(ensembleArchitecture(build(dataset.classes.length), members)) },
    ...rest,
  };
}

function heardOf(base: Base, dataset: Dataset, clips: readonly Clip[], { sides }: Split): RunBase['heard'] {
  const heard = (side: Side): HeardByBase =>
    heardByBase(
      base,
      dataset,
      clips.filter((_, index) => sides[index] === side),
    );
  return { validation: heard('validation'), test: sides.includes('test') ? heard('test') : null };
}

/** A small share of few clips can be less than one clip. */
function refuseEmptySides({ sides }: Split, config: TrainingConfig): void {
  for (const side of ['validation', 'test'] as const) {
    if (config[side] === 0 || sides.includes(side)) continue;
    throw new EngineError(
      'invalid-argument',
      `A ${side} share of ${config[side]} is not one of these ${sides.length} clips. Choose a larger share.`,
    );
  }
}
