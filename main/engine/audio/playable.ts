import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EngineError, toEngineError } from '../common/errors.ts';
import { locateFfmpeg } from './ffmpeg.ts';
import { encodeFlac, FfmpegFailure } from './run-ffmpeg.ts';
import { reasonIn } from './unreadable.ts';
import { readAtFrom, readWavHeader, type ReadAt } from './wav.ts';

/** Enough for the headers that are looked at; chunks before a WAV's format are read from the file. */
const BEGINNING_BYTES = 1 << 12;
/** Ogg pages begin with 27 bytes and one for each segment; the first page has one segment. */
const OGG_HEADER = 28;
/** What Chromium decodes of Ogg, by the first bytes of its first packet. */
const OGG_CODECS = ['\x01vorbis', 'OpusHead', '\x7fFLAC'];
/** Stereo and surround up to 7.1. */
const MOST_CHANNELS = 8;
/** Hz. */
const HIGHEST_RATE = 192_000;

/**
 * Whether every Chromium plays this file as it is, judged by what is in it and not by its name: plain WAV of up to 32
 * bits, FLAC, MP3, and Ogg with Vorbis, Opus or FLAC. AAC depends on how Chromium was built, and everything else it does
 * not know; test/e2e/playable.test.ts asks a real one.
 * @throws EngineError `not-found`, `permission-denied`
 */
export async function isPlayable(path: string): Promise<boolean> {
  let file;
  try {
    file = await open(path);
  } catch (error) {
    throw toEngineError(error, path);
  }
  try {
    return await judge(await readAtFrom(file, Buffer.alloc(BEGINNING_BYTES)));
  } finally {
    await file.close();
  }
}

async function judge(readAt: ReadAt): Promise<boolean> {
  const wav = await readWavHeader(readAt);
  if (wav !== null) {
    const { bits, channels, sampleRate } = wav.format;
    return bits <= 32 && channels <= MOST_CHANNELS && sampleRate <= HIGHEST_RATE;
  }
  const start = await readAt(await id3Length(readAt), OGG_HEADER + 8);
  const text = start.toString('latin1');
  if (text.startsWith('fLaC')) return true;
  if (text.startsWith('OggS')) return OGG_CODECS.some((codec) => text.startsWith(codec, OGG_HEADER));
  return isMp3Frame(start);
}

/** Bytes of the ID3v2 tag that MP3 and FLAC may begin with. */
async function id3Length(readAt: ReadAt): Promise<number> {
  const head = await readAt(0, 10);
  if (head.toString('latin1', 0, 3) !== 'ID3' || head.length < 10) return 0;
  // Seven bits a byte.
  const size = head.subarray(6).reduce((total, byte) => (total << 7) | (byte & 0x7f), 0);
  return 10 + size;
}

/** Sync word of MPEG 1 or 2, layer III. */
function isMp3Frame(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes;
  return first === 0xff && (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08;
}

/**
 * Writes the first sound track of a file as FLAC that every Chromium plays: 16 bits, one or two channels, at most 48 kHz.
 * For listening only; features are made of the file itself.
 * @param to a file that does not exist yet
 * @throws EngineError `unreadable-audio`, `runtime-missing`, `disk-full`; AbortError
 */
export async function writePlayable(path: string, to: string, signal?: AbortSignal): Promise<void> {
  const { path: program } = await locateFfmpeg();
  const from = resolve(path);
  try {
    await encodeFlac(program, from, to, signal);
  } catch (error) {
    if (!(error instanceof FfmpegFailure)) throw error;
    const details = `${error.message}\n${error.words}`.trim();
    if (/no space left/iu.test(details)) throw new EngineError('disk-full', 'The disk is full.', { details });
    throw new EngineError('unreadable-audio', `It cannot be made playable: ${reasonIn(error.words, from)}.`, {
      details,
    });
  }
}
