import { describe, expect, it } from 'vitest';
import { concatenate } from '../../../main/engine/audio/samples.ts';
import { clipToImage, fileToImage, type ClipImage } from '../../../main/engine/features/clip-image.ts';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { music, noise, padded } from '../../fixtures/audio/signals.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';
import { writeWav } from '../../fixtures/audio/write-wav.ts';

const at = suitePaths();
const RATE = 44_100;
const clip = music(3 * RATE, RATE);

function bytesOf(result: ClipImage): Uint8Array {
  if (result.silent) throw new Error('silent');
  return result.image.data;
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? NaN))), 0);
}

describe('clipToImage', () => {
  it('gives one byte a pixel, low notes in the lower half', () => {
    const low = Float32Array.from({ length: 48_000 }, (_, index) => Math.sin((2 * Math.PI * 200 * index) / 16_000));
    const result = clipToImage(low, 16_000, DEFAULT_RECIPE);
    expect(result).toMatchObject({ silent: false, image: { height: 128, width: 128, channels: 1 } });
    const image = bytesOf(result);
    expect(Math.max(...image.subarray(64 * 128))).toBe(255);
    expect(Math.max(...image.subarray(0, 64 * 128))).toBeLessThan(100);
  });

  it('does not depend on how loud the clip is', () => {
    const loud = clipToImage(clip, RATE, DEFAULT_RECIPE);
    const soft = clipToImage(
      clip.map((value) => value / 100),
      RATE,
      DEFAULT_RECIPE,
    );
    expect(largestDifference(bytesOf(loud), bytesOf(soft))).toBeLessThanOrEqual(1);
  });

  it('says that a clip below -60 dB is silent', () => {
    const silence = noise(RATE).map((value) => value / 1000);
    expect(clipToImage(silence, RATE, DEFAULT_RECIPE)).toEqual({ silent: true });
    expect(clipToImage(new Float32Array(RATE), RATE, DEFAULT_RECIPE)).toEqual({ silent: true });
    expect(clipToImage(new Float32Array(0), RATE, DEFAULT_RECIPE)).toEqual({ silent: true });
  });

  it('leaves the rest of a short clip at the floor', () => {
    const image = bytesOf(clipToImage(noise(16_000), 16_000, DEFAULT_RECIPE));
    for (let row = 0; row < 128; row++) expect(image[row * 128 + 100]).toBe(0);
  });
});

describe('fileToImage', () => {
  it('gives the same as the samples of the file', async () => {
    const path = await writeWav(at('clip.wav'), [clip], { rate: RATE, bits: 32, float: true });
    expect(await fileToImage(path, 'audio', DEFAULT_RECIPE)).toEqual(clipToImage(clip, RATE, DEFAULT_RECIPE));
  });

  it('finds the beginning of the sound minutes into a recording', async () => {
    const late = padded(clip, 100 * RATE, RATE);
    const path = await writeWav(at('late.wav'), [late], { rate: RATE, bits: 32, float: true });
    expect(await fileToImage(path, 'audio', DEFAULT_RECIPE)).toEqual(clipToImage(late, RATE, DEFAULT_RECIPE));
  });

  it('takes the first three seconds of a long recording', async () => {
    const long = concatenate([clip, noise(70 * RATE).map((value) => value / 4)]);
    const path = await writeWav(at('long.wav'), [long], { rate: RATE, bits: 32, float: true });
    expect(await fileToImage(path, 'audio', DEFAULT_RECIPE)).toEqual(clipToImage(long, RATE, DEFAULT_RECIPE));
  });

  it('tells silence from a file without samples', async () => {
    const quiet = await writeWav(at('quiet.wav'), [new Float32Array(RATE)], { rate: RATE });
    expect(await fileToImage(quiet, 'audio', DEFAULT_RECIPE)).toEqual({ silent: true });
    const none = await writeWav(at('none.wav'), [new Float32Array(0)], { rate: RATE });
    await expect(fileToImage(none, 'audio', DEFAULT_RECIPE)).rejects.toMatchObject({
      code: 'unreadable-audio',
      message: 'none.wav holds no sound.',
    });
  });
});
