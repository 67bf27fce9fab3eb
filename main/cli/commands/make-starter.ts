import { resolve } from 'node:path';
import { Option } from 'commander';
import { describeScore } from '../../engine/evaluation/describe-score.ts';
import type { Named } from '../../engine/evaluation/sure-from.ts';
import { KNOWN_DATA, type KnownData } from '../../engine/library/known-data.ts';
import { starterFile, type Starter } from '../../engine/library/starter-folder.ts';
import { makeStarter } from '../../engine/workflows/make-starter.ts';
import { numberBetween } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { examples, type CommandDefinition } from '../command.ts';
import { formatShare } from '../words.ts';

interface MakeStarterOptions {
  readonly evaluation?: string;
  readonly data?: KnownData;
  readonly right: number;
  readonly note?: string;
  readonly out: string;
}

export const defineMakeStarter: CommandDefinition = (program, inSession) => {
  program
    .command('make-starter')
    .description('Pack the network of a finished training as the one that comes with the app, with a model card.')
    .argument('<run>', 'the run folder of a training')
    .option(
      '--evaluation <run>',
      'an evaluation of it on recordings put away (default: its own test or validation side)',
    )
    .addOption(
      new Option('--data <name>', 'whose recordings it was trained on, for authors and licence').choices(KNOWN_DATA),
    )
    .option(
      '--right <share>',
      'share of its verdicts on validation that is to be right; below the probability that takes, it is not sure (for one that names one class out of all)',
      numberBetween(0, 1),
      0.8,
    )
    .option(
      '--note <text>',
      'what the card is to say of further recordings it learned from: whose, under which licence',
    )
    .requiredOption('--out <folder>', 'the folder to write; must not exist yet')
    .addHelpText(
      'after',
      examples(
        'make-starter ~/runs/final --evaluation ~/runs/final-on-others --data irmas --out resources/starter-model',
      ),
    )
    .action((run: string, { evaluation, data, right, note, out }: MakeStarterOptions) =>
      inSession(async ({ terminal }) => {
        const made = await makeStarter({
          run: resolve(run),
          evaluation: evaluation === undefined ? undefined : resolve(evaluation),
          data: data ?? null,
          right,
          note: note ?? null,
          out: resolve(out),
        });
        terminal.printJson(made);
        terminal.print(describeScore(made.metrics).join('\n'));
        terminal.print(`\n${beliefWords(made.starter, right)}`);
        terminal.print(`Model card: ${starterFile(made.folder, 'card')}`);
        return EXIT.done;
      }),
    );
};

function beliefWords({ sure, heard }: Starter, right: number): string {
  if (heard !== null) {
    return `Each class has its own threshold, chosen on validation: ${namedWords(heard.scored ?? heard.chosen)}.`;
  }
  return sure === null
    ? `No threshold makes ${formatShare(right)} of its verdicts right: it is given none.`
    : `Not sure below ${formatShare(sure.threshold)}, chosen on validation: ${namedWords(sure.scored ?? sure.chosen)}.`;
}

function namedWords({ clips, named, right }: Named): string {
  const rightly = named === 0 ? '' : `, ${formatShare(right / named)} of them rightly`;
  return `${formatShare(named / clips)} of the scored clips are named${rightly}`;
}
