import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { toEngineError } from '../common/errors.ts';
import { temporaryBeside } from '../common/files.ts';
import { ProgressReporter, type TaskOptions } from '../common/task.ts';
import { refuseExisting, RUN_FILES } from '../library/run-folder.ts';

/** Already compressed as far as it goes: trying again costs time alone. */
const PACKED: ReadonlySet<string> = new Set(['.png', '.keras']);
/** What a report does without: the network, and what is needed to go on training. */
const NO_REPORT: ReadonlySet<string> = new Set([RUN_FILES.model, RUN_FILES.checkpoint]);
const FIRST_YEAR_OF_ZIP = 1980;

/**
 * Copies what a run found (tables, figures, charts) into a new folder, without the network.
 * @throws EngineError `exists`, `disk-full`, `permission-denied`; AbortError, leaving nothing
 */
export async function exportReport(run: string, out: string, task: TaskOptions = {}): Promise<void> {
  const to = resolve(out);
  await refuseExisting(to);
  const files = (await filesIn(run)).filter((file) => !file.split('/').some((part) => NO_REPORT.has(part)));
  const progress = new ProgressReporter('export', files.length, 'files', task.onProgress);
  await besides(to, async (temporary) => {
    for (const file of files) {
      task.signal?.throwIfAborted();
      const target = join(temporary, ...file.split('/'));
      await mkdir(dirname(target), { recursive: true });
      await copyFile(join(run, ...file.split('/')), target);
      progress.advance();
    }
  });
}

/**
 * Packs a whole run folder into one zip, reading and writing piece by piece. A file of that name is replaced.
 * @throws EngineError `disk-full`, `permission-denied`; AbortError, leaving what was there
 */
export async function zipRun(run: string, out: string, task: TaskOptions = {}): Promise<void> {
  const files = await filesIn(run);
  const progress = new ProgressReporter('export', files.length, 'files', task.onProgress);
  await besides(resolve(out), async (temporary) => {
    const file = await open(temporary, 'wx');
    try {
      const archive = new Archive(file);
      for (const name of files) {
        await archive.add(join(run, ...name.split('/')), `${basename(run)}/${name}`, task.signal);
        progress.advance();
      }
      await archive.end();
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** A zip that is written while it is made: what the packer gives out is on the disk before it is fed again. */
class Archive {
  readonly #file: FileHandle;
  readonly #zip: Zip;
  #ready: Uint8Array[] = [];
  #error: Error | null = null;

  constructor(file: FileHandle) {
    this.#file = file;
    this.#zip = new Zip((error, bytes) => {
      if (error !== null) this.#error = error;
      else this.#ready.push(bytes);
    });
  }

  async add(path: string, name: string, signal: AbortSignal | undefined): Promise<void> {
    const entry = PACKED.has(extname(name)) ? new ZipPassThrough(name) : new ZipDeflate(name);
    const { mtime } = await stat(path);
    if (mtime.getFullYear() >= FIRST_YEAR_OF_ZIP) entry.mtime = mtime;
    this.#zip.add(entry);
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      signal?.throwIfAborted();
      entry.push(chunk, false);
      await this.#write();
    }
    entry.push(new Uint8Array(), true);
    await this.#write();
  }

  async end(): Promise<void> {
    this.#zip.end();
    await this.#write();
  }

  async #write(): Promise<void> {
    const ready = this.#ready;
    this.#ready = [];
    if (this.#error !== null) throw this.#error;
    for (const bytes of ready) await this.#file.writeFile(bytes);
  }
}

/** Writes beside a place and renames; what goes wrong leaves nothing behind. */
async function besides(out: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryBeside(out);
  try {
    await write(temporary);
    await rename(temporary, out);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (error instanceof Error && error.name === 'AbortError') throw error;
    throw toEngineError(error, out);
  }
}

/** Paths of all files in a folder and below it, `/` between their parts, sorted. */
async function filesIn(folder: string, within = ''): Promise<string[]> {
  const entries = await readdir(join(folder, within), { withFileTypes: true });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = within === '' ? entry.name : `${within}/${entry.name}`;
      return entry.isDirectory() ? filesIn(folder, path) : Promise.resolve(entry.isFile() ? [path] : []);
    }),
  );
  return found.flat().sort();
}
