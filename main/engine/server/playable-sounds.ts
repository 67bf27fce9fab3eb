import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isPlayable, writePlayable } from '../audio/playable.ts';
import { toEngineError } from '../common/errors.ts';
import { exists, temporaryBeside } from '../common/files.ts';
import { sha256 } from '../common/hash.ts';

/** How much of the disk copies may take. */
export interface CopyLimit {
  readonly bytes: number;
  /** A copy that was asked for within so many milliseconds may be playing, and stays. */
  readonly inUseMs: number;
}

const LIMIT: CopyLimit = { bytes: 2e9, inUseMs: 10 * 60_000 };

/**
 * Files that the page's player understands: the user's own, and copies of those that it would not play. The copies that
 * were used longest ago go when there are too many; when each was used last is its time on the disk.
 */
export class PlayableSounds {
  readonly #folder: string;
  readonly #limit: CopyLimit;
  /** Copies that are being written: whoever asks meanwhile waits for the same one. */
  readonly #writing = new Map<string, Promise<void>>();

  constructor(folder: string, limit = LIMIT) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /** @throws EngineError as `isPlayable` and `writePlayable` */
  async of(path: string): Promise<string> {
    if (await isPlayable(path)) return path;
    const { size, mtimeMs } = await stat(path);
    const copy = join(this.#folder, `${sha256(JSON.stringify([path, size, mtimeMs]))}.flac`);
    if (await touch(copy)) return copy;
    const writing = this.#writing.get(copy) ?? this.#write(path, copy);
    this.#writing.set(copy, writing);
    try {
      await writing;
    } finally {
      this.#writing.delete(copy);
    }
    return copy;
  }

  async #write(path: string, copy: string): Promise<void> {
    const temporary = temporaryBeside(copy);
    try {
      await mkdir(this.#folder, { recursive: true });
      await writePlayable(path, temporary);
      await rename(temporary, copy);
      await this.#trim();
    } catch (error) {
      await rm(temporary, { force: true });
      throw toEngineError(error, copy);
    }
  }

  /** What cannot be looked at or taken away now is left for the next time. */
  async #trim(): Promise<void> {
    const paths = (await readdir(this.#folder)).map((name) => join(this.#folder, name));
    const files = await Promise.all(
      paths.map((path) =>
        stat(path).then(
          ({ size, mtimeMs }) => ({ path, size, used: mtimeMs }),
          () => null,
        ),
      ),
    );
    const known = files.flatMap((file) => file ?? []).sort((a, b) => a.used - b.used);
    let total = known.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size, used } of known) {
      if (total <= this.#limit.bytes || Date.now() - used < this.#limit.inUseMs) break;
      await rm(path, { force: true }).then(
        () => {
          total -= size;
        },
        () => undefined,
      );
    }
  }
}

/** Notes that a file is used now. @returns whether there is one */
async function touch(path: string): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(path, now, now);
    return true;
  } catch (error) {
    if (toEngineError(error, path).code === 'not-found') return false;
    // On a disk that cannot be written to, it only counts as older than it is.
    return exists(path);
  }
}
