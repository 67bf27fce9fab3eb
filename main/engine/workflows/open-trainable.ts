import { resolve } from 'node:path';
import type { Dataset } from '../dataset/dataset.ts';
import { assertTrainable } from '../dataset/trainable.ts';
import type { EngineContext } from './context.ts';
import type { Stopwatch } from './run-record.ts';
import { openDataset, scanNotes } from './scan.ts';
import { tellNote, type TrainingTask } from './training-task.ts';

/** Scans a folder for training and tells what is to be known of it. @throws EngineError as `openDataset` and `assertTrainable` */
export async function openTrainable(
  context: EngineContext,
  folder: string,
  clock: Stopwatch,
  task: TrainingTask,
): Promise<Dataset> {
  const opened = await clock.time('scan', () => openDataset(context, resolve(folder), task));
  for (const note of scanNotes(opened)) tellNote(task, note);
  const { dataset } = opened;
  assertTrainable(dataset);
  return dataset;
}
