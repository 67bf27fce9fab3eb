import { resolve } from 'node:path';
import { makeSample } from '../../engine/workflows/sample.ts';
import { wholeNumber } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { examples, type CommandDefinition } from '../command.ts';
import { countOf } from '../words.ts';

/** IRMAS has 388 to 778 clips a class; more than that is no sample any more. */
const MOST_CLIPS_PER_CLASS = 2000;

interface SampleOptions {
  readonly clipsPerClass?: number;
  readonly irmasSize: boolean;
  readonly heldBack?: string;
  readonly seed: number;
}

export const defineSample: CommandDefinition = (program, inSession) => {
  program
    .command('sample')
    .description('Make the built-in sample dataset: eleven synthetic instruments, named as IRMAS names its clips.')
    .argument('<folder>', 'where to put it; must be new, empty or an earlier sample')
    .option('--clips-per-class <count>', 'clips of each class (default: 60)', wholeNumber(2, MOST_CLIPS_PER_CLASS))
    .option('--irmas-size', 'as many clips of each class as IRMAS has, 6,705 in all', false)
    .option('--held-back <folder>', 'also write a few recordings that are not in the dataset, to classify later')
    .option('--seed <number>', 'another seed gives other recordings', wholeNumber(0, 2 ** 31 - 1), 1)
    .addHelpText('after', examples('sample ~/sample', 'sample ~/sample --clips-per-class 20 --held-back ~/unheard'))
    .action((folder: string, options: SampleOptions) =>
      inSession(async ({ terminal, progress, signal }) => {
        const sample = await makeSample(
          {
            folder: resolve(folder),
            clipsPerClass: options.irmasSize ? 'irmas' : options.clipsPerClass,
            heldBackFolder: options.heldBack === undefined ? undefined : resolve(options.heldBack),
            seed: options.seed,
          },
          { signal, onProgress: progress.show },
        );
        progress.end();
        terminal.printJson(sample);
        terminal.print(
          `${countOf(sample.clips, 'synthetic clip')} of ${countOf(sample.recordings, 'synthetic recording')} in ${sample.folder}`,
        );
        if (sample.heldBack.length > 0) {
          terminal.print(
            `${countOf(sample.heldBack.length, 'recording')} kept back from it in ${options.heldBack ?? ''}`,
          );
        }
        terminal.print('These sounds are computed, not recorded: good for trying things, no measure of real music.');
        return EXIT.done;
      }),
    );
};
