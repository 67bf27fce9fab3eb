import { join, resolve } from 'node:path';
import { EngineError } from '../../common/errors.ts';
import { Random } from '../../common/random.ts';
import type { TaskOptions } from '../../common/task.ts';
import { classOf, IRMAS_INSTRUMENTS } from '../irmas.ts';
import { makeRecording } from './recording.ts';
import { CLIP_SECONDS } from './sample-dataset.ts';
import type { SampleFile } from './sample-folder.ts';
import { writeSampleFolder } from './sample-folder.ts';
import type { Signal } from './signal.ts';
import { seconds } from './signal.ts';

export interface HeldBackOptions extends TaskOptions {
  /** Three-second clips of each class; each is a recording of its own. Default 1. */
  readonly perClass?: number | undefined;
  /** Default 1. The recordings differ from those of the dataset with the same seed. */
  readonly seed?: number | undefined;
}

export interface HeldBackClip {
  /** Absolute path. */
  readonly path: string;
  /** Class codes of the instruments in front, in the order in which they are heard. */
  readonly labels: readonly string[];
  readonly seconds: number;
}

interface PlannedClip {
  readonly labels: readonly string[];
  readonly seconds: number;
  readonly file: SampleFile;
}

/** How long each of two instruments plays in a recording that changes from one to the other. */
const TURN_SECONDS = 4;
const PAIRS = 3;

/**
 * Writes recordings of the same synthesis that no sample dataset holds, for trying out a trained network: `perClass`
 * clips of three seconds of each class, and three recordings of eight seconds in which one instrument follows another.
 * They lie flat in the folder and are named for what is in them: `cello-1.wav`, `violin-then-piano.wav`.
 * @throws EngineError as `writeSampleDataset`
 */
export async function writeHeldBackClips(folder: string, options: HeldBackOptions = {}): Promise<HeldBackClip[]> {
  const { perClass = 1, seed = 1 } = options;
  if (!(Number.isInteger(perClass) && perClass >= 1)) {
    throw new EngineError('invalid-argument', 'The clips per class must be a whole number of at least 1.');
  }
  const root = resolve(folder);
  const codes = [...IRMAS_INSTRUMENTS.keys()];
  const planned = [
    ...codes.flatMap((label) => Array.from({ length: perClass }, (_, index) => single(label, index, seed))),
    ...pairsOf(codes, seed).map(([first, second], index) => succession(first, second, perClass + index, seed)),
  ];
  const settings = { content: 'held-back', seed, clipsPerClass: perClass } as const;
  await writeSampleFolder(
    root,
    settings,
    planned.map(({ file }) => file),
    options,
  );
  return planned.map(({ labels, seconds: length, file }) => ({
    path: join(root, file.path),
    labels,
    seconds: length,
  }));
}

function single(label: string, index: number, seed: number): PlannedClip {
  const render = (): Signal => heldBack(label, index, seed).renderClip(1, CLIP_SECONDS);
  const path = `${fileName(label)}-${index + 1}.wav`;
  return { labels: [label], seconds: CLIP_SECONDS, file: { path, length: seconds(CLIP_SECONDS), render } };
}

/** Six of the instruments in three pairs. */
function pairsOf(codes: readonly string[], seed: number): [string, string][] {
  const order = new Random(seed, 'sample pairs').shuffle(codes);
  return Array.from({ length: PAIRS }, (_, pair) => [order[2 * pair] ?? '', order[2 * pair + 1] ?? '']);
}

function succession(first: string, second: string, index: number, seed: number): PlannedClip {
  const turn = seconds(TURN_SECONDS);
  const render = (): Signal => {
    const signal = new Float64Array(2 * turn);
    signal.set(heldBack(first, index, seed).renderClip(1, TURN_SECONDS));
    signal.set(heldBack(second, index, seed).renderClip(1, TURN_SECONDS), turn);
    return signal;
  };
  const path = `${fileName(first)}-then-${fileName(second)}.wav`;
  return { labels: [first, second], seconds: 2 * TURN_SECONDS, file: { path, length: 2 * turn, render } };
}

function heldBack(label: string, index: number, seed: number): ReturnType<typeof makeRecording> {
  return makeRecording({ seed, collection: 'held back', label, index });
}

function fileName(label: string): string {
  return classOf(label).name.replaceAll(' ', '-');
}
