import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { EngineError, toEngineError } from '../common/errors.ts';
import { locateFfmpeg } from './ffmpeg.ts';
import { createResampler, type Resampler } from './resample.ts';
import { decodeToWav, FfmpegFailure } from './run-ffmpeg.ts';
import { reasonIn } from './unreadable.ts';
import {
  decodeMean,
  decodeSamples,
  readAtFrom,
  readWavHeader,
  type ReadAt,
  type WavFormat,
  type WavHeader,
} from './wav.ts';

/** A stretch of a recording at its own rate. */
export interface AudioChunk {
  readonly sampleRate: number;
  readonly channels: number;
  /** Interleaved, full scale = 1. */
  readonly samples: Float32Array;
}

export interface DecodeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told, in one sentence, when only a part of the file could be decoded or something in it was damaged. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Small enough to stay in the processor's cache on its way to the image. */
const PIECE_BYTES = 1 << 16;
/** What is read of a file at first: all of most clips. */
const BEGINNING_BYTES = 1 << 20;
/** The smallest header of a WAV file. */
const MIN_RIFF_BYTES = 44;
/** Buffers to be used again: as many as files are ever read at a time. What is yielded is used up before the next read. */
const spareBuffers: Buffer[] = [];
/** A length in a header whose writer could not know it. */
const UNKNOWN_BYTES = 0xffffffff;
/** From here to 0x7fffffff, too: what programs such as sox write into a header that they cannot go back to. */
const UNKNOWN_BYTES_FROM = 0x7fff0000;
/** Hz. No recording is outside; a header that says so is damaged, and believing it would take hours or all memory. */
const [MIN_RATE, MAX_RATE] = [1000, 4_000_000];

/** A stretch of a recording as it lies in the file, or as ffmpeg hands it over: whole frames. */
interface RawChunk {
  readonly format: WavFormat;
  readonly bytes: Buffer;
}

/**
 * Decodes a sound file of any kind ffmpeg reads, in stretches of at most a few seconds, so that memory does not grow
 * with its length. Plain WAV is read here, everything else by ffmpeg; both give the same samples. A file that is sound
 * but empty yields nothing.
 * @throws EngineError `unreadable-audio` naming the file and the reason, with ffmpeg's last words as details;
 * `not-found`, `permission-denied`, `runtime-missing` (no ffmpeg); AbortError
 */
export async function* decode(path: string, options: DecodeOptions = {}): AsyncGenerator<AudioChunk, void, void> {
  for await (const { format, bytes } of readRaw(path, options)) {
    yield { sampleRate: format.sampleRate, channels: format.channels, samples: decodeSamples(bytes, format) };
  }
}

/** As {@link decode}, but the mean of the channels, converted to `sampleRate` (Hz). */
export async function* decodeMono(
  path: string,
  sampleRate: number,
  options: DecodeOptions = {},
): AsyncGenerator<Float32Array, void, void> {
  let resampler: Resampler | undefined;
  for await (const { format, bytes } of readRaw(path, options)) {
    resampler ??= createResampler(format.sampleRate, sampleRate);
    const samples = resampler.push(decodeMean(bytes, format));
    if (samples.length > 0) yield samples;
  }
  const rest = resampler?.end();
  if (rest !== undefined && rest.length > 0) yield rest;
}

async function* readRaw(path: string, options: DecodeOptions): AsyncGenerator<RawChunk, void, void> {
  options.signal?.throwIfAborted();
  const name = basename(path);
  const file = await openOrdinary(path, name);
  const buffer = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(BEGINNING_BYTES);
  try {
    const { size } = await file.stat();
    if (size === 0) throw unreadable(name, 'it is empty (0 bytes)');
    const readAt = await readAtFrom(file, buffer);
    const header = await readWavHeader(readAt);
    if (header !== null && header.dataBytes > 0 && header.dataBytes < UNKNOWN_BYTES) {
      checkRate(name, header.format);
      yield* readWav(name, readAt, header, options);
      return;
    }
    if (size < MIN_RIFF_BYTES && (await readAt(0, 4)).toString('latin1') === 'RIFF') {
      throw unreadable(name, 'it is cut off in its header');
    }
  } finally {
    spareBuffers.push(buffer);
    await file.close();
  }
  yield* readWithFfmpeg(name, resolve(path), options);
}

/** Looks before it opens: opening a pipe would wait for whoever writes into it. */
async function openOrdinary(path: string, name: string): Promise<FileHandle> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw unreadable(name, 'it is a folder');
    if (!stats.isFile()) throw unreadable(name, 'it is no ordinary file');
    return await open(path);
  } catch (error) {
    throw toEngineError(error, name);
  }
}

function checkRate(name: string, { sampleRate }: WavFormat): void {
  if (sampleRate >= MIN_RATE && sampleRate <= MAX_RATE) return;
  throw unreadable(name, `its header is damaged: ${sampleRate} samples a second are no rate of a recording`);
}

function unreadable(name: string, reason: string, details?: string): EngineError {
  const more = details === undefined || details === '' ? {} : { details };
  return new EngineError('unreadable-audio', `${name} cannot be read as sound: ${reason}.`, more);
}

function frameBytes({ channels, bits }: WavFormat): number {
  return (channels * bits) / 8;
}

async function* readWav(
  name: string,
  readAt: ReadAt,
  { format, dataOffset, dataBytes }: WavHeader,
  { signal, onWarning }: DecodeOptions,
): AsyncGenerator<RawChunk, void, void> {
  const frame = frameBytes(format);
  const piece = Math.max(1, Math.floor(PIECE_BYTES / frame)) * frame;
  let read = 0;
  while (read < dataBytes) {
    signal?.throwIfAborted();
    const bytes = await readAt(dataOffset + read, Math.min(piece, dataBytes - read));
    const usable = bytes.length - (bytes.length % frame);
    if (usable === 0) break;
    read += usable;
    yield { format, bytes: bytes.subarray(0, usable) };
  }
  const missing = Math.floor((dataBytes - read) / frame) / format.sampleRate;
  if (missing === 0) return;
  if (read === 0) throw unreadable(name, 'it ends right after its header');
  if (dataBytes >= UNKNOWN_BYTES_FROM && dataBytes <= 0x7fffffff) return;
  const all = dataBytes / frame / format.sampleRate;
  onWarning?.(`${name} ends early: ${missing.toFixed(1)} of ${all.toFixed(1)} seconds are missing.`);
}

/** Cuts ffmpeg's output into chunks: first the header, then whole frames. */
async function* readWithFfmpeg(
  name: string,
  path: string,
  { signal, onWarning }: DecodeOptions,
): AsyncGenerator<RawChunk, void, void> {
  const { path: program } = await locateFfmpeg();
  const stream = decodeToWav(program, path, signal);
  let pending: Buffer = Buffer.alloc(0);
  let format: WavFormat | undefined;
  let decoded = false;
  try {
    for (;;) {
      const next = await stream.next();
      if (next.done === true) {
        if (next.value !== '') onWarning?.(`${name} is damaged in places: ${reasonIn(next.value, path)}.`);
        if (format === undefined) throw unreadable(name, reasonIn(next.value, path), next.value);
        return;
      }
      pending = pending.length === 0 ? next.value : Buffer.concat([pending, next.value]);
      if (format === undefined) {
        const bytes = pending;
        const header = await readWavHeader((at, length) => Promise.resolve(bytes.subarray(at, at + length)));
        if (header === null) continue;
        checkRate(name, header.format);
        format = header.format;
        pending = pending.subarray(header.dataOffset);
      }
      const usable = pending.length - (pending.length % frameBytes(format));
      if (usable === 0) continue;
      const bytes = pending.subarray(0, usable);
      pending = pending.subarray(usable);
      decoded = true;
      yield { format, bytes };
    }
  } catch (error) {
    if (!(error instanceof FfmpegFailure)) throw error;
    const details = `${error.message}\n${error.words}`.trim();
    if (!decoded) throw unreadable(name, reasonIn(error.words, path), details);
    onWarning?.(`${name} could only be read in part: ${reasonIn(error.words, path)}.`);
  } finally {
    await stream.return('');
  }
}
