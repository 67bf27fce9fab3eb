import { onPath, run } from './command.mjs';
import { SetupProblem, messageOf } from './problem.mjs';

/**
 * Makes sure that packages of a Debian or Ubuntu system are installed.
 * @param {readonly string[]} names as Debian 12 calls them; the `t64` names of later releases are found by themselves
 * @param {string} purpose what they are for, to say when they cannot be installed
 * @returns {Promise<readonly string[]>} those installed just now
 */
export async function ensureDebianPackages(names, purpose) {
  const missing = await missingDebianPackages(names);
  if (missing.length === 0) {
    return [];
  }
  if (process.getuid?.() !== 0) {
    throw new SetupProblem(`${purpose} needs ${missing.join(', ')}`, `run: sudo apt-get install ${missing.join(' ')}`);
  }
  try {
    await aptInstall(missing);
  } catch {
    // The lists may be old or absent, and an earlier installation may have been interrupted.
    try {
      await aptGet('dpkg', ['--configure', '-a']);
      await aptGet('apt-get', ['update', '-q']);
      await aptInstall(await currentNames(missing));
    } catch (error) {
      throw new SetupProblem(messageOf(error), `run: apt-get update && apt-get install ${missing.join(' ')}`);
    }
  }
  return missing;
}

/** Whether this system's packages can be asked for by name at all. */
export function hasDebianPackages() {
  return process.platform === 'linux' && onPath('dpkg-query') !== null && onPath('apt-get') !== null;
}

/**
 * @param {readonly string[]} names
 * @returns {Promise<string[]>}
 */
export async function missingDebianPackages(names) {
  const listing = await run('dpkg-query', ['--show', '--showformat', '${db:Status-Abbrev}\t${Package}\n'], {
    finishAlways: true,
  });
  return missingFrom(listing, names);
}

/**
 * @param {string} listing lines of `ii <tab> package`
 * @param {readonly string[]} names
 */
export function missingFrom(listing, names) {
  const installed = new Set(
    listing
      .split('\n')
      .filter((line) => line.startsWith('ii'))
      .map((line) => line.split('\t')[1]),
  );
  return names.filter((name) => !installed.has(name) && !installed.has(`${name}t64`));
}

/** @param {readonly string[]} names */
async function currentNames(names) {
  const known = await run('apt-cache', ['pkgnames'], { finishAlways: true });
  const available = new Set(known.split('\n'));
  return names.map((name) => (available.has(`${name}t64`) ? `${name}t64` : name));
}

/** @param {readonly string[]} names */
function aptInstall(names) {
  return aptGet('apt-get', [
    'install',
    '-y',
    '-q',
    '--no-install-recommends',
    '-o',
    'DPkg::Lock::Timeout=300',
    ...names,
  ]);
}

/**
 * @param {string} command
 * @param {readonly string[]} parameters
 */
function aptGet(command, parameters) {
  return run(command, parameters, { environment: { DEBIAN_FRONTEND: 'noninteractive' }, finishAlways: true });
}
