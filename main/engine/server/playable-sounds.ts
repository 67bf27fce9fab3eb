import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPlayable, writePlayable } from '../audio/playable.ts';
import { toEngineError } from '../common/errors.ts';
import { exists, temporaryBeside } from '../common/files.ts';
import { sha256 } from '../common/hash.ts';

/** Files that the page's player understands: the user's own, and copies of those that it would not play. */
export class PlayableSounds {
  readonly #folder: string;
  /** Copies that are being written: whoever asks meanwhile waits for the same one. */
  readonly #writing = new Map<string, Promise<void>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws EngineError as `isPlayable` and `writePlayable` */
  async of(path: string): Promise<string> {
    if (await isPlayable(path)) return path;
    const { size, mtimeMs } = await stat(path);
    const copy = join(this.#folder, `${sha256(JSON.stringify([path, size, mtimeMs]))}.flac`);
    if (await exists(copy)) return copy;
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
    } catch (error) {
      await rm(temporary, { force: true });
      throw toEngineError(error, copy);
    }
  }
}
