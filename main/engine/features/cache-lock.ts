import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { EngineError, toEngineError } from '../common/errors.ts';

/** Longer than it takes from making a lock to writing into it. */
const NEW_LOCK_MS = 5000;
/** How often a lock is asked for that another process is just taking over. */
const TRIES = 2;

/**
 * Lets one process at a time write a cache. A lock whose process has ended is taken over.
 * @returns gives the lock back
 * @throws EngineError `exists` while another process holds it
 */
export async function lockCache(path: string): Promise<() => Promise<void>> {
  let holder = 'just begun';
  for (let tries = 0; tries < TRIES;) {
    if (await make(path, String(process.pid))) return () => rm(path, { force: true });
    const state = await stateOf(path);
    if (typeof state === 'object') {
      holder = state.holder;
      break;
    }
    if (state === 'gone' || !(await removeEnded(path))) tries++;
  }
  throw new EngineError(
    'exists',
    `The features are being made by another run (${holder}). Wait for it to end, or delete ${path}.`,
  );
}

/** @returns whether there was no such file before */
async function make(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    const cause = toEngineError(error, path);
    if (cause.code === 'exists') return false;
    throw cause;
  }
}

/**
 * Removes the lock of a process that has ended. One process at a time does so: a second one would remove the lock that the
 * first has made in its place.
 * @returns whether it was removed here
 */
async function removeEnded(path: string): Promise<boolean> {
  const guard = `${path}.removal`;
  if (!(await make(guard, ''))) {
    // One that was killed in the middle of this has left its guard.
    if (await isOld(guard)) await rm(guard, { force: true });
    return false;
  }
  try {
    if ((await stateOf(path)) !== 'ended') return false;
    await rm(path, { force: true });
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

/**
 * Who holds a lock, in words, or that its process has ended, or that it is gone. A lock without a number is that of a process
 * which is just about to write it, unless it was killed before it could.
 */
async function stateOf(path: string): Promise<{ readonly holder: string } | 'ended' | 'gone'> {
  try {
    const pid = Number.parseInt(await readFile(path, 'utf8'), 10);
    if (Number.isInteger(pid) && pid > 0) return isRunning(pid) ? { holder: `process ${pid}` } : 'ended';
    return (await isOld(path)) ? 'ended' : { holder: 'just begun' };
  } catch {
    return 'gone';
  }
}

async function isOld(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs >= NEW_LOCK_MS;
  } catch {
    return false;
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
