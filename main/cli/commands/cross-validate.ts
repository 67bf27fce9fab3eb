import { resolve } from 'node:path';
import { MOST_FOLDS } from '../../engine/dataset/fold.ts';
import { crossValidate, resumeCrossValidation } from '../../engine/workflows/cross-validate.ts';
import { wholeNumber } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { examples, type CommandDefinition } from '../command.ts';
import { printScore } from '../score-view.ts';
import {
  addRunOptions,
  addTrainingOptions,
  resumeRequest,
  trainRequest,
  type TrainingOptions,
} from '../training-choice.ts';
import { TrainingView } from '../training-view.ts';

interface CrossValidationOptions extends TrainingOptions {
  readonly folds: number;
}

const DEFAULT_FOLDS = 5;

export const defineCrossValidate: CommandDefinition = (program, inSession) => {
  const command = program
    .command('cross-validate')
    .description(
      'Score every clip of a folder by a network that never heard its recording: divide the recordings into parts and train one network for each, on all the others. Takes as long as so many trainings.',
    )
    .option('--folds <count>', 'parts, and networks', wholeNumber(2, MOST_FOLDS), DEFAULT_FOLDS);
  addRunOptions(command, 'go on with an interrupted cross-validation; folds that have finished stay');
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
    .action((folder: string, { out, folds, resume }: CrossValidationOptions) =>
      inSession(async (session) => {
        const { context, terminal } = session;
        const named = command.getOptionValueSource('folds') === 'cli' ? folds : undefined;
        const validated = await new TrainingView(session).watch(resolve(out), async (task) =>
          resume
            ? resumeCrossValidation(context, { ...(await resumeRequest(session, command, folder)), folds: named }, task)
            : crossValidate(context, { ...(await trainRequest(session, command, folder)), folds }, task),
        );
        terminal.printJson(validated);
        printScore(terminal, validated.metrics);
        for (const caveat of validated.run.caveats) terminal.print(`Note: ${caveat}`);
        terminal.print(`Run folder: ${validated.folder}`);
        return EXIT.done;
      }),
    );
};
