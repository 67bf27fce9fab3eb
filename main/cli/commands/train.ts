import { resolve } from 'node:path';
import { describeOtherSounds } from '../../engine/workflows/describe-other-sounds.ts';
import { resumeRun } from '../../engine/workflows/resume.ts';
import { trainRun } from '../../engine/workflows/train.ts';
import type { TrainedRun } from '../../engine/workflows/training-task.ts';
import { EXIT } from '../exit-codes.ts';
import { examples, type CommandDefinition, type Session } from '../command.ts';
import { printScore } from '../score-view.ts';
import {
  addRunOptions,
  addTrainingOptions,
  resumeRequest,
  trainRequest,
  type TrainingOptions,
} from '../training-choice.ts';
import { TrainingView } from '../training-view.ts';

export const defineTrain: CommandDefinition = (program, inSession) => {
  const command = program
    .command('train')
    .description('Train a network on a folder of labelled clips and write a run folder with everything it gave.');
  addRunOptions(command, 'go on with an interrupted run from its last finished epoch');
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
    .action((folder: string, { out, resume }: TrainingOptions) =>
      inSession(async (session) => {
        const { context } = session;
        const trained = await new TrainingView(session).watch(resolve(out), async (task) =>
          resume
            ? resumeRun(context, await resumeRequest(session, command, folder), task)
            : trainRun(context, await trainRequest(session, command, folder), task),
        );
        showTrained(session, trained);
        return EXIT.done;
      }),
    );
};

function showTrained({ terminal }: Session, trained: TrainedRun): void {
  terminal.printJson({ folder: trained.folder, run: trained.run, metrics: trained.metrics, test: trained.test });
  printScore(terminal, trained.metrics);
  if (trained.test !== null) printScore(terminal, trained.test);
  const otherSounds = describeOtherSounds(trained.run);
  if (otherSounds !== null) terminal.print(`${otherSounds}\n`);
  terminal.print(`Run folder: ${trained.folder}`);
}
