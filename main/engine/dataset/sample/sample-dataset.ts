import { resolve } from 'node:path';
import type { TaskOptions } from '../../common/task.ts';
import { clipPath, planRecordings, type PlannedRecording } from './names.ts';
import { makeRecording, type SampleRecording } from './recording.ts';
import { writeSampleFolder, type SampleFile } from './sample-folder.ts';
import { seconds } from './signal.ts';

/** As long as IRMAS's clips. */
export const CLIP_SECONDS = 3;

export interface SampleDatasetOptions extends TaskOptions {
  /** Clips of each class, or IRMAS's own counts (6,705 together). Default 60. */
  readonly clipsPerClass?: number | 'irmas' | undefined;
  /** Another seed is other music. Default 1. */
  readonly seed?: number | undefined;
}

export interface SampleDataset {
  /** Absolute path. */
  readonly folder: string;
  readonly clips: number;
  readonly recordings: number;
  /** Clips made by this call: none where the folder was complete already. */
  readonly written: number;
}

/**
 * Makes the built-in sample dataset: eleven synthetic instruments in class folders, named as IRMAS names its clips, three
 * clips of three seconds a recording, 16-bit mono WAV at 22,050 Hz (132 kB a clip). The same options give the same
 * bytes on every machine. It says that it is synthetic in `instrunet-sample.json` and `README.txt`.
 * Calling it again on its own folder writes only what is missing; a kill leaves no folder that looks whole.
 * @throws EngineError `exists` where other files lie there or a sample dataset of other settings, `invalid-argument`,
 *   `permission-denied`, `disk-full`; AbortError
 */
export async function writeSampleDataset(folder: string, options: SampleDatasetOptions = {}): Promise<SampleDataset> {
  const { clipsPerClass = 60, seed = 1 } = options;
  const plan = planRecordings(clipsPerClass);
  const recordingOf = latestRecording(seed);
  const files = plan.flatMap((planned): SampleFile[] =>
    Array.from({ length: planned.clips }, (_, clip) => ({
      path: clipPath(planned, recordingOf(planned), clip + 1, seed),
      length: seconds(CLIP_SECONDS),
      render: () => recordingOf(planned).renderClip(clip + 1, CLIP_SECONDS),
    })),
  );
  const root = resolve(folder);
  const settings = { content: 'dataset', seed, clipsPerClass } as const;
  const written = await writeSampleFolder(root, settings, files, options);
  return { folder: root, clips: files.length, recordings: plan.length, written };
}

/** Makes recordings when they are asked for and keeps the latest, so that memory does not grow with the dataset. */
function latestRecording(seed: number): (planned: PlannedRecording) => SampleRecording {
  let latest: { readonly number: number; readonly recording: SampleRecording } | undefined;
  return ({ label, index, number }) => {
    if (latest?.number !== number) {
      latest = { number, recording: makeRecording({ seed, collection: 'dataset', label, index }) };
    }
    return latest.recording;
  };
}
