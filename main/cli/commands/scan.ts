import { resolve } from 'node:path';
import { openDataset } from '../../engine/workflows/scan.ts';
import { EXIT } from '../exit-codes.ts';
import { examples, type CommandDefinition } from '../command.ts';
import { datasetDocument, datasetText } from '../dataset-view.ts';

export const defineScan: CommandDefinition = (program, inSession) => {
  program
    .command('scan')
    .description(
      'Look through a folder of labelled clips: layout, classes, recordings and what is wrong with which clip.',
    )
    .argument(
      '<folder>',
      "folder of class folders, of clips with IRMAS names, of IRMAS's test set, or with a labels.csv",
    )
    .addHelpText('after', examples('scan ~/IRMAS-TrainingData', 'scan ~/clips --json > clips.json'))
    .action((folder: string) =>
      inSession(async ({ context, terminal, progress, signal }) => {
        const opened = await openDataset(context, resolve(folder), { signal, onProgress: progress.show });
        progress.end();
        terminal.printJson(datasetDocument(opened));
        terminal.print(datasetText(opened));
        return EXIT.done;
      }),
    );
};
