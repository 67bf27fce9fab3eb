import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Shells add the number of the signal to this. */
const SIGNAL_EXIT = 128;

/**
 * Runs a script under this Node to its end, without input and on this process's output. Ctrl-C reaches it from the terminal by itself, and
 * this process waits for how it ends; a request to end that only this process hears is handed on, so that nothing goes
 * on by itself.
 * @param {readonly string[]} parameters the script, and before it options of Node, behind it those of the script
 * @param {{cwd: string, env?: NodeJS.ProcessEnv}} options
 * @returns {Promise<number>} exit code; as shells count it, where a signal ended the script
 */
export function runNode(parameters, options) {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, parameters, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    const wait = () => undefined;
    /** @param {NodeJS.Signals} signal */
    const handOn = (signal) => child.kill(signal);
    process.on('SIGINT', wait).on('SIGTERM', handOn).on('SIGHUP', handOn);
    const forget = () => process.off('SIGINT', wait).off('SIGTERM', handOn).off('SIGHUP', handOn);
    child.on('error', (error) => {
      forget();
      failed(error);
    });
    child.on('close', (code, signal) => {
      forget();
      done(code ?? SIGNAL_EXIT + constants.signals[signal]);
    });
  });
}
