import { resolve } from 'node:path';
import { Option } from 'commander';
import { evaluateModel } from '../../engine/workflows/evaluate.ts';
import type { ThresholdRequest } from '../../engine/workflows/label-thresholds.ts';
import { codeList, numberBetween } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { examples, type CommandDefinition } from '../command.ts';
import { MODEL_HELP, modelPath } from '../model-argument.ts';
import { printScore } from '../score-view.ts';

interface EvaluateOptions {
  readonly out: string;
  readonly name?: string;
  readonly labels?: string[];
  readonly threshold?: number;
  readonly thresholdFrom?: string;
}

export const defineEvaluate: CommandDefinition = (program, inSession) => {
  program
    .command('evaluate')
    .description(
      'Score a finished run, or a .keras file, on a labelled folder, and write a run folder with the result.',
    )
    .argument('<model>', MODEL_HELP)
    .argument('<folder>', 'folder of labelled clips')
    .requiredOption('--out <run>', 'the run folder to write; must not exist yet')
    .option('--name <name>', 'name of the run (default: name of the run folder)')
    .option('--labels <codes>', "class codes of a bare .keras file's outputs, in their order, with commas", codeList)
    .option(
      '--threshold <score>',
      'for clips with several labels: a class counts as heard from this score on',
      numberBetween(0, 1),
    )
    .addOption(
      new Option(
        '--threshold-from <path>',
        "choose it on a labelled folder, or on the validation side of the network's run (default)",
      ).conflicts('threshold'),
    )
    .addHelpText(
      'after',
      examples(
        'evaluate ~/runs/first ~/other-clips --out ~/runs/first-on-others',
        'evaluate model.keras ~/clips --labels cel,cla,flu --out ~/runs/model',
        'evaluate ~/runs/first ~/IRMAS-TestingData --threshold-from ~/other-excerpts --out ~/runs/first-on-irmas-test',
      ),
    )
    .action((model: string, folder: string, options: EvaluateOptions) =>
      inSession(async ({ context, terminal, progress, signal }) => {
        const evaluated = await evaluateModel(
          context,
          {
            model: await modelPath(context, model),
            folder: resolve(folder),
            out: resolve(options.out),
            name: options.name,
            labels: options.labels,
            threshold: thresholdOf(options),
          },
          { signal, onProgress: progress.show },
        );
        progress.end();
        terminal.printJson(evaluated);
        for (const note of evaluated.notes) terminal.print(`Note: ${note}`);
        printScore(terminal, evaluated.metrics);
        terminal.print(`Run folder: ${evaluated.folder}`);
        return EXIT.done;
      }),
    );
};

function thresholdOf({ threshold, thresholdFrom }: EvaluateOptions): ThresholdRequest | undefined {
  if (threshold !== undefined) return { given: threshold };
  return thresholdFrom === undefined ? undefined : { from: resolve(thresholdFrom) };
}
