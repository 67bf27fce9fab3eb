import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { CLI_BUNDLE } from '../../scripts/build.mjs';

export interface CliResult {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly finished: Promise<CliResult>;
  /** Resolves when stderr holds the text; rejects when the command ends before. */
  saw(text: string): Promise<void>;
}

/** Starts the bundled command line with a library, and a place for the starter network, of its own inside `folder`. */
export function startCli(folder: string, parameters: readonly string[]): RunningCli {
  const child = spawn(process.execPath, [CLI_BUNDLE, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, INSTRUNET_LIBRARY: join(folder, 'library'), INSTRUNET_STARTER: join(folder, 'starter') },
  });
  let stdout = '';
  let stderr = '';
  const waiting: { text: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const { text: wanted, resolve } of waiting) if (stderr.includes(wanted)) resolve();
  });
  const finished = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      for (const { text, reject: give } of waiting) give(new Error(`ended without saying "${text}":\n${stderr}`));
      resolve({ code, stdout, stderr });
    });
  });
  const saw = (text: string): Promise<void> =>
    stderr.includes(text)
      ? Promise.resolve()
      : new Promise((resolve, reject) => {
          waiting.push({ text, resolve, reject });
        });
  return { child, finished, saw };
}

/** Runs the bundled command line to its end. */
export function runCli(folder: string, ...parameters: string[]): Promise<CliResult> {
  return startCli(folder, parameters).finished;
}

/** The one JSON document of a command that must have succeeded. */
export function documentOf({ code, stdout, stderr }: CliResult): unknown {
  if (code !== 0) throw new Error(`exit code ${String(code)}:\n${stderr}`);
  return JSON.parse(stdout);
}
