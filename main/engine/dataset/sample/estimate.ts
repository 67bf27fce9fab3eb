import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { CLIPS_PER_RECORDING, planRecordings } from './names.ts';
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

/** Makes one recording of every class as the sample dataset would, keeps none of it, and says how long that took. */
export async function estimateSample(seed: number): Promise<SampleEstimate> {
  const plan = planRecordings(CLIPS_PER_RECORDING);
  let milliseconds = 0;
  for (const { label, index, clips } of plan) {
    const started = performance.now();
    const recording = makeRecording({ seed, collection: 'dataset', label, index });
    for (let clip = 1; clip <= clips; clip++) recording.renderClip(clip, CLIP_SECONDS);
    milliseconds += performance.now() - started;
    await yieldToOthers();
  }
  return {
    classes: plan.length,
    bytesPerClip: wavBytes(seconds(CLIP_SECONDS)),
    secondsPerClip: milliseconds / 1000 / (plan.length * CLIPS_PER_RECORDING),
  };
}
