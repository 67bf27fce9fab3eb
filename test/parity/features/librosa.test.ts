import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeMono } from '../../../main/engine/audio/decode.ts';
import { concatenate } from '../../../main/engine/audio/samples.ts';
import { resizeBilinear, toByteImage } from '../../../main/engine/features/byte-image.ts';
import { fileToImage } from '../../../main/engine/features/clip-image.ts';
import { melSpectrogram } from '../../../main/engine/features/mel-spectrogram.ts';
import { clipLength, DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { LoudnessTrack } from '../../../main/engine/features/trim.ts';
import { music, noise, padded, sweep } from '../../fixtures/audio/signals.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';
import { writeWav } from '../../fixtures/audio/write-wav.ts';

const python = process.env['INSTRUNET_PYTHON'];
const realClips = fileURLToPath(new URL('../../../../shared/data/real-clips/', import.meta.url));
const script = fileURLToPath(new URL('librosa_features.py', import.meta.url));
const HEIGHT = 128;
const WIDTH = 94;
/** Quieter than this a value is next to the floor, where rounding decides. */
const FLOOR_MARGIN_DB = 2;

const at = suitePaths();

function librosaImages(paths: readonly string[]): Float32Array[] {
  if (python === undefined) throw new Error('no Python');
  const out = at('images.f32');
  execFileSync(python, [script, out], { input: JSON.stringify(paths) });
  const bytes = readFileSync(out);
  const size = HEIGHT * WIDTH;
  expect(bytes.length).toBe(paths.length * size * 4);
  return paths.map((_, index) => new Float32Array(bytes.buffer, bytes.byteOffset + index * size * 4, size));
}

async function ourImage(path: string): Promise<Float32Array> {
  const pieces: Float32Array[] = [];
  const track = new LoudnessTrack();
  for await (const piece of decodeMono(path, DEFAULT_RECIPE.sampleRate)) {
    track.push(piece);
    pieces.push(piece);
  }
  const { start, end } = track.soundRange(DEFAULT_RECIPE.trimDb);
  const clip = concatenate(pieces).subarray(start, Math.min(end, start + clipLength(DEFAULT_RECIPE)));
  return melSpectrogram(clip, DEFAULT_RECIPE, 1 / track.peak).decibels;
}

/** Largest and mean absolute difference in dB above the floor. */
function compare(ours: Float32Array, theirs: Float32Array): { largest: number; mean: number } {
  let largest = 0;
  let sum = 0;
  theirs.forEach((value, index) => {
    const difference = Math.abs(value - (ours[index] ?? NaN));
    sum += difference;
    if (value > FLOOR_MARGIN_DB - DEFAULT_RECIPE.topDb) largest = Math.max(largest, difference);
  });
  return { largest, mean: sum / theirs.length };
}

async function check(paths: readonly string[]): Promise<void> {
  const expected = librosaImages(paths);
  for (const [index, path] of paths.entries()) {
    const theirs = expected[index] ?? new Float32Array(0);
    const { largest, mean } = compare(await ourImage(path), theirs);
    expect.soft(mean, `mean difference of ${path}`).toBeLessThanOrEqual(0.1);
    expect.soft(largest, `largest difference of ${path}`).toBeLessThanOrEqual(1);

    const result = await fileToImage(path, 'audio', DEFAULT_RECIPE);
    if (result.silent) throw new Error(`${path} is silent`);
    const image = { height: HEIGHT, width: WIDTH, decibels: theirs };
    const wanted = resizeBilinear(toByteImage(image, DEFAULT_RECIPE.topDb), HEIGHT, 128).data;
    const total = wanted.reduce((sum, value, pixel) => sum + Math.abs(value - (result.image.data[pixel] ?? NaN)), 0);
    expect.soft(total / wanted.length, `mean difference of the bytes of ${path}`).toBeLessThan(0.5);
  }
}

describe.skipIf(python === undefined)(
  'the features, beside librosa (INSTRUNET_PYTHON; skipped where it is unset)',
  () => {
    it.each([44_100, 48_000, 22_050, 32_000, 96_000, 192_000, 8000, 16_000, 11_025])(
      'agree from %i Hz',
      async (rate) => {
        const length = 3.2 * rate;
        const signals = {
          noise: noise(length),
          sweep: sweep(length, rate, 30, rate * 0.48),
          music: music(length, rate),
        };
        const paths: string[] = [];
        for (const [name, samples] of Object.entries(signals)) {
          paths.push(await writeWav(at(`${name}-${String(rate)}.wav`), [samples], { rate, bits: 24 }));
        }
        await check(paths);
      },
    );

    it('agree on stereo, on a short clip between silences, and on 8 bits', async () => {
      const rate = 44_100;
      const tone = music(rate, rate);
      await check([
        await writeWav(at('stereo.wav'), [music(3 * rate, rate), noise(3 * rate).map((v) => v / 20)], { rate }),
        await writeWav(at('between.wav'), [padded(tone, rate, rate)], { rate }),
        await writeWav(at('coarse.wav'), [tone], { rate, bits: 8 }),
      ]);
    });

    it.skipIf(!existsSync(realClips))(
      'agree on real recordings (shared data; skipped where it is absent)',
      async () => {
        const names = readdirSync(realClips).filter((name) => name.endsWith('.wav'));
        expect(names.length).toBeGreaterThan(0);
        await check(names.map((name) => realClips + name));
      },
    );
  },
);
