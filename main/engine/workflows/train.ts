import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EngineError } from '../common/errors.ts';
import { writeFileAtomic } from '../common/files.ts';
import { toCorrectionsCsv } from '../dataset/corrections-csv.ts';
import { countCorrections } from '../dataset/corrections.ts';
import { splitRows, toSplitCsv } from '../dataset/split-rows.ts';
import type { Clip, Dataset } from '../dataset/dataset.ts';
import { splitDataset, type Side, type Split } from '../dataset/split.ts';
import { DEFAULT_RECIPE } from '../features/recipe.ts';
import {
  createRunFolder,
  runFile,
  writeRun,
  type HeardByBase,
  type Run,
  type RunBase,
  type TrainingConfig,
} from '../library/run-folder.ts';
import { loadBackend } from '../model/backend.ts';
import { ensembleArchitecture } from '../model/ensemble.ts';
import { countParameters, outputKind } from '../model/network.ts';
import type { EngineContext } from './context.ts';
import {
  heardByBase,
  openBase,
  refuseFreshAndFrozen,
  startFrom,
  type Base,
  type BaseRequest,
  type Start,
} from './open-base.ts';
import { openTrainable } from './open-trainable.ts';
import { refuseOutFolder } from './out-folder.ts';
import { openOtherSounds, type OtherSounds } from './other-sounds.ts';
import { prepareClips } from './prepare-clips.ts';
import { beginRun, Stopwatch } from './run-record.ts';
import { runTraining } from './run-training.ts';
import { keepStart, presetOf } from './start-network.ts';
import { windowsOfClips } from './training-rows.ts';
import { tellNote, type TrainedRun, type TrainingTask } from './training-task.ts';

export interface TrainRequest {
  /** The dataset folder. */
  readonly folder: string;
  /** The run folder to be made. */
  readonly out: string;
  readonly name?: string | undefined;
  /** Its preset is null exactly where `from` names a network. */
  readonly config: TrainingConfig;
  /** Whether it answers as the network does that it begins from, and clips with several labels make it sigmoid, as nobody chose how. */
  readonly adaptsOutputs?: boolean | undefined;
  /** The trained network to begin from, instead of the preset's fresh weights. */
  readonly from?: BaseRequest | undefined;
  /** A folder of sounds in which none of the classes sounds, to be learned from, too. */
  readonly otherSounds?: string | undefined;
  /** Whether the library's corrections of the dataset are applied. */
  readonly corrections: 'library' | 'none';
}

/**
 * Trains a network on a folder and writes a run folder. Whatever stops it after training has begun leaves a run that `resumeRun`
 * can go on with.
 * @throws EngineError before anything is written for input that makes no training (`exists`, `no-clips`, `too-few-classes`,
 *   `too-few-recordings`, `invalid-argument`, `runtime-missing`; for `from` as `openBase` and `startFrom`); `disk-full`, `permission-denied`; AbortError when cancelled
 */
export async function trainRun(context: EngineContext, request: TrainRequest, task: TrainingTask): Promise<TrainedRun> {
  const { config: wanted, adaptsOutputs = false } = request;
  const out = resolve(request.out);
  refuseFreshAndFrozen(wanted);
  if (!adaptsOutputs) refuseOtherSounds(request);
  await refuseOutFolder(out, resolve(request.folder));
  if (request.from === undefined) presetOf(wanted.preset);
  const base = request.from === undefined ? null : await openBase(context, request.from);
  const clock = new Stopwatch();
  const backend = await loadBackend();
  const { dataset, corrections, outputs } = await openTrainable(
    context,
    request.folder,
    request.corrections,
    { outputs: adaptsOutputs && base !== null ? outputKind(base.network) : wanted.outputs, adapts: adaptsOutputs },
    clock,
    task,
  );
  const config = { ...wanted, outputs };
  refuseOtherSounds({ ...request, config });
  for (const note of base?.notes ?? []) tellNote(task, note);
  const codes = dataset.classes.map(({ code }) => code);
  const start = base === null ? null : { from: base, ...startFrom(backend, base, codes, config) };
  const recipe = base?.recipe ?? DEFAULT_RECIPE;
  const prepared = await clock.time('features', () => prepareClips(context, dataset, recipe, task));
  let others: OtherSounds | null = null;
  try {
    if (request.otherSounds !== undefined) {
      others = await openOtherSounds(context, request.otherSounds, { config, recipe, dataset }, task);
    }
    const { validation, test, seed } = config;
    const split = splitDataset(prepared.clips, dataset.classes, { kind: config.split, validation, test, seed });
    refuseEmptySides(split, config);
    const { counts, leak, testLeak, sides } = split;
    const windows = windowsOfClips(prepared);
    const run = await beginRun({
      kind: 'training',
      folder: out,
      name: request.name,
      dataset,
      corrections: corrections.length === 0 ? null : countCorrections(corrections),
      classes: dataset.classes,
      recipe,
      backend: backend.info,
      model: { ...modelOf(config, start, codes.length), name: null, labelsFrom: 'dataset', outputs: config.outputs },
      training: config,
      base: start === null ? null : { ...start.base, heard: heardOf(start.from, dataset, prepared.clips, split) },
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
    return await runTraining({ out, run, config, dataset, prepared, sides, others, backend, clock, resume }, task);
  } finally {
    prepared.store.close();
    others?.prepared.store.close();
  }
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

function modelOf(
  { preset, members }: TrainingConfig,
  start: Start | null,
  classes: number,
): { source: string; parameters: number } {
  if (start !== null) return { source: start.base.name, parameters: countParameters(start.network) };
  const { name, build } = presetOf(preset);
  return { source: name, parameters: countParameters(ensembleArchitecture(build(classes), members)) };
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

/** Under softmax the probabilities of a clip sum to 1, so that one of the classes is always likely. */
function refuseOtherSounds({ otherSounds: folder, config }: TrainRequest): void {
  const { otherSounds: synthetic, outputs } = config;
  if ((synthetic === 0 && folder === undefined) || outputs === 'sigmoid') return;
  throw new EngineError(
    'invalid-argument',
    'Sounds without an instrument can only be learned by a network that judges each class by itself (sigmoid outputs): ' +
      'with softmax outputs it must always name one.',
  );
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
