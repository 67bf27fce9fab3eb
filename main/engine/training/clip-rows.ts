import type { ImageStore } from '../features/images.ts';
import type { LabelledRows } from './batches.ts';
import type { Target } from './targets.ts';

/** Where a clip lies in a store: the index of its one image, or those of its windows. */
export type ClipRows = number | readonly number[];

export function rowsOfClip(rows: ClipRows): readonly number[] {
  return typeof rows === 'number' ? [rows] : rows;
}

/** The same in a store that has so many other images before them. */
export function movedBy(rows: ClipRows, images: number): ClipRows {
  return typeof rows === 'number' ? rows + images : rows.map((row) => row + images);
}

/** How many images clips have in all. */
export function countImages(rows: readonly ClipRows[]): number {
  return rows.reduce<number>((total, own) => total + rowsOfClip(own).length, 0);
}

/** Some clips of a store. */
export interface LabelledClips {
  readonly store: ImageStore;
  readonly rows: readonly ClipRows[];
  /** What is right about each clip, in the same order. */
  readonly labels: readonly Target[];
}

/** Whether any clip is heard in windows, so that there are more images than clips or they count otherwise. */
export function hasWindows({ rows }: Pick<LabelledClips, 'rows'>): boolean {
  return rows.some((own) => typeof own !== 'number');
}

/** Every image by itself, with the labels of its clip. */
export function imagesOf({ store, rows, labels }: LabelledClips): LabelledRows {
  const images = rows.flatMap((own, clip) =>
    rowsOfClip(own).map((row) => ({ row, label: labels[clip] ?? ([] as const) })),
  );
  return { store, rows: images.map(({ row }) => row), labels: images.map(({ label }) => label) };
}
