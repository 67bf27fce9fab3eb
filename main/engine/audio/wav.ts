import type { FileHandle } from 'node:fs/promises';

/** How the samples of a WAV file are laid down; all little-endian, the channels interleaved. */
export interface WavFormat {
  readonly sampleRate: number;
  readonly channels: number;
  readonly encoding: 'unsigned' | 'signed' | 'float';
  readonly bits: number;
}

export interface WavHeader {
  readonly format: WavFormat;
  /** Where the samples begin. */
  readonly dataOffset: number;
  /** As the header states; writers that could not go back leave 0 or 4294967295. */
  readonly dataBytes: number;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
/** Sub-format GUIDs of the extensible header are a format tag followed by these bytes. */
const GUID_TAIL = '000000001000800000aa00389b71';
const CHUNK_HEADER = 8;
const MAX_FORMAT_BYTES = 1024;

/** Reads `length` bytes at `position`, fewer at the end of the file. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

/** Reads from a file, whose beginning is read into `buffer` at once and taken from there. */
export async function readAtFrom(file: FileHandle, buffer: Buffer): Promise<ReadAt> {
  const fill = async (target: Buffer, position: number): Promise<Buffer> => {
    let filled = 0;
    while (filled < target.length) {
      const { bytesRead } = await file.read(target, filled, target.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return target.subarray(0, filled);
  };
  const beginning = await fill(buffer, 0);
  return (position, length) =>
    // A beginning that does not fill the buffer is the whole file.
    position + length <= beginning.length || beginning.length < buffer.length
      ? Promise.resolve(beginning.subarray(position, position + length))
      : fill(Buffer.allocUnsafe(length), position);
}

/**
 * The header of a plain PCM or float WAV file, skipping chunks of any other kind; null for everything else (other
 * formats, compressed WAV, RF64, a header that is cut off), which is left to ffmpeg.
 */
export async function readWavHeader(readAt: ReadAt): Promise<WavHeader | null> {
  const start = await readAt(0, 12);
  if (start.length < 12 || start.toString('latin1', 0, 4) !== 'RIFF' || start.toString('latin1', 8) !== 'WAVE') {
    return null;
  }
  let format: WavFormat | null = null;
  let position = 12;
  for (;;) {
    const chunk = await readAt(position, CHUNK_HEADER);
    if (chunk.length < CHUNK_HEADER) return null;
    const id = chunk.toString('latin1', 0, 4);
    const length = chunk.readUInt32LE(4);
    position += CHUNK_HEADER;
    if (id === 'data') return format === null ? null : { format, dataOffset: position, dataBytes: length };
    if (id === 'fmt ') format = parseFormat(await readAt(position, Math.min(length, MAX_FORMAT_BYTES)));
    // Chunks are padded to an even length.
    position += length + (length % 2);
  }
}

function parseFormat(chunk: Buffer): WavFormat | null {
  if (chunk.length < 16) return null;
  let tag = chunk.readUInt16LE(0);
  if (tag === EXTENSIBLE) {
    if (chunk.length < 40 || chunk.toString('hex', 26, 40) !== GUID_TAIL) return null;
    tag = chunk.readUInt16LE(24);
  }
  const channels = chunk.readUInt16LE(2);
  const sampleRate = chunk.readUInt32LE(4);
  const bits = chunk.readUInt16LE(14);
  if (channels === 0 || sampleRate === 0 || chunk.readUInt16LE(12) !== (channels * bits) / 8) return null;
  if (tag === PCM && [8, 16, 24, 32].includes(bits)) {
    return { sampleRate, channels, encoding: bits === 8 ? 'unsigned' : 'signed', bits };
  }
  if (tag === FLOAT && [32, 64].includes(bits)) return { sampleRate, channels, encoding: 'float', bits };
  return null;
}

/**
 * The samples in `bytes` as floats, full scale = 1: exactly what ffmpeg makes of them, infinities and NaN
 * being taken for silence.
 * `bytes` holds whole samples.
 */
export function decodeSamples(bytes: Buffer, { encoding, bits }: WavFormat): Float32Array {
  const width = bits / 8;
  const samples = new Float32Array(bytes.length / width);
  if (bits === 16) {
    const words = alignedView(bytes, Int16Array);
    for (let index = 0; index < samples.length; index++) samples[index] = (words[index] ?? 0) / 0x8000;
    return samples;
  }
  if (encoding === 'float' && bits === 32) samples.set(alignedView(bytes, Float32Array));
  else {
    const read = sampleReader(bytes, encoding, bits);
    for (let index = 0; index < samples.length; index++) samples[index] = read(index * width);
  }
  return encoding === 'float' ? withoutHoles(samples) : samples;
}

/** What is no number (a fault of the program that wrote the file) would spread over the whole clip; it becomes silence. */
function withoutHoles(samples: Float32Array): Float32Array {
  for (let index = 0; index < samples.length; index++) {
    if (!Number.isFinite(samples[index])) samples[index] = 0;
  }
  return samples;
}

function sampleReader(bytes: Buffer, encoding: WavFormat['encoding'], bits: number): (at: number) => number {
  if (encoding === 'float') return (at) => bytes.readDoubleLE(at);
  if (bits === 8) return (at) => (bytes.readUInt8(at) - 0x80) / 0x80;
  if (bits === 24) return (at) => bytes.readIntLE(at, 3) / 0x800000;
  return (at) => bytes.readInt32LE(at) / 0x80000000;
}

interface NumberView<T> {
  new (buffer: ArrayBufferLike, offset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}

/** As {@link decodeSamples}, but the mean of the channels. */
export function decodeMean(bytes: Buffer, format: WavFormat): Float32Array {
  const { channels, bits } = format;
  if (bits === 16 && channels === 2) {
    const words = alignedView(bytes, Int16Array);
    const mono = new Float32Array(words.length / 2);
    for (let frame = 0; frame < mono.length; frame++) {
      mono[frame] = ((words[2 * frame] ?? 0) + (words[2 * frame + 1] ?? 0)) / 0x10000;
    }
    return mono;
  }
  const samples = decodeSamples(bytes, format);
  if (channels === 1) return samples;
  const mono = new Float32Array(samples.length / channels);
  for (let frame = 0; frame < mono.length; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[frame * channels + channel] ?? 0;
    mono[frame] = sum / channels;
  }
  return mono;
}

/** The bytes as numbers of the machine, copied only where they do not lie on a multiple of their width. */
function alignedView<T>(bytes: Buffer, View: NumberView<T>): T {
  const aligned = bytes.byteOffset % View.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  return new View(aligned.buffer, aligned.byteOffset, Math.floor(bytes.length / View.BYTES_PER_ELEMENT));
}
