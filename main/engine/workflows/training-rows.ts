import { labelsOf, type Clip } from '../dataset/dataset.ts';
import type { Side } from '../dataset/split.ts';
import type { ImageStore } from '../features/images.ts';
import type { Run, TrainingConfig } from '../library/run-folder.ts';
import { countImages, hasWindows, rowsOfClip, type ClipRows } from '../training/clip-rows.ts';
import { MOST_OTHER_SOUNDS, withOtherSounds } from '../training/other-sounds/other-sound-images.ts';
import type { Target } from '../training/targets.ts';
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
 * What is trained on: the clips of that side and, where it is wanted, sounds without an instrument.
 * @throws AbortError
 */
export async function trainingRows(
  split: SplitClips,
  config: TrainingConfig,
  task: TrainingTask,
): Promise<TrainingRows> {
  const { rows, labels } = rowsOf('training', split);
  const { store: clips } = split.prepared;
  const count = Math.min(MOST_OTHER_SOUNDS, Math.round(config.otherSounds * countImages(rows)));
  if (count === 0) return { store: clips, train: { rows, labels } };
  const words = `${count.toLocaleString('en-US')} synthetic sounds without an instrument`;
  tellNote(
    task,
    `Training learns from ${words}, too: noise, hum, tones, clicks. Others, such as speech, stay unknown.`,
  );
  const { recipe } = split.run;
  const store = await withOtherSounds(clips, { count, recipe, seed: config.seed, signal: task.signal });
  const others = Array.from({ length: count }, (_, index) => clips.count + index);
  return { store, train: { rows: [...rows, ...others], labels: [...labels, ...others.map((): Target => [])] } };
}
