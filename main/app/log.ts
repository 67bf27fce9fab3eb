import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';

const LARGEST_BYTES = 2 << 20;

/** The app's log: a file in the user's data, and one before it. */
export class Log {
  readonly file: string;

  /** @param folder made where it is missing */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, 'instrunet.log');
    try {
      if (statSync(this.file).size > LARGEST_BYTES) renameSync(this.file, join(folder, 'instrunet.old.log'));
    } catch {
      // There is none yet.
    }
  }

  readonly info = (message: string): void => {
    this.#write('info', message);
  };

  readonly error = (message: string, error?: unknown): void => {
    this.#write('error', error === undefined ? message : `${message}: ${inspect(error)}`);
  };

  #write(level: 'info' | 'error', message: string): void {
    try {
      appendFileSync(this.file, `${new Date().toISOString()} ${level.padEnd(5)} ${message}\n`);
    } catch {
      // A full disk must not end the app for want of its log.
    }
  }
}
