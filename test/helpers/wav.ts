import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeWav as writeChannels } from '../fixtures/audio/write-wav.ts';

/** Writes a WAV file of 16 bits or of 32-bit floats, making its folder. One array is mono. */
export async function writeWav(
  path: string,
  samples: Float32Array | readonly Float32Array[],
  sampleRate = 16_000,
  format: 'pcm16' | 'float32' = 'pcm16',
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const channels = samples instanceof Float32Array ? [samples] : samples;
  const encoding = format === 'pcm16' ? {} : ({ bits: 32, float: true } as const);
  await writeChannels(path, channels, { rate: sampleRate, ...encoding });
}

/** A sine. */
export function tone(frequency: number, seconds: number, sampleRate = 16_000, amplitude = 0.5): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * sampleRate) },
    (_, index) => amplitude * Math.sin((2 * Math.PI * frequency * index) / sampleRate),
  );
}
