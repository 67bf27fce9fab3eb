import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './command.mjs';
import { OFFICIAL_LIMIT_MS, whyUnreachable } from './official-source.mjs';
import { PLATFORM, ROOT, STATE_FOLDER, lockedVersion, packageFolder } from './places.mjs';
import { SetupProblem, messageOf, neitherSource } from './problem.mjs';
import { buildBinding } from './tensorflow-binding.mjs';
import { tensorflowLibrary } from './tensorflow-library.mjs';

const PACKAGE = '@tensorflow/tfjs-node';
const VERIFY = join(ROOT, 'scripts', 'setup', 'verify-tensorflow.cjs');

/** @type {import('./steps.mjs').Step} */
export const tensorflow = {
  id: 'tensorflow',
  title: 'TensorFlow',
  key: () => `${PACKAGE} ${lockedVersion(PACKAGE)}, ${PLATFORM}`,
  async install() {
    const stage = join(STATE_FOLDER, 'tfjs-node-stage');
    try {
      await officialIntoStage(stage);
      return await publish(stage, `${PACKAGE} ${lockedVersion(PACKAGE)}`);
    } catch (error) {
      const insteadOf = messageOf(error);
      if (process.platform !== 'linux') {
        throw new SetupProblem(
          `${PACKAGE} could not fetch its library: ${insteadOf}`,
          'see whether this network lets you reach storage.googleapis.com; a fall-back exists for Linux only.',
        );
      }
      try {
        return { ...(await fromWheel(stage)), insteadOf };
      } catch (second) {
        throw neitherSource(insteadOf, second);
      }
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
  },
};

/**
 * Lets the package's own script download library and binding. It works on a copy of the package, so that the package
 * itself holds either nothing native or something that has proved to work.
 * @param {string} stage
 */
async function officialIntoStage(stage) {
  const reason = await whyUnreachable('storage.googleapis.com', [
    'TFJS_NODE_CDN_STORAGE',
    'TFJS_NODE_BASE_URI',
    'CDN_STORAGE',
    'npm_config_TFJS_NODE_CDN_STORAGE',
    'npm_config_TFJS_NODE_BASE_URI',
  ]);
  if (reason !== null) {
    throw new Error(reason);
  }
  await stagePackage(stage);
  await run(process.execPath, ['scripts/install.js'], {
    cwd: stage,
    environment: { PATH: `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}` },
    limitMs: OFFICIAL_LIMIT_MS,
  });
  await verifyTensorflow(stage);
}

/**
 * TensorFlow's library out of the wheel for Python, and the binding to it from the package's own source.
 * @param {string} stage
 */
async function fromWheel(stage) {
  const library = await tensorflowLibrary();
  await stagePackage(stage);
  await linkLibrary(library.folder, stage);
  await buildBinding(stage, library.version, verifyTensorflow);
  return publish(stage, `PyPI wheel tensorflow-cpu, binding built from ${PACKAGE} ${lockedVersion(PACKAGE)}`);
}

/**
 * A copy of the package without anything native. It lies inside node_modules, so it finds the package's dependencies.
 * @param {string} stage
 */
async function stagePackage(stage) {
  const folder = packageFolder(PACKAGE);
  const native = new Set(['deps', 'lib', 'build-tmp-napi-v8'].map((name) => join(folder, name)));
  await rm(stage, { recursive: true, force: true });
  await cp(folder, stage, { recursive: true, filter: (source) => !native.has(source) });
}

/**
 * @param {string} library
 * @param {string} stage
 */
async function linkLibrary(library, stage) {
  const folder = join(stage, 'deps', 'lib');
  await mkdir(folder, { recursive: true });
  const links = {
    'libtensorflow.so': 'libtensorflow_cc.so.2',
    'libtensorflow_cc.so.2': 'libtensorflow_cc.so.2',
    'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
    'libtensorflow_framework.so.2': 'libtensorflow_framework.so.2',
  };
  for (const [name, file] of Object.entries(links)) {
    await symlink(join(library, file), join(folder, name));
  }
  await symlink(join(library, 'include'), join(stage, 'deps', 'include'));
}

/**
 * @param {string} folder of a tfjs-node package
 * @returns {Promise<string>} TensorFlow's version
 */
function verifyTensorflow(folder) {
  return run(process.execPath, [VERIFY, folder], { limitMs: 180_000 });
}

/**
 * Moves what was staged and has been verified into the package.
 * @param {string} stage
 * @param {string} source
 */
async function publish(stage, source) {
  const version = await verifyTensorflow(stage);
  const folder = packageFolder(PACKAGE);
  for (const part of ['deps', 'lib']) {
    const target = join(folder, part);
    if (existsSync(target)) {
      await rename(target, join(stage, `previous-${part}`));
    }
    await rename(join(stage, part), target);
  }
  const binding = join(folder, 'lib', `napi-v${Math.min(8, Number(process.versions.napi))}`, 'tfjs_binding.node');
  const libraries = join(folder, 'deps', 'lib');
  const files = [binding, ...(await readdir(libraries)).map((name) => join(libraries, name))];
  return { version, source, files };
}
