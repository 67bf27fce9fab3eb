import { Option, type Command } from 'commander';
import { EngineError } from '../engine/common/errors.ts';
import type { TrainingConfig } from '../engine/library/run-folder.ts';
import { PRESETS } from '../engine/model/presets.ts';
import { TRAIN_LAYERS } from '../engine/model/train-layers.ts';
import { NO_AUGMENTATION, type AugmentationOptions } from '../engine/training/augmentation/options.ts';
import type { BaseRequest } from '../engine/workflows/open-base.ts';
import {
  DEFAULT_PRESET,
  DEFAULT_TRAIN_LAYERS,
  furtherTraining,
  presetTraining,
} from '../engine/workflows/preset-training.ts';
import type { GivenOptions } from '../engine/workflows/resume.ts';
import { codeList } from './arguments.ts';
import type { Session } from './command.ts';
import { MODEL_HELP, modelPath } from './model-argument.ts';
import { trainingOptions } from './training-options.ts';

/** What to train and how, as it was given to a command. */
export interface TrainingOptions
  extends Partial<Omit<TrainingConfig, 'augmentation' | 'preset'>>, Partial<AugmentationOptions> {
  readonly preset: string;
  readonly from?: string;
  readonly labels?: readonly string[];
  readonly otherSoundsFrom?: string;
  /** False with --no-augmentation. */
  readonly augmentation: boolean;
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

/** What the preset says, or what suits training further, changed by what the user gave. */
export function configOf(command: Command, options: TrainingOptions): TrainingConfig {
  const { from, trainLayers = DEFAULT_TRAIN_LAYERS } = options;
  const preset = from === undefined ? presetTraining(options.preset) : furtherTraining(trainLayers);
  const { augmentation, ...given } = givenOptions(command, options);
  return { ...preset, ...given, augmentation: { ...preset.augmentation, ...augmentation } };
}

/** Which of the training options the user gave. */
export function givenOptions(command: Command, { augmentation }: TrainingOptions): GivenOptions {
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

export async function baseOf(
  { context }: Session,
  { from, labels }: TrainingOptions,
): Promise<BaseRequest | undefined> {
  if (from === undefined) return undefined;
  return { model: await modelPath(context, from), labels };
}

export function refuseWithoutBase({ from, trainLayers, labels }: TrainingOptions, resume: boolean): void {
  if (from !== undefined || resume) return;
  const option = trainLayers !== undefined ? '--train-layers' : labels !== undefined ? '--labels' : null;
  if (option !== null)
    throw new EngineError(
      'invalid-argument',
      `${option} says how a trained network is trained further: name one with --from.`,
    );
}
