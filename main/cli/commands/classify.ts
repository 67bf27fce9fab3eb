import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Option } from 'commander';
import { toAudacityTrack, toCsvTable, toJsonDocument, toTextTable } from '../../engine/classify/formats.ts';
import type { ClassifiedFile } from '../../engine/classify/result.ts';
import { writeTracks } from '../../engine/classify/write-tracks.ts';
import { EngineError, isCancellation, toEngineError } from '../../engine/common/errors.ts';
import { writeFileAtomic } from '../../engine/common/files.ts';
import { classifyWithModel } from '../../engine/workflows/classify.ts';
import { codeList, numberBetween, wholeNumber } from '../arguments.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { examples, type CommandDefinition } from '../command.ts';
import { MODEL_HELP, modelPath } from '../model-argument.ts';
import type { Terminal } from '../terminal.ts';
import { countOf } from '../words.ts';

const FORMATS = ['table', 'json', 'csv', 'audacity'] as const;
type Format = (typeof FORMATS)[number];

interface ClassifyCommandOptions {
  readonly format?: Format;
  readonly out?: string;
  readonly window?: number;
  readonly hop?: number;
  readonly threshold?: number;
  readonly top?: number;
  readonly aggregation: 'mean' | 'sum-max';
  readonly labels?: string[];
  readonly json: boolean;
}

export const defineClassify: CommandDefinition = (program, inSession) => {
  program
    .command('classify')
    .description('Name the instruments of recordings, each as a whole and window by window.')
    .argument('<model>', MODEL_HELP)
    .argument('<files...>', 'sound files, spectrogram images, folders of them')
    .addOption(new Option('--format <format>', 'how to tell it (default: table)').choices(FORMATS))
    .option('--out <path>', 'write to a file instead of stdout; for audacity with several files, a folder')
    .option('--window <seconds>', "length of a window (default: the model's clip length)", numberBetween(0, Infinity))
    .option(
      '--hop <seconds>',
      'from the start of one window to that of the next (default: 1.5)',
      numberBetween(0, Infinity),
    )
    .option(
      '--threshold <probability>',
      'from which on an instrument counts as heard (default: as found when the network was trained)',
      numberBetween(0, 1, true),
    )
    .option('--top <count>', 'classes listed for a file and a window (default: 3)', wholeNumber(1))
    .addOption(
      new Option('--aggregation <kind>', 'mean of the windows, or their sum divided by its maximum')
        .choices(['mean', 'sum-max'])
        .default('mean'),
    )
    .option('--labels <codes>', "class codes of a bare .keras file's outputs, in their order, with commas", codeList)
    .addHelpText(
      'after',
      examples(
        'classify starter concert.mp3',
        'classify ~/runs/first concert.mp3 lesson.wav',
        'classify ~/runs/first ~/recordings --format csv --out named.csv',
        'classify ~/runs/first concert.mp3 --format audacity --out concert.txt',
      ),
    )
    .action((model: string, files: string[], _: unknown, command: { optsWithGlobals(): ClassifyCommandOptions }) =>
      inSession(async ({ context, terminal, progress, signal }) => {
        const options = command.optsWithGlobals();
        const format = formatOf(options);
        const out = options.out === undefined ? undefined : resolve(options.out);
        if (out !== undefined) await prepareOut(out);
        if (format === 'audacity' && out === undefined) refuseSeveralTracks(files.length);
        const { window: windowSeconds, hop: hopSeconds, top: topK, aggregation, labels, threshold } = options;
        const results: ClassifiedFile[] = [];
        const request = {
          model: await modelPath(context, model),
          files: files.map((file) => resolve(file)),
          labels,
          threshold,
          options: { windowSeconds, hopSeconds, topK, aggregation },
        };
        const say = (message: string): void => {
          progress.end();
          terminal.say(message);
        };
        const onModel = (_: unknown, notes: readonly string[]): void => {
          for (const note of notes) say(`Note: ${note}`);
        };
        const task = { signal, onProgress: progress.show, onModel, onWarning: say };
        let cancelled = false;
        try {
          for await (const result of classifyWithModel(request, task)) {
            results.push(result);
            if (format === 'audacity' && out === undefined) refuseSeveralTracks(results.length);
            if (format !== 'table' && result.error !== null) say(`Left out ${result.file}: ${result.error.message}`);
          }
        } catch (error) {
          // Hours of listening may be in what has been named already.
          if (!isCancellation(error) || results.length === 0) throw error;
          cancelled = true;
        }
        progress.end();
        await tell(terminal, { model: request.model, results, format, out });
        if (!cancelled) return exitCodeOf(results);
        terminal.say(`Cancelled after ${countOf(results.length, 'file')}.`);
        return EXIT.cancelled;
      }),
    );
};

function formatOf({ format, json }: ClassifyCommandOptions): Format {
  if (!json) return format ?? 'table';
  if (format === undefined || format === 'json') return 'json';
  throw new EngineError('invalid-argument', `--json and --format ${format} exclude each other.`);
}

interface Answer {
  readonly model: string;
  readonly results: readonly ClassifiedFile[];
  readonly format: Format;
  readonly out: string | undefined;
}

async function tell(terminal: Terminal, { model, results, format, out }: Answer): Promise<void> {
  if (format === 'audacity') {
    await tellTracks(terminal, results, out);
    return;
  }
  const text =
    format === 'json' ? toJsonDocument(model, results) : format === 'csv' ? toCsvTable(results) : toTextTable(results);
  if (out !== undefined) {
    await writeFileAtomic(out, text);
    terminal.say(`Written: ${out}`);
  }
  if (out === undefined || terminal.json) terminal.printRaw(text);
}

/** Audacity reads a track from a file of its own: several go into a folder. Files that could not be read have none. */
async function tellTracks(
  terminal: Terminal,
  results: readonly ClassifiedFile[],
  out: string | undefined,
): Promise<void> {
  const readable = results.filter(({ error }) => error === null);
  const [only] = readable;
  if (only === undefined) return;
  if (out === undefined) {
    terminal.printRaw(toAudacityTrack(only));
    return;
  }
  if (results.length === 1) {
    await writeFileAtomic(out, toAudacityTrack(only));
    terminal.say(`Written: ${out}`);
    return;
  }
  const tracks = await writeTracks(results, out);
  terminal.say(`Written: ${countOf(tracks, 'label track')} in ${out}`);
}

function refuseSeveralTracks(files: number): void {
  if (files < 2) return;
  throw new EngineError('invalid-argument', 'Each file has a label track of its own: name a folder for them (--out).');
}

/** What cannot be written is told before hours of listening, not after. */
async function prepareOut(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) {
    throw new EngineError('exists', `${path} exists already. Choose another name; nothing was overwritten.`);
  }
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw toEngineError(error, folder);
  }
}

/** Files that could not be read are told among the results; it is a failure when there is nothing else. */
function exitCodeOf(results: readonly ClassifiedFile[]): ExitCode {
  return results.some(({ error }) => error === null) || results.length === 0 ? EXIT.done : EXIT.failed;
}
