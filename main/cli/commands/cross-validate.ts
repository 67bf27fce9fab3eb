import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EngineError } from '../../engine/common/errors.ts';
import { classificationReportText } from '../../engine/evaluation/classification-report.ts';
import { describeScore } from '../../engine/evaluation/describe-score.ts';
import { MOST_FOLDS } from '../../engine/dataset/fold.ts';
import { crossValidate, resumeCrossValidation } from '../../engine/workflows/cross-validate.ts';
import { wholeNumber } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { examples, type CommandDefinition } from '../command.ts';
import {
  addTrainingOptions,
  baseOf,
  configOf,
  givenOptions,
  refuseWithoutBase,
  type TrainingOptions,
} from '../training-choice.ts';
import { TrainingView } from '../training-view.ts';

interface CrossValidationOptions extends TrainingOptions {
  readonly folds: number;
  readonly out: string;
  readonly name?: string;
  readonly resume: boolean;
  readonly corrections: boolean;
}

const DEFAULT_FOLDS = 5;

export const defineCrossValidate: CommandDefinition = (program, inSession) => {
  const command = program
    .command('cross-validate')
    .description(
      'Score every clip of a folder by a network that never heard its recording: divide the recordings into parts and train one network for each, on all the others. Takes as long as so many trainings.',
    )
    .argument('<folder>', 'the dataset folder')
    .requiredOption('--out <run>', 'the run folder to write; must not exist yet, except with --resume')
    .option('--folds <count>', 'parts, and networks', wholeNumber(2, MOST_FOLDS), DEFAULT_FOLDS)
    .option('--name <name>', 'name of the run (default: name of the run folder)')
    .option('--resume', 'go on with an interrupted cross-validation; folds that have finished stay', false)
    .option(
      '--corrections',
      'apply what you marked in the app as wrongly labelled or to be left out; without it labels are as in the folder',
      false,
    );
  addTrainingOptions(command, ['validation', 'test', 'fold']);
  command
    .addHelpText(
      'after',
      examples(
        'cross-validate ~/clips --out ~/runs/five-folds',
        'cross-validate ~/clips --out ~/runs/three-folds --folds 3 --preset instrunet-fast',
        'cross-validate ~/clips --out ~/runs/further --from starter',
        'cross-validate ~/clips --out ~/runs/five-folds --resume',
      ),
    )
    .action((folder: string, options: CrossValidationOptions) =>
      inSession(async (session) => {
        const { context, terminal, progress, signal } = session;
        const view = new TrainingView(terminal, progress);
        const task = { signal, onProgress: progress.show, onEvent: view.show };
        refuseWithoutBase(options, options.resume);
        if (options.resume) refuseKept(command);
        const out = resolve(options.out);
        const validated = options.resume
          ? await resumeCrossValidation(
              context,
              {
                ...{ folder: resolve(folder), out, given: givenOptions(command, options) },
                folds: command.getOptionValueSource('folds') === 'cli' ? options.folds : undefined,
              },
              task,
            )
          : await crossValidate(
              context,
              {
                ...{ folder: resolve(folder), out, name: options.name, config: configOf(command, options) },
                ...{ from: await baseOf(session, options), adaptsOutputs: options.outputs === undefined },
                otherSounds: options.otherSoundsFrom === undefined ? undefined : resolve(options.otherSoundsFrom),
                corrections: options.corrections ? 'library' : 'none',
                folds: options.folds,
              },
              task,
            );
        progress.end();
        terminal.printJson(validated);
        terminal.print(`\n${describeScore(validated.metrics).join('\n')}\n`);
        terminal.print(classificationReportText(validated.metrics));
        terminal.print(`Run folder: ${validated.folder}`);
        return EXIT.done;
      }),
    );
};

/** A resumed run has all this in its record. */
const KEPT: Readonly<Record<string, string>> = {
  from: '--from',
  labels: '--labels',
  otherSoundsFrom: '--other-sounds-from',
  corrections: '--corrections',
  name: '--name',
};

function refuseKept(command: Command): void {
  const given = Object.keys(KEPT).find((name) => command.getOptionValueSource(name) === 'cli');
  if (given === undefined) return;
  throw new EngineError(
    'invalid-argument',
    `A resumed cross-validation keeps what it began with: leave out ${KEPT[given] ?? given}.`,
  );
}
