import type { Command } from 'commander';
import type { EngineContext } from '../engine/workflows/context.ts';
import type { ExitCode } from './exit-codes.ts';
import type { ProgressView } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** What every command is given beside its own arguments. */
export interface Session {
  readonly context: EngineContext;
  readonly terminal: Terminal;
  readonly progress: ProgressView;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Runs a command's work in a session; `index.ts` turns what it throws into words and another exit code. */
export type RunInSession = (work: (session: Session) => Promise<ExitCode>) => Promise<void>;

/** Adds one command to the program. */
export type CommandDefinition = (program: Command, inSession: RunInSession) => void;

/** The examples below a command's options in `--help`. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ npm run -s instrunet -- ${line}`).join('\n')}\n`;
}
