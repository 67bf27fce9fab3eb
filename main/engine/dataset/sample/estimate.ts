import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { planRecordings } from './names.ts';
import { makeRecording } from './recording.ts';
import { CLIP_SECONDS } from './sample-dataset.ts';
import { seconds } from './signal.ts';
import { wavBytes } from './wav.ts';

/** What a clip of the sample dataset costs. */
export interface SampleEstimate {
  readonly classes: number;
  readonly bytesPerClip: number;
  /** Measured on this machine. */
  readonly secondsPerClip: number;
}

/** Makes one clip of every class as the sample dataset would, keeps none of it, and says how long that took. */
export async function estimateSample(seed: number): Promise<SampleEstimate> {
  const plan = planRecordings(1);
  let milliseconds = 0;
  for (const { label, index } of plan) {
    const started = performance.now();
    makeRecording({ seed, collection: 'dataset', label, index }).renderClip(1, CLIP_SECONDS);
    milliseconds += performance.now() - started;
    await yieldToOthers();
  }
  return {
    classes: plan.length,
    bytesPerClip: wavBytes(seconds(CLIP_SECONDS)),
    secondsPerClip: milliseconds / 1000 / plan.length,
  };
}
