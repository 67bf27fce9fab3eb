import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot } from './places.mjs';

const PARTIAL = 'partial';

/**
 * An entry of the shared cache, made if it is not there. It is filled in a temporary folder and renamed once it has
 * proved to work, so that what stands under its name is always whole.
 * @param {string} name
 * @param {object} entry
 * @param {(folder: string) => Promise<void>} entry.fill
 * @param {(folder: string) => Promise<unknown>} entry.verify throws when the folder does not hold something that works
 * @returns {Promise<string>} the entry's folder
 */
export async function cached(name, { fill, verify }) {
  const folder = join(cacheRoot(), name);
  if (existsSync(folder)) {
    try {
      await verify(folder);
      return folder;
    } catch {
      await discard(folder);
    }
  }
  await withPartialFolder(async (partial) => {
    const filled = join(partial, 'entry');
    await mkdir(filled);
    await fill(filled);
    await verify(filled);
    await rename(filled, folder);
  });
  return folder;
}

/**
 * @template T
 * @param {(folder: string) => Promise<T>} work given an empty folder, which is removed afterwards
 * @returns {Promise<T>}
 */
export async function withPartialFolder(work) {
  const parent = join(cacheRoot(), PARTIAL);
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'p-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes what killed set-ups left unfinished. Only for the holder of the lock: everyone else's work is in there. */
export async function removePartialFolders() {
  await rm(join(cacheRoot(), PARTIAL), { recursive: true, force: true });
}

/**
 * Takes an entry out of the cache in one stroke, then deletes it.
 * @param {string} folder
 */
export async function discard(folder) {
  await withPartialFolder((partial) => rename(folder, join(partial, 'discarded')));
}
