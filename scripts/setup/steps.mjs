import { existsSync, readFileSync } from 'node:fs';
import { access, constants, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removePartialFolders } from './cache.mjs';
import { withLock } from './lock.mjs';
import { RUNTIMES_FILE, cacheRoot } from './places.mjs';
import { SetupProblem, messageOf } from './problem.mjs';

const TITLE_WIDTH = 24;

/**
 * What a step found or installed, as it stands in `runtimes.json`.
 * @typedef {object} Section
 * @property {string} version
 * @property {string} source where it was taken from
 * @property {string} [insteadOf] why it was not the official source
 * @property {string} [path] the program, where the step is about one
 * @property {string[]} files what has to be there for the step to count as done
 */

/**
 * @typedef {object} Step
 * @property {string} id its name in `runtimes.json`
 * @property {string} title
 * @property {() => string} key all that its result depends on; when this changes, the step is done again
 * @property {() => Promise<boolean>} [isCurrent] a further condition for leaving it as it is
 * @property {() => Promise<Section>} install
 * @property {boolean} [optional] whether the rest goes on without it
 */

/**
 * Does the steps that are not done yet, in their order.
 * @param {readonly Step[]} steps
 * @param {object} output
 * @param {(line: string) => void} output.print called once for each step
 * @param {boolean} output.quietIfDone print nothing when there is nothing to do
 * @param {string} [output.file] where the results are kept
 * @throws {SetupProblem} naming the step that could not be done
 */
export async function doSteps(steps, { print, quietIfDone, file = RUNTIMES_FILE }) {
  const runtimes = readRuntimes(file);
  if ((await Promise.all(steps.map((step) => isDone(step, runtimes)))).every(Boolean)) {
    if (!quietIfDone) {
      for (const step of steps) {
        print(stepLine(step.title, describe(runtimes[step.id]), 'in place'));
      }
    }
    return;
  }
  await ensureCache();
  await withLock(
    join(cacheRoot(), 'setup.lock'),
    async () => {
      await removePartialFolders();
      // Read anew: while this set-up waited for the lock, another one may have done the work.
      const current = readRuntimes(file);
      for (const step of steps) {
        print(await doStep(step, current));
        await writeRuntimes(current, file);
      }
    },
    (holder) => print(`Waiting for another set-up (${holder}) to finish.`),
  );
}

/** Everything that is downloaded goes there, so it is tried before any step. */
async function ensureCache() {
  const folder = cacheRoot();
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new SetupProblem(
      `Set-up stopped before its first step: its cache cannot be written: ${messageOf(error)}.`,
      `Next: make ${folder} writable for yourself, or name a folder that is in the variable XDG_CACHE_HOME.`,
    );
  }
}

/**
 * @param {Step} step
 * @param {Record<string, object>} runtimes is brought up to date
 * @returns {Promise<string>} the line that says how it went
 */
async function doStep(step, runtimes) {
  if (await isDone(step, runtimes)) {
    return stepLine(step.title, describe(runtimes[step.id]), 'in place');
  }
  const started = Date.now();
  try {
    const section = await step.install();
    runtimes[step.id] = { key: step.key(), ...section };
    return stepLine(step.title, describe(section), seconds(started));
  } catch (error) {
    const reason = messageOf(error);
    if (step.optional !== true) {
      const next = error instanceof SetupProblem ? error.next : 'mend that and start again; what is done stays done.';
      throw new SetupProblem(`Set-up stopped at “${step.title}”: ${reason}.`, `Next: ${next}`);
    }
    runtimes[step.id] = { path: null, reason };
    return stepLine(step.title, `absent: ${reason}`, seconds(started));
  }
}

/**
 * Whether a step need not be done again.
 * @param {Step} step
 * @param {Record<string, object>} runtimes
 */
async function isDone(step, runtimes) {
  const section = runtimes[step.id];
  return (
    section !== undefined &&
    section.key === step.key() &&
    section.files.every((file) => existsSync(file)) &&
    (step.isCurrent === undefined || (await step.isCurrent()))
  );
}

/**
 * What set-up has resolved in this clone so far: a `Section` with its key for each step. A record that was damaged counts as
 * none, so every step is looked at again.
 * @param {string} file
 * @returns {Record<string, object>}
 */
export function readRuntimes(file = RUNTIMES_FILE) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) {
      return {};
    }
    throw error;
  }
}

/**
 * @param {Record<string, object>} runtimes
 * @param {string} file
 */
async function writeRuntimes(runtimes, file) {
  await mkdir(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, `${JSON.stringify(runtimes, null, 2)}\n`);
  await rename(beside, file);
}

/** @param {Section} section */
export function describe({ version, source, insteadOf }) {
  const taken = [version, source].filter((part) => part !== '').join(', ');
  return insteadOf === undefined ? taken : `${taken} (fall-back: ${insteadOf})`;
}

/**
 * @param {string} title
 * @param {string} detail
 * @param {string} time
 */
export function stepLine(title, detail, time) {
  return `${title.padEnd(TITLE_WIDTH)} ${detail} [${time}]`;
}

/** @param {number} started */
function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}
