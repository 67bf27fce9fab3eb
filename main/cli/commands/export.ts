import { resolve } from 'node:path';
import { Option } from 'commander';
import { exportModel, type ExportFormat } from '../../engine/workflows/export.ts';
import { EXIT } from '../exit-codes.ts';
import { examples, type CommandDefinition } from '../command.ts';
import { MODEL_HELP, modelPath } from '../model-argument.ts';

interface ExportOptions {
  readonly format: ExportFormat;
  readonly out: string;
}

export const defineExport: CommandDefinition = (program, inSession) => {
  program
    .command('export')
    .description("Copy a run's network to where other programs use it.")
    .argument('<run>', MODEL_HELP)
    .addOption(
      new Option('--format <format>', 'keras: one file for Keras 3; tfjs: a folder for TensorFlow.js')
        .choices(['keras', 'tfjs'])
        .default('keras'),
    )
    .requiredOption('--out <path>', 'the file or folder to write; must not exist yet')
    .addHelpText(
      'after',
      examples(
        'export ~/runs/first --format keras --out model.keras',
        'export ~/runs/first --format tfjs --out web-model',
      ),
    )
    .action((run: string, { format, out }: ExportOptions) =>
      inSession(async ({ context, terminal }) => {
        const exported = await exportModel({ model: await modelPath(context, run), format, out: resolve(out) });
        terminal.printJson(exported);
        terminal.print(`Written: ${exported.path}`);
        return EXIT.done;
      }),
    );
};
