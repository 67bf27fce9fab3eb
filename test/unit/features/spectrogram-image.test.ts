import { execFileSync } from 'node:child_process';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { encode, type ImageData } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { resizeBilinear, type ByteImage } from '../../../main/engine/features/byte-image.ts';
import { applyColourMap, colourTable } from '../../../main/engine/features/colour-map.ts';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { inspectImage, readSpectrogramImage, withoutBlowUp } from '../../../main/engine/features/spectrogram-image.ts';
import { noise } from '../../fixtures/audio/signals.ts';
import { indexedPng } from '../../fixtures/features/indexed-png.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';

const at = suitePaths();
const WIDTH = 94;
const HEIGHT = 128;
const levels = Uint8Array.from(noise(WIDTH * HEIGHT), (value) => Math.floor((value + 0.5) * 256));
const image: ByteImage = { width: WIDTH, height: HEIGHT, channels: 1, data: levels };
const expected = resizeBilinear(image, 128, 128);

function coloured(bytes: Uint8Array, name: 'magma' | 'viridis'): Uint8Array {
  const rgb = new Uint8Array(3 * bytes.length);
  applyColourMap(bytes, colourTable(name), rgb);
  return rgb;
}

async function png(name: string, content: ImageData, options = {}): Promise<string> {
  await writeFile(at(name), encode(content, options));
  return at(name);
}

function blownUp(source: ByteImage, height: number, width: number): ByteImage {
  const data = new Uint8Array(height * width * source.channels);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const row = Math.floor(((Math.floor(pixel / width) + 0.5) * source.height) / height);
    const column = Math.floor((((pixel % width) + 0.5) * source.width) / width);
    for (let channel = 0; channel < source.channels; channel++) {
      const value = source.data[(row * source.width + column) * source.channels + channel] ?? 0;
      data[pixel * source.channels + channel] = value;
    }
  }
  return { width, height, channels: source.channels, data };
}

const size = { width: WIDTH, height: HEIGHT };
const rgb = coloured(levels, 'magma');
const rgba = Uint8Array.from({ length: 4 * levels.length }, (_, index) =>
  index % 4 === 3 ? 255 : (rgb[Math.floor(index / 4) * 3 + (index % 4)] ?? 0),
);

describe('readSpectrogramImage', () => {
  it.each<[string, ImageData, object]>([
    ['gray', { ...size, data: levels, channels: 1 }, {}],
    ['interlaced gray', { ...size, data: levels, channels: 1 }, { interlace: 'Adam7' }],
    ['16-bit gray', { ...size, data: Uint16Array.from(levels, (level) => level * 257), channels: 1, depth: 16 }, {}],
    ['magma as RGB', { ...size, data: rgb, channels: 3 }, {}],
    ['magma as RGBA', { ...size, data: rgba, channels: 4 }, {}],
  ])('brings %s back to loudness', async (name, content, options) => {
    expect(await readSpectrogramImage(await png(`${name}.png`, content, options), DEFAULT_RECIPE)).toEqual(expected);
  });

  it('brings a palette in magma back to loudness', async () => {
    const palette = coloured(
      Uint8Array.from({ length: 256 }, (_, level) => level),
      'magma',
    );
    await writeFile(at('palette.png'), indexedPng({ ...size, values: levels, bits: 8, palette }));
    expect(await readSpectrogramImage(at('palette.png'), DEFAULT_RECIPE)).toEqual(expected);
  });

  it.each([1, 2, 4] as const)('brings %i bits a pixel back to loudness, in gray and in magma', async (bits) => {
    const highest = 2 ** bits - 1;
    const values = levels.map((level) => level & highest);
    const data = values.map((value) => Math.round((value * 255) / highest));
    const wanted = resizeBilinear({ ...image, data }, 128, 128);
    const shades = Uint8Array.from({ length: highest + 1 }, (_, value) => Math.round((value * 255) / highest));
    for (const palette of [undefined, coloured(shades, 'magma')]) {
      await writeFile(at('few.png'), indexedPng({ ...size, values, bits, ...(palette && { palette }) }));
      expect(await readSpectrogramImage(at('few.png'), DEFAULT_RECIPE)).toEqual(wanted);
    }
  });

  it('brings viridis back to within a level: some of its neighbouring levels share a colour', async () => {
    const path = await png('viridis.png', { ...size, data: coloured(levels, 'viridis'), channels: 3 });
    const { channels, data } = await readSpectrogramImage(path, DEFAULT_RECIPE);
    expect(channels).toBe(1);
    data.forEach((level, index) => {
      expect(Math.abs(level - (expected.data[index] ?? NaN))).toBeLessThanOrEqual(1);
    });
  });

  it('keeps other pictures in colour', async () => {
    const data = Uint8Array.from(noise(3 * levels.length, 4), (value) => Math.floor((value + 0.5) * 256));
    const result = await readSpectrogramImage(await png('other.png', { ...size, data, channels: 3 }), DEFAULT_RECIPE);
    expect(result).toEqual(resizeBilinear({ ...size, channels: 3, data }, 128, 128));
  });

  it.each([
    [2 * HEIGHT, 3 * WIDTH],
    [369, 496],
    [HEIGHT, 2 * WIDTH],
  ])('samples a picture blown up to %i x %i pixels', async (height, width) => {
    const large = blownUp(image, height, width);
    const path = await png('large.png', { width, height, data: coloured(large.data, 'magma'), channels: 3 });
    expect(await readSpectrogramImage(path, DEFAULT_RECIPE)).toEqual(expected);
  });

  it('does not take the silence at the end of a clip for blown-up pixels', () => {
    const data = Uint8Array.from(levels, (level, index) => (index % WIDTH > 40 ? 0 : level));
    expect(withoutBlowUp({ ...image, data })).toEqual({ ...image, data });
  });
});

describe('inspectImage', () => {
  it('gives the same hash for the same pixels, however they are packed', async () => {
    const first = await inspectImage(await png('rgb.png', { ...size, data: rgb, channels: 3 }));
    const second = await inspectImage(await png('rgba.png', { ...size, data: rgba, channels: 4 }));
    expect(first).toMatchObject({ width: WIDTH, height: HEIGHT, colourMap: 'magma' });
    expect(second).toEqual(first);
    const other = coloured(levels.slice().reverse(), 'magma');
    expect((await inspectImage(await png('b.png', { ...size, data: other, channels: 3 }))).sha256).not.toBe(
      first.sha256,
    );
  });
});

describe('a picture that is none of a spectrogram', () => {
  const failure = async (path: string): Promise<unknown> => inspectImage(path).catch((error: unknown) => error);
  const solid = (width: number, height: number): ImageData => ({
    width,
    height,
    data: new Uint8Array(width * height).fill(9),
    channels: 1,
  });

  it.each<[string, ImageData, RegExp]>([
    ['pixel.png', solid(1, 1), /pixel\.png .*1 x 1 pixels are far too few/],
    ['thin.png', solid(400, 3), /400 x 3 pixels are far too few/],
    ['blank.png', solid(64, 64), /all its pixels have the same colour/],
  ])('is refused: %s', async (name, content, message) => {
    expect(await failure(await png(name, content))).toMatchObject({
      code: 'unreadable-image',
      message: expect.stringMatching(message) as string,
    });
  });

  it('is refused before its pixels are unpacked when it is enormous', async () => {
    const bytes = await readFile(await png('huge.png', solid(32, 32)));
    bytes.writeUInt32BE(60_000, 16);
    bytes.writeUInt32BE(60_000, 20);
    await writeFile(at('huge.png'), bytes);
    expect(await failure(at('huge.png'))).toMatchObject({ message: expect.stringContaining('far too many') as string });
  });

  it.skipIf(process.platform === 'win32')('is not waited for when it is no ordinary file', async () => {
    execFileSync('mkfifo', [at('pipe.png')]);
    expect(await failure(at('pipe.png'))).toMatchObject({ message: expect.stringContaining('no ordinary') as string });
  });

  it('is refused when it is broken, no PNG, empty, a folder or gone', async () => {
    const cut = await png('cut.png', { ...size, data: levels, channels: 1 });
    await truncate(cut, 2000);
    await truncate(await png('start.png', { ...size, data: levels, channels: 1 }), 20);
    await writeFile(at('text.png'), 'not a picture');
    await writeFile(at('photo.png'), Buffer.from('ffd8ffe000104a46494600010101006000600000', 'hex'));
    await writeFile(at('empty.png'), '');
    await mkdir(at('folder.png'));
    for (const [name, words] of [
      ['cut.png', 'damaged'],
      ['start.png', 'cut off'],
      ['text.png', 'no PNG'],
      ['photo.png', 'no PNG'],
      ['empty.png', '0 bytes'],
      ['folder.png', 'folder'],
    ] as const) {
      expect(await failure(at(name))).toMatchObject({
        code: 'unreadable-image',
        message: expect.stringContaining(words) as string,
      });
    }
    expect(await failure(at('gone.png'))).toMatchObject({ code: 'not-found' });
  });
});
