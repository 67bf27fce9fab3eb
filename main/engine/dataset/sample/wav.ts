import type { Signal } from './signal.ts';
import { SAMPLE_RATE } from './signal.ts';

const HEADER_BYTES = 44;
const PCM = 1;
const BYTES_PER_SAMPLE = 2;

/** Size of the file that `encodeWav` makes of so many samples. */
export function wavBytes(samples: number): number {
  return HEADER_BYTES + samples * BYTES_PER_SAMPLE;
}

/** A mono 16-bit WAV file of `signal` (-1 to 1, clamped). */
export function encodeWav(signal: Signal): Uint8Array {
  const dataBytes = signal.length * BYTES_PER_SAMPLE;
  const file = Buffer.alloc(wavBytes(signal.length));
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(PCM, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(SAMPLE_RATE, 24);
  file.writeUInt32LE(SAMPLE_RATE * BYTES_PER_SAMPLE, 28);
  file.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  file.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
  for (let i = 0, at = HEADER_BYTES; i < signal.length; i++, at += BYTES_PER_SAMPLE) {
    const value = Math.round(Math.min(1, Math.max(-1, signal[i] ?? 0)) * 32767);
    file[at] = value & 0xff;
    file[at + 1] = (value >> 8) & 0xff;
  }
  return file;
}
