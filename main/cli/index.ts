import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { EngineError, isCancellation, toEngineError } from '../engine/common/errors.ts';
import { defaultLibraryFolder } from '../engine/library/folder.ts';
import { APP_VERSION } from '../engine/common/version.ts';
import type { RunInSession } from './command.ts';
import { defineClassify } from './commands/classify.ts';
import { defineCrossValidate } from './commands/cross-validate.ts';
import { defineEvaluate } from './commands/evaluate.ts';
import { defineExport } from './commands/export.ts';
import { defineMakeStarter } from './commands/make-starter.ts';
import { defineSample } from './commands/sample.ts';
import { defineScan } from './commands/scan.ts';
import { defineTrain } from './commands/train.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { optionDescription } from './help.ts';
import { ProgressView } from './progress.ts';
import { errorDocument, Terminal } from './terminal.ts';

interface GlobalOptions {
  readonly json: boolean;
  readonly details: boolean;
  readonly library?: string;
}

/** The bundle of the feature workers, which lies beside the bundle of this program. */
const WORKER_FILE = join(__dirname, 'features-worker.cjs');

/** The network that comes with InstruNet, where there is one. */
const STARTER_FOLDER = process.env['INSTRUNET_STARTER'] ?? join(__dirname, '..', 'resources', 'starter-model');

const DEFINITIONS = [
  defineSample,
  defineScan,
  defineTrain,
  defineCrossValidate,
  defineEvaluate,
  defineClassify,
  defineExport,
  defineMakeStarter,
];

async function main(argv: readonly string[]): Promise<ExitCode> {
  const controller = new AbortController();
  stopOnSignals(controller);
  let exit: ExitCode = EXIT.done;

  const program = new Command('instrunet')
    .description('Train a network to recognise instruments in your audio, and find out honestly how good it is.')
    .version(APP_VERSION)
    .addOption(new Option('--json', 'print one JSON document on stdout and nothing else').default(false))
    .addOption(new Option('--details', 'show the technical details of an error').default(false))
    .addOption(
      new Option('--library <folder>', 'where what was found in your folders is kept (default: your user data)'),
    )
    .showHelpAfterError('(--help shows what there is)')
    .configureHelp({ showGlobalOptions: true, optionDescription })
    .exitOverride();

  const inSession: RunInSession = async (work) => {
    const options = program.opts<GlobalOptions>();
    const interactive = process.stderr.isTTY && !options.json;
    const terminal = new Terminal(process.stdout, process.stderr, interactive, options.json, options.details);
    const progress = new ProgressView(terminal);
    const context = {
      libraryFolder: options.library ?? defaultLibraryFolder(),
      workerFile: WORKER_FILE,
      starterFolder: STARTER_FOLDER,
    };
    try {
      exit = await work({ context, terminal, progress, signal: controller.signal });
      progress.end();
    } catch (error) {
      progress.end();
      exit = tell(error, terminal);
    }
  };

  for (const define of DEFINITIONS) define(program, inSession);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.done;
    if (argv.includes('--json')) process.stdout.write(wrongUseDocument(error));
    return EXIT.wrongUse;
  }
  return exit;
}

/** Commander has told people on stderr already; a program reads stdout. */
function wrongUseDocument({ message }: CommanderError): string {
  const words = message.replace(/^error: /u, '');
  return errorDocument(new EngineError('invalid-argument', words === '(outputHelp)' ? 'No command was given.' : words));
}

function tell(error: unknown, terminal: Terminal): ExitCode {
  if (isCancellation(error)) {
    terminal.printJson({ cancelled: true });
    terminal.say('Cancelled.');
    return EXIT.cancelled;
  }
  const known = toEngineError(error);
  terminal.sayError(known);
  return known instanceof EngineError && known.code === 'invalid-argument' ? EXIT.wrongUse : EXIT.failed;
}

/** npm hands a Ctrl-C on that the terminal has told this process already; so close together, two are one. */
const SAME_SIGNAL_MS = 500;

/** The first Ctrl-C asks the work to stop in order; a second one does not wait for it. */
function stopOnSignals(controller: AbortController): void {
  let asked = 0;
  const stop = (): void => {
    if (!controller.signal.aborted) {
      asked = performance.now();
      controller.abort();
    } else if (performance.now() - asked > SAME_SIGNAL_MS) process.exit(EXIT.cancelled);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** News that cannot be told (the reader of `… 2>&1 | head` went away, the disk of a log is full) are no reason to lose the work. */
process.stderr.on('error', () => undefined);

/** A reader of the result that went away has had enough; a result that could not be written whole is a failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  process.stderr.write(`Error: ${toEngineError(error, 'The output').message}\n`);
  process.exit(EXIT.failed);
});

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
