import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cached, discard } from './cache.mjs';
import { npm, npmProgram, onPath, run } from './command.mjs';
import { ensureDebianPackages, hasDebianPackages } from './debian-packages.mjs';
import { node24Folder } from './node24.mjs';
import { whyUnreachable } from './official-source.mjs';
import { PLATFORM, cacheRoot, lockedVersion, packageFolder } from './places.mjs';
import { SetupProblem, messageOf } from './problem.mjs';

const PRE_GYP = join(packageFolder('@mapbox/node-pre-gyp'), 'bin', 'node-pre-gyp');
const TOOLS = ['g++', 'make', 'python3'];

/**
 * Puts the N-API binding between Node and TensorFlow into a staged tfjs-node package that has the library already:
 * from the cache when it was built before and works on this machine, otherwise built from the package's source.
 * @param {string} stage
 * @param {string} libraryVersion
 * @param {(folder: string) => Promise<unknown>} verifyPackage throws when the package does not train
 */
export async function buildBinding(stage, libraryVersion, verifyPackage) {
  const name = `tfjs-binding-${lockedVersion('@tensorflow/tfjs-node')}-tensorflow-${libraryVersion}-${PLATFORM}`;
  const entry = join(cacheRoot(), name);
  if (existsSync(entry)) {
    await cp(entry, join(stage, 'lib'), { recursive: true });
    try {
      await verifyPackage(stage);
      return;
    } catch {
      await discard(entry);
    }
  }
  await ensureTools();
  await build(stage);
  await verifyPackage(stage);
  await cached(name, {
    fill: (empty) => cp(join(stage, 'lib'), empty, { recursive: true }),
    verify: () => Promise.resolve(),
  });
}

async function ensureTools() {
  const missing = TOOLS.filter((tool) => onPath(tool) === null);
  if (missing.length === 0) {
    return;
  }
  if (!hasDebianPackages()) {
    throw new SetupProblem(
      `building the TensorFlow binding needs ${missing.join(', ')}`,
      'install a C++ compiler, make and Python 3 with the package manager of this system.',
    );
  }
  await ensureDebianPackages(missing, 'building the TensorFlow binding');
}

/** @param {string} stage */
async function build(stage) {
  await mkdir(join(stage, 'lib'), { recursive: true });
  const headers = await headerFolder();
  const nodeGyp = join(dirname(dirname(npmProgram())), 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const parameters = [PRE_GYP, 'install', '--build-from-source'];
  try {
    await run(process.execPath, headers === null ? parameters : [...parameters, `--nodedir=${headers}`], {
      cwd: stage,
      environment: { JOBS: 'max', ...(existsSync(nodeGyp) && { npm_config_node_gyp: nodeGyp }) },
    });
  } catch (error) {
    throw new SetupProblem(
      `the TensorFlow binding could not be built: ${messageOf(error)}`,
      'see whether the compiler works, and whether the Node headers are there (Debian: apt-get install g++ make libnode-dev).',
    );
  }
}

/**
 * Where Node's headers are: as npm is told, beside this Node, or where Debian has them. The binding uses N-API alone,
 * so those of any Node do. null leaves it to node-gyp to download them.
 * @returns {Promise<string | null>}
 */
async function headerFolder() {
  const told = (await npm(['config', 'get', 'nodedir'])).trim();
  const own = dirname(dirname(process.execPath));
  for (const folder of [told, own, '/usr']) {
    if (existsSync(join(folder, 'include', 'node', 'node_api.h'))) {
      return folder;
    }
  }
  const closed = (await whyUnreachable('nodejs.org')) !== null;
  return closed ? node24Folder() : null;
}
