import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { describeScore } from '../../engine/evaluation/describe-score.ts';
import { classificationReportText } from '../../engine/evaluation/classification-report.ts';
import { EngineError } from '../../engine/common/errors.ts';
import { describeMultilabel } from '../../engine/evaluation/multilabel/describe-multilabel.ts';
import { multilabelText } from '../../engine/evaluation/multilabel/multilabel-table.ts';
import type { TrainingConfig } from '../../engine/library/run-folder.ts';
import { PRESETS } from '../../engine/model/presets.ts';
import { TRAIN_LAYERS } from '../../engine/model/train-layers.ts';
import { NO_AUGMENTATION, type AugmentationOptions } from '../../engine/training/augmentation/options.ts';
import type { BaseRequest } from '../../engine/workflows/open-base.ts';
import { describeOtherSounds } from '../../engine/workflows/describe-other-sounds.ts';
import { resumeRun, type GivenOptions } from '../../engine/workflows/resume.ts';
import {
  DEFAULT_PRESET,
  DEFAULT_TRAIN_LAYERS,
  furtherTraining,
  presetTraining,
} from '../../engine/workflows/preset-training.ts';
import { trainRun } from '../../engine/workflows/train.ts';
import type { TrainedRun } from '../../engine/workflows/training-task.ts';
import { codeList } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { examples, type CommandDefinition, type Session } from '../command.ts';
import { MODEL_HELP, modelPath } from '../model-argument.ts';
import { trainingOptions } from '../training-options.ts';
import { TrainingView } from '../training-view.ts';

type TrainOptions = Partial<Omit<TrainingConfig, 'augmentation' | 'preset'>> &
  Partial<AugmentationOptions> & {
    readonly preset: string;
    readonly from?: string;
    readonly labels?: readonly string[];
    readonly out: string;
    readonly name?: string;
    readonly resume: boolean;
    readonly corrections: boolean;
    readonly otherSoundsFrom?: string;
    /** False with --no-augmentation. */
    readonly augmentation: boolean;
  };

export const defineTrain: CommandDefinition = (program, inSession) => {
  const command = program
    .command('train')
    .description('Train a network on a folder of labelled clips and write a run folder with everything it gave.')
    .argument('<folder>', 'the dataset folder')
    .requiredOption('--out <run>', 'the run folder to write; must not exist yet, except with --resume')
    .option('--name <name>', 'name of the run (default: name of the run folder)')
    .option('--resume', 'go on with an interrupted run from its last finished epoch', false)
    .option(
      '--corrections',
      'apply what you marked in the app as wrongly labelled or to be left out; without it labels are as in the folder',
      false,
    )
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
  for (const option of trainingOptions()) command.addOption(option);
  command
    .addHelpText(
      'after',
      examples(
        'train ~/IRMAS-TrainingData --out ~/runs/first',
        'train ~/clips --out ~/runs/random --split random --epochs 5',
        'train ~/clips --out ~/runs/corrected --corrections',
        'train ~/clips --out ~/runs/further --from starter',
        'train ~/clips --out ~/runs/first --resume',
      ),
    )
    .action((folder: string, options: TrainOptions) =>
      inSession(async (session) => {
        const view = new TrainingView(session.terminal, session.progress);
        const task = { signal: session.signal, onProgress: session.progress.show, onEvent: view.show };
        const out = resolve(options.out);
        refuseWithoutBase(options, options.resume);
        const from = await baseOf(session, options);
        const { otherSoundsFrom } = options;
        const otherSounds = otherSoundsFrom === undefined ? undefined : resolve(otherSoundsFrom);
        const trained = options.resume
          ? await resumeRun(
              session.context,
              {
                ...{ folder: resolve(folder), out, given: givenOptions(command, options), name: options.name, from },
                otherSounds,
                corrections: options.corrections ? true : undefined,
              },
              task,
            )
          : await trainRun(
              session.context,
              {
                ...{ folder: resolve(folder), out, name: options.name, config: configOf(command, options) },
                ...{ from, adaptsOutputs: options.outputs === undefined },
                otherSounds,
                corrections: options.corrections ? 'library' : 'none',
              },
              task,
            );
        showTrained(session, trained);
        return EXIT.done;
      }),
    );
};

/** What the preset says, or what suits training further, changed by what the user gave. */
function configOf(command: Command, options: TrainOptions): TrainingConfig {
  const { from, trainLayers = DEFAULT_TRAIN_LAYERS } = options;
  const preset = from === undefined ? presetTraining(options.preset) : furtherTraining(trainLayers);
  const { augmentation, ...given } = givenOptions(command, options);
  return { ...preset, ...given, augmentation: { ...preset.augmentation, ...augmentation } };
}

/** Which of the training options the user gave. */
function givenOptions(command: Command, { augmentation }: TrainOptions): GivenOptions {
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

async function baseOf({ context }: Session, { from, labels }: TrainOptions): Promise<BaseRequest | undefined> {
  if (from === undefined) return undefined;
  return { model: await modelPath(context, from), labels };
}

function refuseWithoutBase({ from, trainLayers, labels }: TrainOptions, resume: boolean): void {
  if (from !== undefined || resume) return;
  const option = trainLayers !== undefined ? '--train-layers' : labels !== undefined ? '--labels' : null;
  if (option !== null)
    throw new EngineError(
      'invalid-argument',
      `${option} says how a trained network is trained further: name one with --from.`,
    );
}

function showTrained({ terminal, progress }: Session, trained: TrainedRun): void {
  progress.end();
  terminal.printJson({ folder: trained.folder, run: trained.run, metrics: trained.metrics, test: trained.test });
  for (const metrics of trained.test === null ? [trained.metrics] : [trained.metrics, trained.test]) {
    const several = 'kind' in metrics;
    terminal.print(`\n${(several ? describeMultilabel(metrics) : describeScore(metrics)).join('\n')}\n`);
    terminal.print(several ? multilabelText(metrics) : classificationReportText(metrics));
  }
  const otherSounds = describeOtherSounds(trained.run);
  if (otherSounds !== null) terminal.print(`${otherSounds}\n`);
  terminal.print(`Run folder: ${trained.folder}`);
}
