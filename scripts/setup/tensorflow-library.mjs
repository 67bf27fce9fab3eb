import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, withPartialFolder } from './cache.mjs';
import { PLATFORM, cacheRoot } from './places.mjs';
import { fetchWheel, pythonWithPip } from './python-wheel.mjs';

const WHEEL = 'tensorflow-cpu';
const WANTED_VERSION = '2.21.0';
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
/** The libraries, and of 13,000 headers those that the C interface includes. */
const NEEDED =
  '^tensorflow/(libtensorflow_(cc|framework)\\.so\\.2$|include/(tensorflow/(c|core/platform)|tsl|xla/tsl|external/local_[a-z]+)/)';

/**
 * TensorFlow's C library with its headers, taken out of the wheel for Python and kept in the cache.
 * @returns {Promise<{folder: string, version: string}>}
 */
export async function tensorflowLibrary() {
  const present = await presentVersion();
  if (present !== null) {
    const folder = await cached(entryName(present), { fill: (empty) => fill(empty, present), verify });
    return { folder, version: present };
  }
  // Which version pip has for this Python is known only afterwards, and the entry is named for it.
  return withPartialFolder(async (work) => {
    const { version, content } = await download(work, WANTED_VERSION);
    const folder = await cached(entryName(version), { fill: (empty) => arrange(content, empty), verify });
    return { folder, version };
  });
}

/** The version in the cache: the wanted one, or else the one that pip had when it did not have that. */
async function presentVersion() {
  const root = cacheRoot();
  if (existsSync(join(root, entryName(WANTED_VERSION)))) {
    return WANTED_VERSION;
  }
  const entries = existsSync(root) ? await readdir(root) : [];
  const pattern = new RegExp(`^${entryName('(\\d[\\w.]*)')}$`);
  return entries.map((name) => pattern.exec(name)?.[1]).find((version) => version !== undefined) ?? null;
}

/** @param {string} version */
function entryName(version) {
  return `tensorflow-${version}-${PLATFORM}`;
}

/**
 * @param {string} empty
 * @param {string} version
 */
function fill(empty, version) {
  return withPartialFolder(async (work) => arrange((await download(work, version)).content, empty));
}

/**
 * @param {string} work
 * @param {string} version
 */
async function download(work, version) {
  return fetchWheel(await pythonWithPip('TensorFlow from PyPI'), WHEEL, version, work, NEEDED);
}

/**
 * @param {string} content of the wheel
 * @param {string} folder
 */
async function arrange(content, folder) {
  await mkdir(folder, { recursive: true });
  for (const name of [...LIBRARIES, 'include']) {
    await rename(join(content, 'tensorflow', name), join(folder, name));
  }
}

/** @param {string} folder */
async function verify(folder) {
  for (const name of [...LIBRARIES, 'include']) {
    const { size } = await stat(join(folder, name));
    if (size === 0) {
      throw new Error(`${name} is empty`);
    }
  }
}
