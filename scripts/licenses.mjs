/**
 * Writes THIRD_PARTY_LICENSES.md from the lock file and the installed packages, or with `--check` says whether it is
 * current. A licence nobody has looked at is an error: add it to ACCEPTED after reading it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TARGET = join(ROOT, 'THIRD_PARTY_LICENSES.md');

/** Licences that may be shipped inside an MIT application. */
const ACCEPTED = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'MIT AND OFL-1.1',
  'Apache-2.0 AND MIT',
  '(BSD-3-Clause AND Apache-2.0)',
]);

/** Packages whose `license` field says too little, with what their own files say. */
const READ_BY_HAND = new Map([
  ['h5wasm', 'NIST software notice and HDF5 licence (LICENSE.txt in the package)'],
  ['parse-cache-control', 'BSD-3-Clause'],
  ['async', 'MIT'],
]);

/** Packages of which Vite puts a part into the page, though they are needed only to build it. */
const IN_THE_PAGE = new Set(['svelte', 'clsx', 'esm-env', 'virtua']);

/** Programs that run as processes of their own; the application is not linked with them. */
const SEPARATE_PROGRAM = /^(ffmpeg-static|@ffmpeg-installer\/.+)$/u;

const INTRODUCTION = `# Third-party licences

InstruNet itself is under the MIT licence (LICENSE). It is shipped with the work of others, listed here. The list is made
by \`npm run licenses\` from the lock file.

## Programs that run beside the application

| Program | Licence | Source |
|---|---|---|
| ffmpeg, as built for \`ffmpeg-static\` | GPL-3.0-or-later | https://ffmpeg.org, https://github.com/eugeneware/ffmpeg-static |
| ffmpeg, as built for \`@ffmpeg-installer/ffmpeg\` (the fall-back) | GPL-3.0 (Linux, Windows), LGPL-2.1 (macOS x64) | https://ffmpeg.org, https://www.johnvansickle.com/ffmpeg/ |

ffmpeg is started as a separate process and talked to through pipes. \`ffmpeg-static\` puts its licence text and the address
of its source code beside the binary.

## Libraries that are no npm packages

| Library | Licence | Source |
|---|---|---|
| TensorFlow (libtensorflow) | Apache-2.0 | https://github.com/tensorflow/tensorflow |
| Electron, with Chromium and Node.js | MIT, BSD-3-Clause and others (LICENSES.chromium.html) | https://github.com/electron/electron |
| Colour maps magma, inferno, plasma, viridis | CC0 | https://bids.github.io/colormap/ |

## npm packages

| Package | Version | Licence |
|---|---|---|
`;

function licenceOf(name, folder, fromLock) {
  const byHand = READ_BY_HAND.get(name);
  if (byHand !== undefined) return byHand;
  if (fromLock !== undefined) return fromLock;
  const manifest = join(ROOT, folder, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const { license } = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof license === 'string' ? license : undefined;
}

function makeList() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const rows = new Map();
  const refused = [];
  for (const [folder, entry] of Object.entries(packages)) {
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (folder === '' || (entry.dev === true && !IN_THE_PAGE.has(name))) continue;
    if (SEPARATE_PROGRAM.test(name)) continue;
    const licence = licenceOf(name, folder, entry.license);
    if (licence === undefined || !(ACCEPTED.has(licence) || READ_BY_HAND.has(name))) {
      refused.push(`${name} ${entry.version}: ${licence ?? 'no licence named'}`);
    }
    rows.set(`${name} ${entry.version}`, `| ${name} | ${entry.version} | ${licence ?? ''} |`);
  }
  const lines = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  return { text: `${INTRODUCTION}${lines.join('\n')}\n`, refused };
}

const { text, refused } = makeList();
if (refused.length > 0) {
  console.error(`Licences that nobody has accepted yet:\n  ${refused.join('\n  ')}`);
  process.exitCode = 1;
} else if (process.argv.includes('--check')) {
  if (!existsSync(TARGET) || readFileSync(TARGET, 'utf8') !== text) {
    console.error('THIRD_PARTY_LICENSES.md is out of date: npm run licenses');
    process.exitCode = 1;
  }
} else {
  writeFileSync(TARGET, text);
  console.log(`${TARGET}: ${text.split('\n').length} lines`);
}
