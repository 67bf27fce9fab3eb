import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { EngineError } from '../engine/common/errors.ts';
import type { TrainingConfig } from '../engine/library/run-folder.ts';
import { PRESETS } from '../engine/model/presets.ts';
import { TRAIN_LAYERS, type TrainLayers } from '../engine/model/train-layers.ts';
import { NO_AUGMENTATION, type AugmentationOptions } from '../engine/training/augmentation/options.ts';
import {
  DEFAULT_PRESET,
  DEFAULT_TRAIN_LAYERS,
  furtherTraining,
  presetTraining,
} from '../engine/workflows/preset-training.ts';
import type { TrainRequest } from '../engine/workflows/ready-to-train.ts';
import type { ResumeRequest } from '../engine/workflows/resume.ts';
import type { GivenOptions } from '../engine/workflows/named-again.ts';
import { codeList } from './arguments.ts';
import type { Session } from './command.ts';
import { MODEL_HELP, modelPath } from './model-argument.ts';
import { trainingOptions } from './training-options.ts';

/** What to train, how and where to, as it was given to a command. */
export interface TrainingOptions
  extends Partial<Omit<TrainingConfig, 'augmentation' | 'preset'>>, Partial<AugmentationOptions> {
  readonly out: string;
  readonly name?: string;
  readonly resume: boolean;
  readonly corrections: boolean;
  readonly preset: string;
  readonly from?: string;
  readonly labels?: readonly string[];
  readonly otherSoundsFrom?: string;
  /** False with --no-augmentation. */
  readonly augmentation: boolean;
}

/** Adds the dataset folder, and the options that say which run folder is written. @param resume what `--resume` does */
export function addRunOptions(command: Command, resume: string): void {
  command
    .argument('<folder>', 'the dataset folder')
    .requiredOption('--out <run>', 'the run folder to write; must not exist yet, except with --resume')
    .option('--name <name>', 'name of the run (default: name of the run folder)')
    .option('--resume', resume, false)
    .option(
      '--corrections',
      'apply what you marked in the app as wrongly labelled or to be left out; without it labels are as in the folder',
      false,
    );
}

/** Adds all options that say what to train and how, but for those left out, which are named as in a configuration. */
export function addTrainingOptions(command: Command, leftOut: readonly (keyof TrainingConfig)[] = []): void {
  command
    .addOption(
      new Option('--preset <name>', 'the network, with how it is trained where nothing else is said')
        .choices(PRESETS.map(({ name }) => name))
        .default(DEFAULT_PRESET),
    )
    .addOption(new Option('--from <model>', `train a trained network further: ${MODEL_HELP}`).conflicts('preset'))
    .addOption(
      new Option(
        '--train-layers <which>',
        'with --from: last: a new output layer alone; all: everything, in small steps',
      ).choices(TRAIN_LAYERS),
    )
    .option(
      '--other-sounds-from <folder>',
      'a folder of sounds in which none of the classes sounds, such as speech or rain, to be learned from as such (sigmoid only)',
    )
    .option('--labels <codes>', 'with --from: class codes of the outputs of a file that carries none', codeList);
  for (const option of trainingOptions()) {
    if (!leftOut.some((name) => name === option.attributeName())) command.addOption(option);
  }
}

/** A training as it was asked for. @throws EngineError `invalid-argument` for options that only training further has */
export async function trainRequest(session: Session, command: Command, folder: string): Promise<TrainRequest> {
  const options = command.opts<TrainingOptions>();
  const { from, trainLayers, labels } = options;
  refuseWithoutBase({ from, trainLayers, labels });
  return {
    ...(await sourcesOf(session, folder, options)),
    name: options.name,
    config: configOf(command, options),
    adaptsOutputs: options.outputs === undefined,
    corrections: options.corrections ? 'library' : 'none',
  };
}

/** A run to go on with, and what was named again. @throws EngineError `invalid-argument` for labels of no network */
export async function resumeRequest(session: Session, command: Command, folder: string): Promise<ResumeRequest> {
  const options = command.opts<TrainingOptions>();
  refuseWithoutBase({ from: options.from, labels: options.labels });
  return {
    ...(await sourcesOf(session, folder, options)),
    name: options.name,
    given: givenOptions(command, options),
    corrections: options.corrections ? true : undefined,
  };
}

async function sourcesOf(
  { context }: Session,
  folder: string,
  { out, from, labels, otherSoundsFrom }: TrainingOptions,
): Promise<Pick<TrainRequest, 'folder' | 'out' | 'from' | 'otherSounds'>> {
  return {
    folder: resolve(folder),
    out: resolve(out),
    from: from === undefined ? undefined : { model: await modelPath(context, from), labels },
    otherSounds: otherSoundsFrom === undefined ? undefined : resolve(otherSoundsFrom),
  };
}

/** What the preset says, or what suits training further, changed by what the user gave. */
function configOf(command: Command, options: TrainingOptions): TrainingConfig {
  const { from, trainLayers = DEFAULT_TRAIN_LAYERS } = options;
  const preset = from === undefined ? presetTraining(options.preset) : furtherTraining(trainLayers);
  const { augmentation, ...given } = givenOptions(command, options);
  return { ...preset, ...given, augmentation: { ...preset.augmentation, ...augmentation } };
}

/** Which of the training options the user gave. */
function givenOptions(command: Command, { augmentation }: TrainingOptions): GivenOptions {
  const pick = (names: readonly string[]): object =>
    Object.fromEntries(
      names
        .filter((name) => command.getOptionValueSource(name) === 'cli')
        .map((name) => [name, command.getOptionValue(name) as unknown]),
    );
  const plain = Object.keys(presetTraining(DEFAULT_PRESET)).filter((name) => name !== 'augmentation');
  const changes = { ...(augmentation ? {} : NO_AUGMENTATION), ...pick(Object.keys(NO_AUGMENTATION)) };
  return { ...pick(plain), ...(Object.keys(changes).length === 0 ? {} : { augmentation: changes }) };
}

function refuseWithoutBase({
  from,
  trainLayers,
  labels,
}: {
  readonly from: string | undefined;
  readonly trainLayers?: TrainLayers | undefined;
  readonly labels: readonly string[] | undefined;
}): void {
  if (from !== undefined) return;
  const option = trainLayers !== undefined ? '--train-layers' : labels !== undefined ? '--labels' : null;
  if (option !== null)
    throw new EngineError(
      'invalid-argument',
      `${option} says how a trained network is trained further: name one with --from.`,
    );
}
