import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { buildBundles, CLI_BUNDLE } from './build.mjs';
import { runNode } from './run-node.mjs';
import { ENGINE_STEPS, setUp } from './setup.mjs';
import { whereTyped } from './where-typed.mjs';

const CLIPS_PER_CLASS = 48;
const EPOCHS = 12;
const LAST_WORDS = `
That was the demo; its folder was a temporary one and is removed now. What to do next:
$ npm run demo -- --keep FOLDER                               the same, leaving dataset, run folder and pictures
$ npm run -s instrunet -- train YOUR-CLIPS --out NEW-FOLDER   a network for your own clips
`;

/**
 * The whole loop in small, with the real engine: makes the synthetic sample dataset, trains and evaluates a network on
 * it, and lets that name recordings kept back from the dataset.
 * @param {string | null} keep path of a new folder to leave everything in; null takes a temporary one and removes it
 * @returns {Promise<number>} exit code of the command that failed, or 0
 */
export async function runDemo(keep) {
  await buildBundles();
  const folder = keep === null ? await mkdtemp(join(tmpdir(), 'instrunet-demo-')) : keep;
  await mkdir(folder, { recursive: true });
  try {
    const sample = ['sample', 'sample', '--clips-per-class', CLIPS_PER_CLASS, '--held-back', 'unheard'];
    let code = await instrunet(folder, 'Making the sample dataset: synthetic sounds of eleven instruments', sample);
    if (code === 0) {
      const training = ['train', 'sample', '--out', 'run', '--preset', 'instrunet-seed', '--epochs', EPOCHS];
      code = await instrunet(folder, 'Training and evaluating', training);
    }
    if (code === 0) {
      const names = (await readdir(join(folder, 'unheard'))).filter((name) => name.endsWith('.wav')).sort();
      const recordings = names.map((name) => join('unheard', name));
      code = await instrunet(folder, 'Naming recordings that were kept back', ['classify', 'run', ...recordings]);
    }
    if (keep !== null) {
      stdout.write(`\nEverything is in ${folder}.\n`);
    } else {
      stdout.write(code === 0 ? LAST_WORDS : '\nThe demo has stopped; its temporary folder is removed.\n');
    }
    return code;
  } finally {
    if (keep === null) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/**
 * @param {string} folder to work in, with a library of its own
 * @param {string} words what is about to happen
 * @param {readonly (string | number)[]} parameters of the command line
 * @returns {Promise<number>} its exit code
 */
function instrunet(folder, words, parameters) {
  const command = parameters.map(String);
  stdout.write(`\n== ${words}\n$ npm run -s instrunet -- ${command.join(' ')}\n`);
  return runNode(['--enable-source-maps', CLI_BUNDLE, '--library', 'library', ...command], { cwd: folder });
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  const { keep, mistake } = readArguments(argv.slice(2));
  if (mistake !== null) {
    process.stderr.write(`${mistake}\nUse: npm run demo [-- --keep FOLDER]\n`);
    process.exit(2);
  }
  await setUp(ENGINE_STEPS);
  process.exitCode = await runDemo(keep);
}

/** @param {readonly string[]} parameters */
function readArguments(parameters) {
  const [option, folder, ...rest] = parameters;
  if (option === undefined) {
    return { keep: null, mistake: null };
  }
  if (option !== '--keep' || folder === undefined || rest.length > 0) {
    return { keep: null, mistake: `This is not understood: ${parameters.join(' ')}` };
  }
  const keep = resolve(whereTyped(), folder);
  return existsSync(keep)
    ? { keep: null, mistake: `${keep} is there already; name a new folder.` }
    : { keep, mistake: null };
}
