import { concatenate } from './samples.ts';

export interface WindowOptions {
  /** Hz, of the samples that come in. */
  readonly sampleRate: number;
  readonly windowSeconds: number;
  /** From the start of one window to that of the next. */
  readonly hopSeconds: number;
}

/** A stretch of a recording. */
export interface AudioWindow {
  /** Seconds from the beginning of the recording. */
  readonly start: number;
  readonly end: number;
  readonly samples: Float32Array;
}

/**
 * Cuts a stream of samples into windows, holding no more than a window and a chunk. The last, partial window comes too
 * when at least half a hop of it lies in no window before, or when it is the only one; so less than half a hop at the
 * end of a recording goes unheard.
 * @throws RangeError unless window and hop are at least one sample
 */
export async function* slidingWindows(
  chunks: AsyncIterable<Float32Array> | Iterable<Float32Array>,
  { sampleRate, windowSeconds, hopSeconds }: WindowOptions,
): AsyncGenerator<AudioWindow, void, void> {
  const size = Math.round(windowSeconds * sampleRate);
  const hop = Math.round(hopSeconds * sampleRate);
  if (!(size >= 1 && hop >= 1)) throw new RangeError('window and hop must be at least one sample long');
  let start = 0;
  // Samples to pass over before `start`, when the hop is longer than the window.
  let skip = 0;
  let pending: Float32Array[] = [];
  let held = 0;
  let heardUntil = 0;

  const cut = (samples: Float32Array): AudioWindow => {
    heardUntil = start + samples.length;
    return { start: start / sampleRate, end: heardUntil / sampleRate, samples };
  };

  for await (const chunk of chunks) {
    const passed = Math.min(skip, chunk.length);
    skip -= passed;
    pending.push(chunk.subarray(passed));
    held += chunk.length - passed;
    if (held < size) continue;
    let samples = concatenate(pending);
    while (samples.length >= size) {
      yield cut(samples.slice(0, size));
      start += hop;
      skip += Math.max(0, hop - samples.length);
      samples = samples.subarray(Math.min(hop, samples.length));
    }
    pending = [samples.slice()];
    held = samples.length;
  }
  const rest = concatenate(pending);
  const unheard = start + rest.length - heardUntil;
  if (rest.length > 0 && (start === 0 || unheard >= hop / 2)) yield cut(rest.slice());
}
