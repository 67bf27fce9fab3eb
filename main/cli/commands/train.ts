import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { describeScore } from '../../engine/evaluation/describe-score.ts';
import { classificationReportText } from '../../engine/evaluation/classification-report.ts';
import type { TrainingConfig } from '../../engine/library/run-folder.ts';
import { PRESETS } from '../../engine/model/presets.ts';
import { resumeRun } from '../../engine/workflows/resume.ts';
import { DEFAULT_TRAINING, trainRun } from '../../engine/workflows/train.ts';
import type { TrainedRun } from '../../engine/workflows/training-task.ts';
import { numberBetween, wholeNumber } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { examples, type CommandDefinition, type Session } from '../command.ts';
import { TrainingView } from '../training-view.ts';

interface TrainOptions extends TrainingConfig {
  readonly out: string;
  readonly name?: string;
  readonly resume: boolean;
  readonly corrections: boolean;
}

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
      new Option('--preset <name>', 'the network')
        .choices(PRESETS.map(({ name }) => name))
        .default(DEFAULT_TRAINING.preset),
    )
    .option('--epochs <count>', 'times every training clip is seen', wholeNumber(1, 10_000), DEFAULT_TRAINING.epochs)
    .option('--batch-size <count>', 'clips per training step', wholeNumber(1, 4096), DEFAULT_TRAINING.batchSize)
    .option('--learning-rate <rate>', 'step size of Adam', numberBetween(0, 10), DEFAULT_TRAINING.learningRate)
    .addOption(
      new Option('--split <kind>', 'grouped: no recording on both sides; random: by clip, which leaks')
        .choices(['grouped', 'random'])
        .default(DEFAULT_TRAINING.split),
    )
    .option(
      '--validation <share>',
      'share of the clips to validate on',
      numberBetween(0, 1),
      DEFAULT_TRAINING.validation,
    )
    .option(
      '--test <share>',
      'share of the clips kept for a separate test',
      numberBetween(0, 1, true),
      DEFAULT_TRAINING.test,
    )
    .option(
      '--seed <number>',
      'of split, weights, order and dropout',
      wholeNumber(0, 2 ** 31 - 1),
      DEFAULT_TRAINING.seed,
    )
    .option(
      '--early-stopping <epochs>',
      'stop after so many epochs without a lower validation loss',
      wholeNumber(1),
      null,
    )
    .option('--best-epoch', 'keep the epoch with the lowest validation loss', DEFAULT_TRAINING.bestEpoch)
    .addHelpText(
      'after',
      examples(
        'train ~/IRMAS-TrainingData --out ~/runs/first',
        'train ~/clips --out ~/runs/random --split random --epochs 5',
        'train ~/clips --out ~/runs/corrected --corrections',
        'train ~/clips --out ~/runs/first --resume',
      ),
    )
    .action((folder: string, options: TrainOptions) =>
      inSession(async (session) => {
        const view = new TrainingView(session.terminal, session.progress);
        const task = { signal: session.signal, onProgress: session.progress.show, onEvent: view.show };
        const out = resolve(options.out);
        const trained = options.resume
          ? await resumeRun(
              session.context,
              {
                ...{ folder: resolve(folder), out, given: givenOptions(command), name: options.name },
                corrections: options.corrections ? true : undefined,
              },
              task,
            )
          : await trainRun(
              session.context,
              {
                ...{ folder: resolve(folder), out, name: options.name, config: configOf(options) },
                corrections: options.corrections ? 'library' : 'none',
              },
              task,
            );
        showTrained(session, trained);
        return EXIT.done;
      }),
    );
};

function configOf(options: TrainOptions): TrainingConfig {
  const { preset, epochs, batchSize, learningRate, seed, split, validation, test, earlyStopping, bestEpoch } = options;
  return { preset, epochs, batchSize, learningRate, seed, split, validation, test, earlyStopping, bestEpoch };
}

/** Which of the training options the user gave beside `--resume`, to be compared with the run's own. */
function givenOptions(command: Command): Partial<TrainingConfig> {
  const names = Object.keys(DEFAULT_TRAINING).filter((name) => command.getOptionValueSource(name) === 'cli');
  return Object.fromEntries(names.map((name) => [name, command.getOptionValue(name) as unknown]));
}

function showTrained({ terminal, progress }: Session, trained: TrainedRun): void {
  progress.end();
  terminal.printJson({ folder: trained.folder, run: trained.run, metrics: trained.metrics, test: trained.test });
  for (const metrics of trained.test === null ? [trained.metrics] : [trained.metrics, trained.test]) {
    terminal.print(`\n${describeScore(metrics).join('\n')}\n`);
    terminal.print(classificationReportText(metrics));
  }
  terminal.print(`Run folder: ${trained.folder}`);
}
