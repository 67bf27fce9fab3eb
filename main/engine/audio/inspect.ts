import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { decode, type DecodeOptions } from './decode.ts';

/** What is known of a recording after one pass over it. */
export interface AudioInspection {
  /** Seconds; 0 for a file without any samples. */
  readonly duration: number;
  /** Hz; 0 for a file without any samples. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Largest absolute sample value; full scale = 1. */
  readonly peak: number;
  /** Share of samples at full scale, 0 to 1. */
  readonly clipped: number;
  /** Whether the peak is below the limit. */
  readonly silent: boolean;
  /**
   * SHA-256 of rate, channels and decoded samples: equal for the same sound in another lossless container or with other
   * tags.
   */
  readonly sha256: string;
  /** Sentences about damage that did not prevent decoding. */
  readonly warnings: readonly string[];
}

/** A peak below this (dB, full scale = 0) is silence. */
const SILENCE_DB = -60;
/** The largest positive value of 16-bit sound: what a converter gives where the voltage was too high. */
const FULL_SCALE = 32_767 / 32_768;

/**
 * Reads a whole recording once, with bounded memory.
 * @throws EngineError, AbortError as `decode`
 */
export async function inspectAudio(path: string, options: DecodeOptions = {}): Promise<AudioInspection> {
  const warnings: string[] = [];
  const onWarning = (message: string): void => {
    warnings.push(message);
    options.onWarning?.(message);
  };
  const hash = createHash('sha256');
  let [sampleRate, channels, count, clippedCount, peak] = [0, 0, 0, 0, 0];
  for await (const chunk of decode(path, { ...options, onWarning })) {
    if (count === 0) {
      ({ sampleRate, channels } = chunk);
      hash.update(`${String(sampleRate)} Hz, ${String(channels)} channels, 32-bit float\n`);
    }
    for (const sample of chunk.samples) {
      const size = sample < 0 ? -sample : sample;
      if (size > peak) peak = size;
      if (size >= FULL_SCALE) clippedCount++;
    }
    count += chunk.samples.length;
    hash.update(littleEndian(chunk.samples));
  }
  return {
    duration: count === 0 ? 0 : count / channels / sampleRate,
    sampleRate,
    channels,
    peak,
    clipped: count === 0 ? 0 : clippedCount / count,
    silent: peak < 10 ** (SILENCE_DB / 20),
    sha256: hash.digest('hex'),
    warnings,
  };
}

function littleEndian(samples: Float32Array): Buffer {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}
