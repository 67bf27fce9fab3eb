import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from './command.mjs';
import { ROOT } from './places.mjs';
import { SetupProblem, messageOf } from './problem.mjs';

const LOCK_FILE = join(ROOT, 'package-lock.json');
const QUIETLY = ['--no-audit', '--no-fund'];
/** npm's own record of what it installed. */
const INSTALLED_FILE = join(ROOT, 'node_modules', '.package-lock.json');

/** @type {import('./steps.mjs').Step} */
export const npmPackages = {
  id: 'packages',
  title: 'npm packages',
  key: () => createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex'),
  async install() {
    const taken = isInstalled(readJson(LOCK_FILE), readJson(INSTALLED_FILE))
      ? { source: 'installed before' }
      : await installPackages();
    const count = Object.keys(readJson(INSTALLED_FILE)?.packages ?? {}).length;
    return { version: `${count} packages`, ...taken, files: [INSTALLED_FILE] };
  },
};

async function installPackages() {
  // From here on the folder is in the making; without npm's record nothing takes it for whole.
  await rm(INSTALLED_FILE, { force: true });
  try {
    await npm(['ci', ...QUIETLY], { cwd: ROOT });
    return { source: 'npm ci' };
  } catch (error) {
    throw new SetupProblem(messageOf(error), 'see whether the npm registry can be reached: npm ping');
  }
}

/**
 * Whether npm's record says that every package of the lock file is there in its version. Optional ones may be
 * missing: they are for other platforms.
 * @param {{packages: Record<string, {version?: string, optional?: boolean}>} | null} lock
 * @param {{packages: Record<string, {version?: string}>} | null} installed
 */
export function isInstalled(lock, installed) {
  if (lock === null || installed === null) {
    return false;
  }
  return Object.entries(lock.packages).every(([path, entry]) => {
    const there = installed.packages[path];
    return path === '' || (there === undefined ? entry.optional === true : there.version === entry.version);
  });
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}
