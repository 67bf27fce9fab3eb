import type { Random } from '../../common/random.ts';
import type { ImageStore } from '../../features/images.ts';
import type { AugmentationOptions } from './options.ts';

export type ImageLayout = Pick<ImageStore, 'height' | 'width' | 'channels'>;

/** Points between which an equaliser's line is straight, evenly spaced from the highest to the lowest band. */
export const EQUALISER_KNOTS = 6;

/**
 * Changes one image in place: rolled in time, moved in pitch, louder or quieter, flatter or steeper, its bands raised and
 * lowered, with one piece of time and one of frequency silenced. Which and how much is drawn from `random`, always as many numbers in the same order,
 * so that switching one change on leaves the others as they were.
 * @param image the bytes of one image, rows from the top (high frequencies) down
 * @param scratch as long as `image`; overwritten
 */
export function augmentImage(
  image: Uint8Array,
  scratch: Uint8Array,
  { height, width, channels }: ImageLayout,
  options: AugmentationOptions,
  random: Random,
): void {
  const columns = Math.round(random.between(-1, 1) * options.roll * width);
  const rows = eitherWay(options.pitchShift, random);
  const gain = eitherWay(options.gain, random);
  const contrast = 1 + random.between(-1, 1) * options.contrast;
  const silentColumns = drawPiece(width, options.timeMask, random);
  const silentRows = drawPiece(height, options.frequencyMask, random);
  const knots = Array.from({ length: EQUALISER_KNOTS }, () => random.between(-1, 1) * options.equaliser);

  if (columns !== 0 || rows !== 0) move(image, scratch, height, width * channels, rows, columns * channels);
  if (gain !== 0 || contrast !== 1) mapLoudness(image, gain, contrast);
  const line = width * channels;
  if (options.equaliser !== 0) equalise(image, height, line, knots);
  image.fill(0, silentRows.start * line, silentRows.end * line);
  for (let row = 0; silentColumns.end > silentColumns.start && row < height; row++) {
    image.fill(0, row * line + silentColumns.start * channels, row * line + silentColumns.end * channels);
  }
}

/** A whole number from -`limit` to `limit`. */
function eitherWay(limit: number, random: Random): number {
  return random.integer(2 * limit + 1) - limit;
}

/** A piece of a line of `size`, at most `share` of it long. */
function drawPiece(size: number, share: number, random: Random): { start: number; end: number } {
  const length = Math.floor(random.next() * (Math.floor(share * size) + 1));
  const start = Math.floor(random.next() * (size - length + 1));
  return { start, end: start + length };
}

/** Up by `rows` (the outermost row fills what comes free) and to the right by `bytes`, around the end of the line. */
function move(image: Uint8Array, scratch: Uint8Array, height: number, line: number, rows: number, bytes: number): void {
  scratch.set(image);
  const cut = ((bytes % line) + line) % line;
  for (let row = 0; row < height; row++) {
    const from = Math.min(height - 1, Math.max(0, row + rows)) * line;
    image.set(scratch.subarray(from + line - cut, from + line), row * line);
    image.set(scratch.subarray(from, from + line - cut), row * line + cut);
  }
}

/** Contrast about the middle of the range, then gain. */
function mapLoudness(image: Uint8Array, gain: number, contrast: number): void {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => 127.5 + (value - 127.5) * contrast + gain);
  for (let index = 0; index < image.length; index++) image[index] = table[image[index] ?? 0] ?? 0;
}

/** Raises or lowers each row by the value of the line through the knots there. */
function equalise(image: Uint8Array, height: number, line: number, knots: readonly number[]): void {
  for (let row = 0; row < height; row++) {
    const at = (row / Math.max(1, height - 1)) * (knots.length - 1);
    const before = Math.min(knots.length - 2, Math.floor(at));
    const [from = 0, to = 0] = knots.slice(before, before + 2);
    const gain = Math.round(from + (to - from) * (at - before));
    for (let index = row * line; index < (row + 1) * line; index++) {
      image[index] = Math.min(255, Math.max(0, (image[index] ?? 0) + gain));
    }
  }
}
