import { resolve } from 'node:path';
import { classificationReportText } from '../../engine/evaluation/classification-report.ts';
import { describeScore } from '../../engine/evaluation/describe-score.ts';
import { describeMultilabel } from '../../engine/evaluation/multilabel/describe-multilabel.ts';
import { multilabelText } from '../../engine/evaluation/multilabel/multilabel-table.ts';
import { describeOtherSounds } from '../../engine/workflows/describe-other-sounds.ts';
import { resumeRun } from '../../engine/workflows/resume.ts';
import { trainRun } from '../../engine/workflows/train.ts';
import type { TrainedRun } from '../../engine/workflows/training-task.ts';
import { EXIT } from '../exit-codes.ts';
import { examples, type CommandDefinition, type Session } from '../command.ts';
import {
  addTrainingOptions,
  baseOf,
  configOf,
  givenOptions,
  refuseWithoutBase,
  type TrainingOptions,
} from '../training-choice.ts';
import { TrainingView } from '../training-view.ts';

interface TrainOptions extends TrainingOptions {
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
    );
  addTrainingOptions(command);
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
