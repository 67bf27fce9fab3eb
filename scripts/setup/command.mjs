import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SUPERVISOR = join(dirname(fileURLToPath(import.meta.url)), 'supervise.mjs');
const TAIL_LINES = 6;
const NPM_LINES = 3;
const NAMING_WORDS = 4;
const TAIL_CHARACTERS = 700;

/**
 * Runs a command without a terminal and without input.
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.environment] added to the environment of set-up
 * @param {number} [options.limitMs] after so long it is ended and counts as failed
 * @param {boolean} [options.finishAlways] let it finish even when set-up is killed (a package manager of the system)
 * @param {(output: string) => string} [options.summarise] picks the words for the error message out of all it wrote
 * @returns {Promise<string>} what it wrote to standard output
 * @throws {Error} naming the command, with the last words it wrote, when it does not exit with 0
 */
export function run(command, parameters, options = {}) {
  const { cwd, environment = {}, limitMs, finishAlways = false, summarise = lastWords } = options;
  const whole = finishAlways ? [command, ...parameters] : [process.execPath, SUPERVISOR, command, ...parameters];
  return new Promise((done, failed) => {
    const child = spawn(whole[0], whole.slice(1), {
      cwd,
      env: { ...process.env, ...environment },
      stdio: [finishAlways ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const out = [];
    const all = [];
    let timedOut = false;
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGTERM');
          }, limitMs);
    child.stdout.on('data', (chunk) => {
      out.push(chunk);
      all.push(chunk);
    });
    child.stderr.on('data', (chunk) => all.push(chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      failed(new Error(`${command} could not be started: ${error.message}`));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0 && !timedOut) {
        done(Buffer.concat(out).toString('utf8'));
        return;
      }
      const how = timedOut ? `took longer than ${limitMs / 1000} s` : `ended with exit code ${code}`;
      const words = summarise(Buffer.concat(all).toString('utf8'));
      failed(new Error(`${commandName(command, parameters)} ${how}${words === '' ? '' : `: ${words}`}`));
    });
  });
}

/**
 * The end of a program's output, short enough for an error message.
 * @param {string} output
 */
export function lastWords(output) {
  const lines = output
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.slice(-TAIL_LINES).join('\n').slice(-TAIL_CHARACTERS);
}

/**
 * The file that a command's name stands for.
 * @param {string} name
 * @returns {string | null}
 */
export function onPath(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (folder !== '' && isExecutable(file)) {
        return file;
      }
    }
  }
  return null;
}

/**
 * npm's own program: the one this script was started by, the one on PATH, or the one that came with Node.
 * @returns {string} path of `npm-cli.js`
 */
export function npmProgram() {
  const started = process.env.npm_execpath;
  const found = onPath('npm');
  const beside = dirname(process.execPath);
  const candidates = [
    started,
    found === null ? undefined : realpathSync(found),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const program = candidates.find((file) => file !== undefined && /npm-cli\.c?js$/.test(file) && existsSync(file));
  if (program === undefined) {
    throw new Error('npm was found neither on PATH nor beside Node.');
  }
  return program;
}

/**
 * @param {readonly string[]} parameters
 * @param {Parameters<typeof run>[2]} [options]
 */
export function npm(parameters, options) {
  return run(process.execPath, [npmProgram(), ...parameters], { summarise: firstNpmErrors, ...options });
}

/**
 * npm says first what went wrong, then how its command is used.
 * @param {string} output
 */
export function firstNpmErrors(output) {
  const lines = output.split('\n').filter((line) => /^npm error \S/.test(line));
  return lines
    .slice(0, NPM_LINES)
    .map((line) => line.replace('npm error ', ''))
    .join('\n');
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * What a message calls a command: `node npm-cli.js ci`, `python3 -m pip download`.
 * @param {string} command
 * @param {readonly string[]} parameters
 */
function commandName(command, parameters) {
  const words = [command, ...parameters];
  return words
    .slice(0, NAMING_WORDS)
    .map((word) => basename(word))
    .join(' ');
}
