import { labelsOf, type Clip } from '../dataset/dataset.ts';
import type { Side } from '../dataset/split.ts';
import { counted } from '../evaluation/figures-in-words.ts';
import type { ImageStore } from '../features/images.ts';
import { joinedImages } from '../features/joined-images.ts';
import type { Run, TrainingConfig } from '../library/run-folder.ts';
import { countImages, hasWindows, movedBy, rowsOfClip, type ClipRows } from '../training/clip-rows.ts';
import { MOST_OTHER_SOUNDS, otherSoundImages } from '../training/other-sounds/other-sound-images.ts';
import type { Target } from '../training/targets.ts';
import type { OtherSounds } from './other-sounds.ts';
import type { PreparedClips } from './prepare-clips.ts';
import { tellNote, type TrainingTask } from './training-task.ts';

/** The clips of a training and the side that each is on. */
export interface SplitClips {
  readonly run: Run;
  readonly prepared: PreparedClips;
  readonly sides: readonly Side[];
}

export interface SideRows {
  readonly clips: readonly Clip[];
  /** Where each clip lies in the store. */
  readonly rows: readonly ClipRows[];
  readonly labels: readonly Target[];
}

export function rowsOf(side: Side, { run, prepared, sides }: SplitClips): SideRows {
  const isThere = (_: unknown, index: number): boolean => sides[index] === side;
  const chosen = prepared.clips.filter(isThere);
  return {
    clips: chosen,
    rows: prepared.rows.filter(isThere),
    labels: chosen.map((clip) => targetOf(clip, run.classes)),
  };
}

/** How many windows each clip is heard in; null where none is heard in several. */
export function windowsOfClips({ rows }: Pick<PreparedClips, 'rows'>): number[] | null {
  return hasWindows({ rows }) ? rows.map((own) => rowsOfClip(own).length) : null;
}

/** One label is told by itself, as trainings of earlier versions knew it. */
function targetOf(clip: Clip, classes: Run['classes']): Target {
  const [only = -1, ...further] = labelsOf(clip).map((label) => classes.findIndex(({ code }) => code === label));
  return further.length === 0 ? only : [only, ...further];
}

export interface TrainingRows {
  readonly store: ImageStore;
  readonly train: Pick<SideRows, 'rows' | 'labels'>;
}

/**
 * What is trained on: the clips of that side and, where they are wanted, sounds in which none of the classes sounds:
 * synthetic ones, and those of that side of the user's own.
 * @throws AbortError
 */
export async function trainingRows(
  split: SplitClips & { readonly others: OtherSounds | null },
  config: TrainingConfig,
  task: TrainingTask,
): Promise<TrainingRows> {
  const clips = rowsOf('training', split);
  const { recipe } = split.run;
  let store = split.prepared.store;
  const rows = [...clips.rows];
  const add = (images: ImageStore, chosen: readonly ClipRows[]): void => {
    rows.push(...chosen.map((own) => movedBy(own, store.count)));
    store = joinedImages(store, images, recipe);
  };
  const count = Math.min(MOST_OTHER_SOUNDS, Math.round(config.otherSounds * countImages(clips.rows)));
  if (count > 0) {
    const others = split.others === null ? ' Others, such as speech, stay unknown.' : '';
    const words = `${counted(count, 'synthetic sound')} without an instrument`;
    tellNote(task, `Training learns from ${words}, too: noise, hum, tones, clicks.${others}`);
    const images = await otherSoundImages({ count, recipe, seed: config.seed, signal: task.signal });
    add(images, [...Array(count).keys()]);
  }
  if (split.others !== null) {
    const { record, prepared } = split.others;
    tellNote(
      task,
      `Training learns from ${counted(record.training, 'sound')} without an instrument in ${record.name}, too; ` +
        `${record.heldBack.toLocaleString('en-US')} are held back to try it on.`,
      'terminal',
    );
    add(prepared.store, otherRows('training', split.others));
  }
  const labels = rows.map((_, index): Target => clips.labels[index] ?? []);
  return { store, train: { rows, labels } };
}

/** Rows of the other sounds of a side in their own store. */
export function otherRows(side: Side, { prepared, sides }: OtherSounds): ClipRows[] {
  return prepared.rows.filter((_, index) => sides[index] === side);
}
