import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inspectAudio } from '../audio/inspect.ts';
import { EngineError, toEngineError } from '../common/errors.ts';
import { isWithin } from '../common/files.ts';
import type { Clip, Dataset } from '../dataset/dataset.ts';
import { scanFolder } from '../dataset/scan.ts';
import { splitDataset, type Side } from '../dataset/split.ts';
import type { Recipe } from '../features/recipe.ts';
import { inspectImage } from '../features/spectrogram-image.ts';
import type { OtherSoundsRecord, TrainingConfig } from '../library/run-folder.ts';
import type { EngineContext } from './context.ts';
import { prepareClips, type PreparedClips } from './prepare-clips.ts';
import { tellNote, type TrainingTask } from './training-task.ts';

/** Stands for no class: what the folders in such a folder are called does not matter. */
const NO_CLASS = 'none';

/** The user's own sounds in which none of the classes sounds, on the sides of a training. */
export interface OtherSounds {
  readonly record: OtherSoundsRecord;
  readonly prepared: PreparedClips;
  readonly sides: readonly Side[];
}

/** What the sounds are split and made into images by, and the clips that they must have nothing to do with. */
interface Beside {
  readonly config: Pick<TrainingConfig, 'validation' | 'seed'>;
  readonly recipe: Recipe;
  readonly dataset: Dataset;
}

/**
 * Opens a folder of sounds in which none of the classes sounds. As many of their recordings as of the clips are held back from training,
 * to tell how often the network takes such a sound for an instrument. The caller closes the store.
 * @throws EngineError as `assertOtherSounds`; `invalid-argument` where nothing in it can be learned from; otherwise as
 *   `scanFolder` and `prepareClips`
 */
export async function openOtherSounds(
  context: EngineContext,
  folder: string,
  { config, recipe, dataset }: Beside,
  task: TrainingTask,
): Promise<OtherSounds> {
  const root = await assertOtherSounds(folder, dataset);
  const scanned = scanFolder(root, { ...task, label: NO_CLASS, inspector: { inspectAudio, inspectImage } });
  const found = await withSounds(root, scanned);
  const clips = withoutKnown(found, dataset, task);
  const prepared = await withSounds(root, prepareClips(context, { ...found, clips }, recipe, task));
  const sides = sidesOf(prepared.clips, config);
  const count = (side: Side): number => sides.filter((other) => other === side).length;
  const { name, fingerprint } = found;
  const record = { name, root, fingerprint, training: count('training'), heldBack: count('validation') };
  return { record, prepared, sides };
}

/**
 * Checks, without looking at what is in it, that a folder can lie beside a dataset as one of other sounds.
 * @returns its absolute path
 * @throws EngineError `invalid-argument` where it is, holds or lies in the dataset; `not-found`, `permission-denied`
 */
export async function assertOtherSounds(folder: string, dataset: Pick<Dataset, 'root'>): Promise<string> {
  const root = resolve(folder);
  if (isWithin(root, dataset.root) || isWithin(dataset.root, root)) {
    throw new EngineError(
      'invalid-argument',
      `${root} and the dataset ${dataset.root} must lie beside each other: the clips of the one are instruments, those of the other are none.`,
    );
  }
  try {
    await stat(root);
  } catch (error) {
    throw toEngineError(error, root);
  }
  return root;
}

/** A dataset without clips has advice that does not fit here: this folder needs no classes. */
async function withSounds<T>(root: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'no-clips') throw error;
    const message = `Nothing in ${root} can be learned from: choose a folder with recordings in which no instrument plays.`;
    throw new EngineError('invalid-argument', message, { cause: error, details: error.message });
  }
}

/** The same sound cannot be an instrument and none. */
function withoutKnown({ root, clips }: Dataset, dataset: Dataset, task: TrainingTask): readonly Clip[] {
  const known = new Set(dataset.clips.flatMap(({ sha256 }) => sha256 ?? []));
  const others = clips.filter(({ sha256 }) => sha256 === null || !known.has(sha256));
  if (others.length === 0) {
    const message = `All sounds in ${root} are clips of the dataset, too, which cannot be instruments and none.`;
    throw new EngineError('invalid-argument', message);
  }
  const left = clips.length - others.length;
  if (left > 0) {
    tellNote(task, `${left} of the sounds without an instrument are clips of the dataset, too, and were left out.`);
  }
  return others;
}

/** One recording is worth more in training than for a figure. */
function sidesOf(clips: readonly Clip[], { validation, seed }: Beside['config']): readonly Side[] {
  if (new Set(clips.map(({ group }) => group)).size < 2) return clips.map(() => 'training');
  const classes = [{ code: NO_CLASS, name: NO_CLASS }];
  return splitDataset(clips, classes, { kind: 'grouped', validation, seed }).sides;
}
