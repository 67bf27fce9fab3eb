import { resolve } from 'node:path';
import { ROOT } from './setup/places.mjs';

/**
 * The folder in which the user typed the command, from which its relative paths are meant. npm starts a script in the
 * folder of the package, wherever npm itself was called.
 * @param {string} current the folder in which this process was started
 * @param {NodeJS.ProcessEnv} environment
 * @returns {string}
 */
export function whereTyped(current = process.cwd(), environment = process.env) {
  const startedByNpm = environment.npm_lifecycle_event !== undefined && resolve(current) === resolve(ROOT);
  return startedByNpm ? (environment.INIT_CWD ?? current) : current;
}
