import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { EngineError, toEngineError } from '../common/errors.ts';

/** Longer than it takes from making a lock to writing into it. */
const NEW_LOCK_MS = 5000;

/**
 * Lets one process at a time write a cache. A lock whose process has ended is taken over.
 * @returns gives the lock back
 * @throws EngineError `exists` while another process holds it
 */
export async function lockCache(path: string): Promise<() => Promise<void>> {
  let holder: string | undefined;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      const cause = toEngineError(error, path);
      if (cause.code !== 'exists') throw cause;
    }
    holder = await holderOf(path);
    if (holder !== undefined) break;
    await rm(path, { force: true });
  }
  const who = holder ?? 'just begun';
  throw new EngineError(
    'exists',
    `The features are being made by another run (${who}). Wait for it to end, or delete ${path}.`,
  );
}

/**
 * Who holds the lock, in words; undefined where its process has ended. A lock without a number is that of a process which is
 * just about to write it, unless it was killed before it could.
 */
async function holderOf(path: string): Promise<string | undefined> {
  try {
    const pid = Number.parseInt(await readFile(path, 'utf8'), 10);
    if (Number.isInteger(pid) && pid > 0) return isRunning(pid) ? `process ${pid}` : undefined;
    return Date.now() - (await stat(path)).mtimeMs < NEW_LOCK_MS ? 'just begun' : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Someone else's process may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
