import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { ROOT } from './setup/places.mjs';

export const OUT = join(ROOT, 'out');
export const CLI_BUNDLE = join(OUT, 'cli.cjs');
export const APP_BUNDLE = join(OUT, 'app.cjs');

/** Bundle in `out/` → where it starts. */
const ENTRIES = {
  cli: 'main/cli/index.ts',
  app: 'main/app/index.ts',
  preload: 'preload/index.ts',
  engine: 'main/engine/server/index.ts',
  'features-worker': 'main/engine/features/worker.ts',
  'main-job': 'test/engine/runtimes/main-job.ts',
  bench: 'test/bench/index.ts',
};

/** Packages with native parts, or with files of their own that they look for beside themselves. */
export const EXTERNAL = [
  'electron',
  '@tensorflow/tfjs-node',
  'libsql',
  '@napi-rs/canvas',
  'ffmpeg-static',
  '@ffmpeg-installer/ffmpeg',
  'piscina',
  '@expo-google-fonts/inter',
];

/** How esbuild makes the bundles. */
const BUNDLING = {
  absWorkingDir: ROOT,
  entryPoints: ENTRIES,
  outdir: OUT,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node16',
  // `import()` becomes `require`, which Electron 22 has in a utility process.
  supported: { 'dynamic-import': false },
  external: EXTERNAL,
  loader: { '.md': 'text' },
  sourcemap: true,
  logLevel: 'warning',
};

/** Which files the bundles were made of, as they were then. */
const RECORD = join(OUT, 'inputs.json');

/** Where Vite puts the page, what it makes it of, and which files those were. */
const PAGE = join(OUT, 'renderer', 'index.html');
const PAGE_SOURCES = ['renderer', 'preload', 'resources'];
const PAGE_CONFIGURATION = ['vite.config.ts', 'package-lock.json', 'scripts/build.mjs'];
const PAGE_RECORD = join(OUT, 'page-inputs.json');

/** Everything that runs: the bundles and the page. */
export async function build() {
  await buildBundles();
  await buildPage();
}

/** Makes the window's page. Does nothing when no file has changed since the last time. */
async function buildPage() {
  const inputs = [...PAGE_SOURCES.flatMap(filesIn), ...PAGE_CONFIGURATION];
  if (existsSync(PAGE) && isRecorded(PAGE_RECORD, inputs)) {
    return;
  }
  const started = Date.now();
  const { build: bundlePage } = await import('vite');
  await bundlePage({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' });
  await record(PAGE_RECORD, inputs, started);
}

/**
 * Bundles app, engine and command line as CommonJS, in the syntax of Node 16: the same files run under Node and in
 * any Electron since 22. Does nothing when no file has changed since the last time.
 */
export async function buildBundles() {
  if (Object.keys(ENTRIES).every((name) => existsSync(join(OUT, `${name}.cjs`))) && isRecorded(RECORD)) {
    return;
  }
  const started = Date.now();
  const { build: bundle } = await import('esbuild');
  const { outputFiles, metafile } = await bundle({ ...BUNDLING, metafile: true, write: false });
  await mkdir(OUT, { recursive: true });
  for (const file of outputFiles) {
    await replace(file.path, file.contents);
  }
  const inputs = [...Object.keys(metafile.inputs), 'scripts/build.mjs', 'node_modules/esbuild/package.json'];
  await record(RECORD, inputs, started);
}

/**
 * Bundles once and again whenever a file has changed.
 * @param {() => void} onBuilt called after each time that went well
 * @returns {Promise<{dispose: () => Promise<void>}>}
 */
export async function watchBundles(onBuilt) {
  const { context } = await import('esbuild');
  const told = {
    name: 'told',
    setup: (bundling) => {
      bundling.onEnd(({ errors }) => {
        if (errors.length === 0) onBuilt();
      });
    },
  };
  const watching = await context({ ...BUNDLING, plugins: [told] });
  await watching.watch();
  return watching;
}

/**
 * @param {string} file
 * @param {readonly string[]} inputs
 * @param {number} started
 */
async function record(file, inputs, started) {
  const states = inputs.map((path) => [path, stateOf(path, started)]);
  await replace(file, Buffer.from(JSON.stringify(Object.fromEntries(states))));
}

/**
 * Whether the files of a record are as they were then.
 * @param {string} file
 * @param {readonly string[]} [inputs] where they are known beforehand, they must also be the same
 */
function isRecorded(file, inputs) {
  try {
    const states = Object.entries(JSON.parse(readFileSync(file, 'utf8')));
    const same =
      inputs === undefined ||
      states
        .map(([path]) => path)
        .sort()
        .join() === [...inputs].sort().join();
    return same && states.every(([path, state]) => state === stateOf(path));
  } catch {
    // No record, or a file of it is gone.
    return false;
  }
}

/**
 * @param {string} folder in the repository
 * @returns {string[]} all files in it, by their paths in the repository
 */
function filesIn(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

/**
 * @param {string} path in the repository
 * @param {number} [latest] a file changed later may have been read before the change, so it counts as changed
 * @returns {string} differs after every change of the file
 */
function stateOf(path, latest = Infinity) {
  const { mtimeMs, size } = statSync(join(ROOT, path));
  return mtimeMs < latest ? `${mtimeMs} ${size}` : 'changed while it was bundled';
}

/**
 * Puts a file in its place whole: others may be running the one that is there.
 * @param {string} path
 * @param {Uint8Array} contents
 */
async function replace(path, contents) {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}`);
  await writeFile(beside, contents);
  await rename(beside, path);
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  await build();
}
