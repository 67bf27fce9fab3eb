import { mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { EngineError, toEngineError } from '../../common/errors.ts';
import { readJson, temporaryBeside, toJson, writeFileAtomic } from '../../common/files.ts';
import type { TaskOptions } from '../../common/task.ts';
import { ProgressReporter } from '../../common/task.ts';
import { SAMPLE_MARKER } from '../scan.ts';
import type { Signal } from './signal.ts';
import { encodeWav, wavBytes } from './wav.ts';

/** Counts up whenever the same seed would give other sound. */
export const GENERATOR_VERSION = 1;

/** What a synthetic folder was made with: the same settings give the same bytes. */
export interface SampleSettings {
  readonly content: 'dataset' | 'held-back';
  readonly seed: number;
  readonly clipsPerClass: number | 'irmas';
}

/** A file to be made. */
export interface SampleFile {
  /** Path inside the folder, with `/`. */
  readonly path: string;
  /** Samples. */
  readonly length: number;
  readonly render: () => Signal;
}

const markerSchema = z.object({
  synthetic: z.literal(true),
  generator: z.string(),
  version: z.number(),
  content: z.enum(['dataset', 'held-back']),
  seed: z.number(),
  clipsPerClass: z.union([z.number(), z.literal('irmas')]),
  clips: z.number(),
});

const README_FILE = 'README.txt';

const README = `These clips are synthetic. No musician played them: InstruNet computed them, so that the
whole way from a folder of clips to a trained network can be tried without any recordings.

The eleven classes, the file names and the three clips a recording follow the IRMAS dataset.
Clips of one recording share key, tuning, tempo, players, room, microphone and background noise.

What a network scores on these clips says nothing about real music.
`;

/**
 * Writes a folder of synthetic clips whole or not at all: beside its place first, then renamed. In a folder that was
 * made with the same settings only what is missing or has another size is written again.
 * @returns how many clips were written
 * @throws EngineError `exists` where something else lies there, `permission-denied`, `disk-full`; AbortError
 */
export async function writeSampleFolder(
  folder: string,
  settings: SampleSettings,
  files: readonly SampleFile[],
  task: TaskOptions,
): Promise<number> {
  task.signal?.throwIfAborted();
  switch (await lookAt(folder, settings)) {
    case 'same':
      return complete(folder, settings, files, task);
    case 'empty':
      return build(folder, settings, files, task);
  }
}

async function lookAt(folder: string, settings: SampleSettings): Promise<'empty' | 'same'> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    const known = toEngineError(error, folder);
    if (known.code !== 'not-found') throw known;
    if (await isFile(folder)) throw new EngineError('exists', `${folder} is a file. Choose a new folder.`);
    return 'empty';
  }
  if (names.length === 0) return 'empty';
  if (!names.includes(SAMPLE_MARKER)) {
    const message = `${folder} holds other files. Choose a new or empty folder for the sample clips.`;
    throw new EngineError('exists', message);
  }
  const marker = await readJson(join(folder, SAMPLE_MARKER), markerSchema);
  const same =
    marker.version === GENERATOR_VERSION &&
    marker.content === settings.content &&
    marker.seed === settings.seed &&
    marker.clipsPerClass === settings.clipsPerClass;
  if (same) return 'same';
  const had = `${marker.content}, ${marker.clipsPerClass} clips per class, seed ${marker.seed}, version ${marker.version}`;
  const message = `${folder} holds sample clips of other settings (${had}). Choose another folder, or delete this one.`;
  throw new EngineError('exists', message);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (toEngineError(error).code === 'not-found') return false;
    throw toEngineError(error, path);
  }
}

async function build(
  folder: string,
  settings: SampleSettings,
  files: readonly SampleFile[],
  task: TaskOptions,
): Promise<number> {
  const temporary = temporaryBeside(folder);
  const progress = new ProgressReporter('sample', files.length, 'clips', task.onProgress);
  try {
    await mkdir(temporary, { recursive: true });
    for (const path of new Set(files.map((file) => dirname(file.path)))) {
      await mkdir(join(temporary, path), { recursive: true });
    }
    for (const file of files) {
      task.signal?.throwIfAborted();
      await writeFile(join(temporary, file.path), encodeWav(file.render()));
      progress.advance();
    }
    await writeFile(join(temporary, README_FILE), README);
    await writeFile(join(temporary, SAMPLE_MARKER), markerText(settings, files.length));
    task.signal?.throwIfAborted();
    await makeRoomFor(folder);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (task.signal?.aborted === true) throw error;
    throw toEngineError(error, folder);
  }
  return files.length;
}

/** Windows renames no folder onto another, not even onto an empty one. */
async function makeRoomFor(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (toEngineError(error).code !== 'not-found') throw error;
  }
}

async function complete(
  folder: string,
  settings: SampleSettings,
  files: readonly SampleFile[],
  task: TaskOptions,
): Promise<number> {
  const progress = new ProgressReporter('sample', files.length, 'clips', task.onProgress);
  let written = 0;
  for (const file of files) {
    task.signal?.throwIfAborted();
    const path = join(folder, file.path);
    if ((await sizeOf(path)) !== wavBytes(file.length)) {
      await writeFileAtomic(path, encodeWav(file.render()));
      written++;
    }
    progress.advance();
  }
  if ((await sizeOf(join(folder, README_FILE))) === undefined) await writeFileAtomic(join(folder, README_FILE), README);
  await writeFileAtomic(join(folder, SAMPLE_MARKER), markerText(settings, files.length));
  return written;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    const known = toEngineError(error, basename(path));
    if (known.code === 'not-found') return undefined;
    throw known;
  }
}

function markerText(settings: SampleSettings, clips: number): string {
  const generator = 'InstruNet sample dataset';
  return toJson({ synthetic: true, generator, version: GENERATOR_VERSION, ...settings, clips });
}
