/**
 * Packages the app: as a folder that runs, in out/package, or with `--installers` as what users install.
 * On the official runtimes alone does either become a package for users. Where set-up had to fall back, the folder is a
 * package for tests: named so, on the old Electron, its TensorFlow a link into set-up's cache; and there are no installers.
 */
import { realpathSync } from 'node:fs';
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { build as buildApp, OUT } from './build.mjs';
import { appSteps, setUp } from './setup.mjs';
import { packageFolder, ROOT } from './setup/places.mjs';
import { messageOf } from './setup/problem.mjs';
import { readRuntimes } from './setup/steps.mjs';
import { whereTyped } from './where-typed.mjs';

const UNPACKED_TFJS = join('resources', 'app.asar.unpacked', 'node_modules', '@tensorflow', 'tfjs-node');

/**
 * Packages the app as a folder.
 * @param {string} output folder in which that folder is made
 * @param {boolean} installers whether to make of it what this system's users install
 * @throws {Error} where installers are asked for and a runtime is a fall-back
 */
async function packageApp(output, installers) {
  const { Platform, build } = await import('electron-builder');
  const fallbacks = fallbackRuntimes(readRuntimes());
  const reason = refusal(installers, fallbacks);
  if (reason !== null) {
    throw new Error(reason);
  }
  await buildApp();
  await build({
    projectDir: ROOT,
    publish: 'never',
    targets: Platform.current().createTarget(installers ? [] : ['dir']),
    config: {
      // Added to electron-builder.yml, list by list.
      directories: { output },
      ...(fallbacks.length === 0 ? forUsers() : forTests()),
    },
  });
}

/**
 * Which of the runtimes set-up did not take from their official source.
 * @param {Record<string, {insteadOf?: string}>} runtimes
 */
export function fallbackRuntimes(runtimes) {
  return ['electron', 'tensorflow', 'ffmpeg'].filter(
    (id) => runtimes[id] === undefined || runtimes[id].insteadOf !== undefined,
  );
}

/**
 * Why something may not be made here; null where it may.
 * @param {boolean} installers
 * @param {readonly string[]} fallbacks
 */
export function refusal(installers, fallbacks) {
  return installers && fallbacks.length > 0
    ? `Installers are made on the official runtimes only; here set-up fell back for: ${fallbacks.join(', ')}.`
    : null;
}

function forUsers() {
  return {
    electronDist: join(packageFolder('electron'), 'dist'),
    // Only for where ffmpeg-static could not be had.
    files: ['!node_modules/@ffmpeg-installer/**'],
  };
}

function forTests() {
  const { electron } = readRuntimes();
  const old = electron.fallback === true;
  return {
    productName: 'InstruNet test package',
    extraMetadata: old ? { main: 'main/app/electron-22-app.cjs' } : {},
    electronDist: dirname(electron.path),
    electronVersion: electron.version,
    files: ['main/app/*.cjs', '!node_modules/@tensorflow/tfjs-node/deps/**'],
    afterExtract: async ({ appOutDir, packager }) => {
      // What set-up puts into the old Electron to start an app from source.
      await rm(join(appOutDir, 'resources', 'app'), { recursive: true, force: true });
      // Electron 22 has no such fuse, and electron-builder makes `null` in the configuration a `false`.
      if (old) delete packager.config.electronFuses.grantFileProtocolExtraPrivileges;
    },
    afterPack: ({ appOutDir }) => linkTensorflow(appOutDir),
  };
}

/**
 * The library of the wheel is 800 MB, too much to copy for a test.
 * @param {string} folder of the package
 */
async function linkTensorflow(folder) {
  const from = join(packageFolder('@tensorflow/tfjs-node'), 'deps', 'lib');
  const to = join(folder, UNPACKED_TFJS, 'deps', 'lib');
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    await symlink(realpathSync(join(from, name)), join(to, name));
  }
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  const { installers, output, mistake } = readArguments(argv.slice(2));
  if (mistake !== null) {
    process.stderr.write(`${mistake}\nUse: npm run package [-- --installers] [-- --to FOLDER]\n`);
    process.exit(2);
  }
  await setUp(appSteps(true));
  try {
    await packageApp(output, installers);
  } catch (error) {
    process.stderr.write(`\n${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}

/** @param {readonly string[]} parameters */
function readArguments(parameters) {
  const rest = parameters.filter((word) => word !== '--installers');
  const installers = rest.length < parameters.length;
  const [option, folder, ...others] = rest;
  if (option === undefined) {
    return { installers, output: join(OUT, 'package'), mistake: null };
  }
  return option === '--to' && folder !== undefined && others.length === 0
    ? { installers, output: resolve(whereTyped(), folder), mistake: null }
    : { installers, output: null, mistake: `This is not understood: ${parameters.join(' ')}` };
}
