import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { hasDisplay } from './display.mjs';
import { electron } from './setup/electron.mjs';
import { ffmpeg } from './setup/ffmpeg.mjs';
import { node24 } from './setup/node24.mjs';
import { nodeVersion } from './setup/node-version.mjs';
import { npmPackages } from './setup/npm-packages.mjs';
import { SetupProblem, messageOf } from './setup/problem.mjs';
import { python } from './setup/python.mjs';
import { doSteps } from './setup/steps.mjs';
import { systemLibraries } from './setup/system-libraries.mjs';
import { tensorflow } from './setup/tensorflow.mjs';

/** What the engine and the command line run on. */
export const ENGINE_STEPS = [nodeVersion, npmPackages, ffmpeg, tensorflow];

/**
 * What the window needs as well. Where none can be opened, all goes on in the terminal, also without Electron.
 * @param {boolean} screen
 * @returns {readonly import('./setup/steps.mjs').Step[]}
 */
export function appSteps(screen) {
  const optional = !screen;
  return [...ENGINE_STEPS, { ...systemLibraries(false), optional }, { ...electron, optional }];
}

/** What the engine is measured beside. */
export const BENCH_STEPS = [...ENGINE_STEPS, { ...python, optional: true }];
export const TEST_STEPS = [...ENGINE_STEPS, systemLibraries(true), electron, node24, { ...python, optional: true }];

/**
 * Brings this clone to where it can run. A step that cannot be done ends the process with exit code 1.
 * @param {readonly import('./setup/steps.mjs').Step[]} steps
 * @param {object} [output]
 * @param {NodeJS.WritableStream} [output.stream]
 * @param {boolean} [output.quietIfDone]
 */
export async function setUp(steps, { stream = process.stdout, quietIfDone = false } = {}) {
  try {
    await doSteps(steps, { print: (line) => stream.write(`${line}\n`), quietIfDone });
  } catch (error) {
    process.stderr.write(`\n${messageOf(error)}\n${error instanceof SetupProblem ? error.next : error.stack}\n`);
    process.exit(1);
  }
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  await setUp(argv.includes('--tests') ? TEST_STEPS : appSteps(hasDisplay()));
}
