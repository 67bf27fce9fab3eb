import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { convertIndexedToRgb, decode, hasPngSignature, type DecodedPng } from 'fast-png';
import { EngineError, toEngineError } from '../common/errors.ts';

/** A picture as 8-bit red, green and blue, rows from the top down. */
export interface RgbPicture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Fewer pixels than this along a side hold no spectrogram. */
export const MIN_SIDE = 16;
/** More pixels than this are no spectrogram of a clip, and would fill the memory. */
const MAX_PIXELS = 1 << 24;
const MAX_FILE_BYTES = 1 << 27;
/** Signature, then the IHDR chunk with width and height in its first eight bytes. */
const HEADER_BYTES = 33;

function unreadable(path: string, reason: string, cause?: unknown): EngineError {
  const details = cause instanceof Error ? { details: cause.message, cause } : {};
  return new EngineError('unreadable-image', `${basename(path)} cannot be used as a spectrogram: ${reason}.`, details);
}

/**
 * Reads a PNG of any kind (palette, gray, RGB, with transparency, 1 to 16 bits, interlaced). Transparent parts are laid
 * over white.
 * @throws EngineError `unreadable-image` with the reason, `not-found`, `permission-denied`
 */
export async function readPng(path: string): Promise<RgbPicture> {
  const bytes = await readBytes(path);
  if (bytes.length === 0) throw unreadable(path, 'it is empty (0 bytes)');
  if (!hasPngSignature(bytes.subarray(0, 8))) throw unreadable(path, 'it is no PNG file');
  if (bytes.length < HEADER_BYTES) throw unreadable(path, 'it is cut off in its header');
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const size = `${width} x ${height} pixels`;
  if (width < MIN_SIDE || height < MIN_SIDE) throw unreadable(path, `${size} are far too few`);
  if (width * height > MAX_PIXELS) throw unreadable(path, `${size} are far too many for the picture of one clip`);
  try {
    return { width, height, rgb: toRgb(decode(bytes, { checkCrc: true })) };
  } catch (error) {
    throw unreadable(path, 'the PNG is damaged', error);
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    // Looked at before it is opened: opening a pipe would wait for whoever writes into it.
    const stats = await stat(path);
    if (!stats.isFile()) throw unreadable(path, stats.isDirectory() ? 'it is a folder' : 'it is no ordinary file');
    if (stats.size > MAX_FILE_BYTES) throw unreadable(path, 'the file is far too large');
    return await readFile(path);
  } catch (error) {
    throw toEngineError(error, basename(path));
  }
}

function toRgb(png: DecodedPng): Uint8Array {
  const { values, channels } = pixelBytes(png);
  const pixels = png.width * png.height;
  const rgb = new Uint8Array(3 * pixels);
  const colours = channels >= 3 ? 3 : 1;
  const hasAlpha = channels === 2 || channels === 4;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * channels;
    const alpha = hasAlpha ? (values[from + colours] ?? 0) : 255;
    for (let channel = 0; channel < 3; channel++) {
      const value = values[from + (colours === 3 ? channel : 0)] ?? 0;
      rgb[3 * pixel + channel] = alpha === 255 ? value : Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return rgb;
}

/** One byte a value, whatever the file's way of packing them. */
function pixelBytes(png: DecodedPng): { values: Uint8Array; channels: number } {
  const { palette, depth } = png;
  if (palette !== undefined) return { values: convertIndexedToRgb(png), channels: palette[0]?.length ?? 3 };
  if (depth < 8) {
    const highest = 2 ** depth - 1;
    const grays = Array.from({ length: highest + 1 }, (_, level) => [Math.round((level * 255) / highest)]);
    return { values: convertIndexedToRgb({ ...png, palette: grays }), channels: 1 };
  }
  if (depth === 8) return { values: Uint8Array.from(png.data), channels: png.channels };
  return { values: Uint8Array.from(png.data, (value) => value >> 8), channels: png.channels };
}
