import { basename } from 'node:path';
import { EngineError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import { resizeBilinear, type ByteImage } from './byte-image.ts';
import { invertColourMap, type ColourMapName } from './colour-map.ts';
import { MIN_SIDE, readPng, type RgbPicture } from './png.ts';
import type { Recipe } from './recipe.ts';

/** What is known of a picture after reading it. */
export interface ImageInspection {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** SHA-256 of size and pixels: equal for the same picture however it was packed. */
  readonly sha256: string;
  /** The colour map on which all its pixels lie, or null. */
  readonly colourMap: ColourMapName | null;
}

/** A picture whose pixels repeat so that this many times fewer hold the same is taken as blown up. */
const MIN_BLOW_UP = 1.5;

/**
 * Reads a picture and says what it is.
 * @throws EngineError `unreadable-image`, `not-found`, `permission-denied`
 */
export async function inspectImage(path: string): Promise<ImageInspection> {
  const { width, height, rgb } = await readContent(path);
  const hash = sha256(Buffer.concat([Buffer.from(`${String(width)} x ${String(height)} RGB\n`), rgb]));
  return { width, height, sha256: hash, colourMap: invertColourMap(rgb)?.name ?? null };
}

/**
 * A spectrogram picture as bytes of the recipe's size: loudness where all its pixels lie on a known colour map (one
 * channel), its colours otherwise (three). A picture blown up from fewer pixels is brought back to those before it is
 * resized, so that it gives what the small one would.
 * @throws EngineError `unreadable-image` with the reason, `not-found`, `permission-denied`
 */
export async function readSpectrogramImage(path: string, recipe: Recipe): Promise<ByteImage> {
  const { width, height, rgb } = await readContent(path);
  const mapped = invertColourMap(rgb);
  const image: ByteImage =
    mapped === null ? { width, height, channels: 3, data: rgb } : { width, height, channels: 1, data: mapped.levels };
  return resizeBilinear(withoutBlowUp(image), recipe.imageHeight, recipe.imageWidth);
}

async function readContent(path: string): Promise<RgbPicture> {
  const picture = await readPng(path);
  const { rgb } = picture;
  if (rgb.every((value, index) => value === rgb[index % 3])) {
    const reason = 'cannot be used as a spectrogram: all its pixels have the same colour.';
    throw new EngineError('unreadable-image', `${basename(path)} ${reason}`);
  }
  return picture;
}

/** The picture before its pixels were repeated (nearest neighbour), or itself. */
export function withoutBlowUp(image: ByteImage): ByteImage {
  const { columns, rows } = changes(image);
  const width = fewestPixels(columns, image.width);
  const height = fewestPixels(rows, image.height);
  if (width === image.width && height === image.height) return image;
  const { channels } = image;
  const data = new Uint8Array(width * height * channels);
  let to = 0;
  for (let row = 0; row < height; row++) {
    const fromRow = Math.floor(((row + 0.5) * image.height) / height) * image.width;
    for (let column = 0; column < width; column++) {
      const from = (fromRow + Math.floor(((column + 0.5) * image.width) / width)) * channels;
      for (let channel = 0; channel < channels; channel++) data[to++] = image.data[from + channel] ?? 0;
    }
  }
  return { width, height, channels, data };
}

/** The columns and rows that differ from the one before. */
function changes({ width, height, channels, data }: ByteImage): { columns: number[]; rows: number[] } {
  const line = width * channels;
  const changed = new Uint8Array(line);
  const rows: number[] = [];
  for (let row = 0; row < height; row++) {
    let differs = false;
    for (let at = 0; at < line; at++) {
      const value = data[row * line + at];
      if (at >= channels && value !== data[row * line + at - channels]) changed[at] = 1;
      if (row > 0 && value !== data[(row - 1) * line + at]) differs = true;
    }
    if (differs) rows.push(row);
  }
  const columns = Array.from({ length: width }, (_, column) => column).filter((column) =>
    changed.subarray(column * channels, (column + 1) * channels).includes(1),
  );
  return { columns, rows };
}

/** The smallest number of pixels that, blown up to `size`, changes nowhere else than `changed`; `size` if none does. */
function fewestPixels(changed: readonly number[], size: number): number {
  for (let pixels = MIN_SIDE; pixels * MIN_BLOW_UP <= size; pixels++) {
    for (const centre of [0.5, 0]) {
      const source = (position: number): number => Math.floor(((position + centre) * pixels) / size);
      if (changed.every((position) => source(position) !== source(position - 1))) return pixels;
    }
  }
  return size;
}
