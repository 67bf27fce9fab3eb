import type { MelImage } from './mel-spectrogram.ts';

/** An image as the cache keeps it: one byte a pixel and channel, rows from the top down, channels last. */
export interface ByteImage {
  readonly height: number;
  readonly width: number;
  /** 1: loudness, 0 for -topDb to 255 for the loudest. 3: red, green, blue. */
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** `round((dB + topDb) * 255 / topDb)` for each value, low frequencies in the bottom row. */
export function toByteImage({ height, width, decibels }: MelImage, topDb: number): ByteImage {
  const data = new Uint8Array(height * width);
  const scale = 255 / topDb;
  for (let band = 0; band < height; band++) {
    const from = band * width;
    const to = (height - 1 - band) * width;
    for (let frame = 0; frame < width; frame++) {
      data[to + frame] = Math.round(((decibels[from + frame] ?? 0) + topDb) * scale);
    }
  }
  return { height, width, channels: 1, data };
}

/** For each pixel along one side of the result: the two pixels it lies between and how far it is from the first. */
function interpolation(from: number, to: number): { low: number; high: number; share: number }[] {
  return Array.from({ length: to }, (_, index) => {
    const position = ((index + 0.5) * from) / to - 0.5;
    const low = Math.max(0, Math.floor(position));
    return { low, high: Math.min(from - 1, Math.floor(position) + 1), share: Math.max(0, position - low) };
  });
}

/**
 * Bilinear resize with half-pixel centres, clamped edges and no antialiasing, rounded to bytes: what TensorFlow's
 * `image.resize(method='bilinear')` gives.
 */
export function resizeBilinear(image: ByteImage, height: number, width: number): ByteImage {
  if (image.height === height && image.width === width) return image;
  const { channels, data } = image;
  const columns = interpolation(image.width, width);
  const rows = interpolation(image.height, height);
  const stretched = new Float32Array(image.height * width * channels);
  for (let row = 0; row < image.height; row++) {
    const from = row * image.width * channels;
    let to = row * width * channels;
    for (const { low, high, share } of columns) {
      for (let channel = 0; channel < channels; channel++) {
        const left = data[from + low * channels + channel] ?? 0;
        const right = data[from + high * channels + channel] ?? 0;
        stretched[to++] = left + share * (right - left);
      }
    }
  }
  const result = new Uint8Array(height * width * channels);
  const line = width * channels;
  rows.forEach(({ low, high, share }, row) => {
    for (let at = 0; at < line; at++) {
      const above = stretched[low * line + at] ?? 0;
      const below = stretched[high * line + at] ?? 0;
      result[row * line + at] = above + share * (below - above) + 0.5;
    }
  });
  return { height, width, channels, data: result };
}
