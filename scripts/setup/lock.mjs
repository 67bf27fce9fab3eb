import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 5_000;
/** A holder that has not shown a sign of life for so long is gone, whatever its process number says. */
const SILENT_MS = 60_000;
const POLL_MS = 250;

/**
 * Does work while no other process holds the same lock. The lock is a file that names its holder and is touched while
 * the holder lives; a lock whose holder died is taken over at once.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {(holder: string) => void} onWait called once when there is someone to wait for
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait) {
  await mkdir(dirname(file), { recursive: true });
  const own = JSON.stringify({ process: process.pid, host: hostname(), token: randomUUID() });
  await acquire(file, own, onWait);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await readIfThere(file)) === own) {
      await rm(file, { force: true });
    }
  }
}

/**
 * @param {string} file
 * @param {string} own
 * @param {(holder: string) => void} onWait
 */
async function acquire(file, own, onWait) {
  // Linking a finished file makes lock and contents appear together: nobody can see a lock without a holder.
  const prepared = `${file}.${randomUUID()}`;
  await writeFile(prepared, own);
  try {
    for (let waiting = false; !(await linked(prepared, file));) {
      const holder = await readIfThere(file);
      if (holder !== null && (await isGone(file, holder))) {
        await takeAway(file, holder);
        continue;
      }
      if (!waiting && holder !== null) {
        waiting = true;
        onWait(`process ${JSON.parse(holder).process}`);
      }
      await sleep(POLL_MS);
    }
  } finally {
    await rm(prepared, { force: true });
  }
}

/**
 * @param {string} prepared
 * @param {string} file
 */
async function linked(prepared, file) {
  try {
    await link(prepared, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/**
 * @param {string} file
 * @param {string} holder
 */
async function isGone(file, holder) {
  const { process: holderProcess, host } = JSON.parse(holder);
  if (host === hostname() && !isRunning(holderProcess)) {
    return true;
  }
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > SILENT_MS;
}

/**
 * Removes the lock of a holder that is gone, unless another waiter was quicker and holds it by now.
 * @param {string} file
 * @param {string} holder
 */
async function takeAway(file, holder) {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') {
      return;
    }
    throw error;
  }
  if ((await readIfThere(aside)) !== holder) {
    await link(aside, file).catch(() => undefined);
  }
  await rm(aside, { force: true });
}

/** @param {string} file */
async function readIfThere(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

/** @param {number} processId */
function isRunning(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
