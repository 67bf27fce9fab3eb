import { join } from 'node:path';
import { overMaximum } from '../classify/aggregate.ts';
import { classifyFile } from '../classify/classify-file.ts';
import { EngineError } from '../common/errors.ts';
import { ProgressReporter, type TaskOptions } from '../common/task.ts';
import { isUsable, labelsOf, type Clip, type Dataset } from '../dataset/dataset.ts';
import type { Aggregation, HeardClips } from '../evaluation/multilabel/heard-clips.ts';
import type { Predictor } from '../model/predictor.ts';
import type { FailedClip } from './prepare-clips.ts';

export interface Heard extends HeardClips {
  readonly failed: readonly FailedClip[];
  /** Windows shown to the network. */
  readonly windows: number;
}

/**
 * Hears through every usable clip window by window, as `classify` does a recording of any length. A clip that cannot be read
 * is among `failed`.
 * @throws EngineError `no-clips` where not one can be heard; otherwise as `classifyFile`
 */
export async function hearClips(
  { root }: Pick<Dataset, 'root'>,
  clips: readonly Clip[],
  predictor: Predictor,
  { signal, onProgress }: TaskOptions,
): Promise<Heard> {
  const usable = clips.filter(isUsable);
  const progress = new ProgressReporter('evaluate', usable.length, 'clips', onProgress);
  const rows: Heard['rows'][number][] = [];
  const failed: FailedClip[] = [];
  let windows = 0;
  for (const clip of usable) {
    signal?.throwIfAborted();
    const file = join(root, ...clip.path.split('/'));
    const heard = await classifyFile(file, predictor, {}, { signal });
    progress.advance();
    if (heard.error !== null) {
      failed.push({ clip: clip.path, message: heard.error.message });
      continue;
    }
    const audible = heard.windows.filter(({ silent }) => !silent).length;
    windows += audible;
    const { path, recording, group } = clip;
    // Where nothing is to be heard, no class is.
    const mean = heard.silent ? predictor.classes.map(() => 0) : heard.scores;
    const scores = bothScores(mean);
    rows.push({ clip: path, recording, group, labels: labelsOf(clip), scores, windows: audible });
  }
  if (rows.length > 0) return { classes: predictor.classes, rows, failed, windows };
  throw new EngineError('no-clips', `No clip in ${root} can be heard; a scan of the folder says why.`, {
    details: failed.map(({ clip, message }) => `${clip}: ${message}`).join('\n'),
  });
}

/** Both aggregations of one clip, from the mean of its windows in the order of the classes. */
export function bothScores(mean: readonly number[]): Record<Aggregation, number[]> {
  return { mean: [...mean], 'sum-max': [...overMaximum(Float64Array.from(mean))] };
}
