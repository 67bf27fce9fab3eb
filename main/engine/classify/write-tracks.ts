import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toEngineError } from '../common/errors.ts';
import { writeFileAtomic } from '../common/files.ts';
import { audacityTrackName, toAudacityTrack } from './formats.ts';
import type { ClassifiedFile } from './result.ts';

/**
 * Writes a label track for each file that could be read into a folder, which is made where it is missing.
 * @returns how many
 * @throws EngineError `permission-denied`, `disk-full`
 */
export async function writeTracks(results: readonly ClassifiedFile[], folder: string): Promise<number> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw toEngineError(error, folder);
  }
  const readable = results.filter(({ error }) => error === null);
  const taken = new Set<string>();
  for (const result of readable) {
    const name = freeName(audacityTrackName(result.file), taken);
    await writeFileAtomic(join(folder, name), toAudacityTrack(result));
  }
  return readable.length;
}

/**
 * Files of one name from several folders must not overwrite each other's tracks, nor do so where a system takes upper and
 * lower case for the same.
 */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) {
    free = name.replace(/\.labels\.txt$/u, ` (${number}).labels.txt`);
  }
  taken.add(free.toLowerCase());
  return free;
}
