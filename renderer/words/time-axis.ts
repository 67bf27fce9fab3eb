import type { Outputs } from '../../preload/contract.ts';

/** Seconds of a sound from the left end of its outline on. */
export interface TimeAxis {
  readonly start: number;
  readonly span: number;
}

/**
 * What the outline of a sound shows: that of a longer recording all of it, that of a clip no longer than the spectrogram
 * above just what that shows, so that what stands below each other is the same moment.
 * @param seconds that the spectrogram spans
 */
export function timeAxis({ duration, heard }: Outputs['media.waveform'], seconds: number): TimeAxis {
  return duration > seconds ? { start: 0, span: duration } : { start: heard.start, span: seconds };
}
