import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What set-up knows about this clone; goes with `node_modules`, so a fresh installation forgets it. */
export const STATE_FOLDER = join(ROOT, 'node_modules', '.instrunet');

/** Where set-up writes what it resolved, for the other scripts and the tests. */
export const RUNTIMES_FILE = join(STATE_FOLDER, 'runtimes.json');

/** `linux-x64`, `darwin-arm64` …: part of the name of everything that is native. */
export const PLATFORM = `${process.platform}-${process.arch}`;

/**
 * The folder that all clones of one user share. Its entries are keyed by version and can be deleted at any time.
 * @param {NodeJS.ProcessEnv} environment
 * @param {NodeJS.Platform} platform
 * @param {string} home
 */
export function cacheRoot(environment = process.env, platform = process.platform, home = homedir()) {
  const xdg = environment.XDG_CACHE_HOME;
  if (xdg !== undefined && isAbsolute(xdg)) {
    return join(xdg, 'instrunet');
  }
  if (platform === 'darwin') {
    return join(home, 'Library', 'Caches', 'instrunet');
  }
  if (platform === 'win32') {
    return join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'instrunet', 'Cache');
  }
  return join(home, '.cache', 'instrunet');
}

/**
 * The version of a package that `package-lock.json` pins.
 * @param {string} name
 * @returns {string}
 */
export function lockedVersion(name) {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const version = lock.packages[`node_modules/${name}`]?.version;
  if (version === undefined) {
    throw new Error(`package-lock.json does not name ${name}.`);
  }
  return version;
}

/**
 * The folder of an installed package.
 * @param {string} name
 */
export function packageFolder(name) {
  return join(ROOT, 'node_modules', ...name.split('/'));
}
