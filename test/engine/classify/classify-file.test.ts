import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { resample } from '../../../main/engine/audio/resample.ts';
import { classifyFile, classifyFiles } from '../../../main/engine/classify/classify-file.ts';
import type { ClassifiedFile } from '../../../main/engine/classify/result.ts';
import type { Progress } from '../../../main/engine/common/task.ts';
import { classOf, IRMAS_INSTRUMENTS } from '../../../main/engine/dataset/irmas.ts';
import { makeRecording } from '../../../main/engine/dataset/sample/recording.ts';
import { SAMPLE_RATE } from '../../../main/engine/dataset/sample/signal.ts';
import { encodeWav } from '../../../main/engine/dataset/sample/wav.ts';
import { clipToImage, fileToImage } from '../../../main/engine/features/clip-image.ts';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { loadBackend } from '../../../main/engine/model/backend.ts';
import { createPredictor } from '../../../main/engine/model/network-predictor.ts';
import { initialise } from '../../../main/engine/model/network.ts';
import type { Predictor } from '../../../main/engine/model/predictor.ts';
import { findPreset } from '../../../main/engine/model/presets.ts';
import { containing } from '../../helpers/containing.ts';
import { suiteFolder, temporaryFolder } from '../../helpers/temporary-folder.ts';
import { tone, writeWav } from '../../helpers/wav.ts';

const CLASSES = [...IRMAS_INSTRUMENTS.keys()].map(classOf);
const RATE = DEFAULT_RECIPE.sampleRate;

const folder = suiteFolder();
let predictor: Predictor;

beforeAll(async () => {
  const network = initialise(findPreset('instrunet-seed').build(CLASSES.length), 1);
  predictor = createPredictor(await loadBackend(), network, CLASSES, DEFAULT_RECIPE);
});

afterAll(() => {
  predictor.dispose();
});

/** Music of so many seconds at the recipe's rate. */
function music(label: string, seconds: number): Float32Array {
  const recording = makeRecording({ seed: 1, collection: 'test', label, index: 0 });
  return resample(Float32Array.from(recording.renderClip(1, seconds)), SAMPLE_RATE, RATE).subarray(0, seconds * RATE);
}

/** What the network says of one image, all classes by code. */
async function probabilitiesOf(clip: Awaited<ReturnType<typeof fileToImage>>): Promise<Map<string, number>> {
  if (clip.silent) throw new Error('the clip is silent');
  const values = await predictor.predict(clip.image.data, 1);
  return new Map(CLASSES.map(({ code }, index) => [code, values[index] ?? Number.NaN]));
}

async function collect(results: AsyncIterable<ClassifiedFile>): Promise<ClassifiedFile[]> {
  const all: ClassifiedFile[] = [];
  for await (const result of results) all.push(result);
  return all;
}

describe('a clip as long as those of the training', () => {
  it('gets the same probabilities as the image that training would make of it', async () => {
    const file = join(folder(), 'clip.wav');
    const recording = makeRecording({ seed: 1, collection: 'test', label: 'vio', index: 1 });
    await writeFile(file, encodeWav(recording.renderClip(1, 3)));
    const expected = await probabilitiesOf(await fileToImage(file, 'audio', DEFAULT_RECIPE));
    const result = await classifyFile(file, predictor, { topK: 11 });
    expect(result.windows).toHaveLength(1);
    expect(result).toMatchObject({ error: null, silent: false, padded: false, duration: 3, aggregation: 'mean' });
    expect(result.top).toHaveLength(11);
    for (const { label, probability } of result.top) expect(probability).toBeCloseTo(expected.get(label) ?? -1, 6);
    expect(result.verdict).toBe(result.top[0]?.label);
  });
});

describe('a long recording', () => {
  it('is heard in overlapping windows, each judged by its own sound, and gets the mean of their probabilities', async () => {
    const file = join(folder(), 'duet.wav');
    const samples = new Float32Array(8 * RATE);
    samples.set(music('sax', 4));
    samples.set(music('org', 4), 4 * RATE);
    await writeWav(file, samples, RATE, 'float32');
    const { windows, top } = await classifyFile(file, predictor, { topK: 11 });
    expect(windows.map(({ start, end }) => [start, end])).toEqual([
      [0, 3],
      [1.5, 4.5],
      [3, 6],
      [4.5, 7.5],
    ]);
    const sums = new Map<string, number>();
    for (const window of windows) {
      const own = clipToImage(samples.slice(window.start * RATE, window.end * RATE), RATE, DEFAULT_RECIPE);
      const expected = await probabilitiesOf(own);
      for (const { label, probability } of window.top) {
        expect(probability).toBeCloseTo(expected.get(label) ?? -1, 6);
        sums.set(label, (sums.get(label) ?? 0) + probability);
      }
    }
    for (const { label, probability } of top) expect(probability).toBeCloseTo((sums.get(label) ?? 0) / 4, 6);

    const most = Math.max(...sums.values());
    const scores = await classifyFile(file, predictor, { topK: 11, aggregation: 'sum-max' });
    for (const { label, probability } of scores.top) expect(probability).toBeCloseTo((sums.get(label) ?? 0) / most, 6);
  });

  it('says silent where nothing is played and leaves that out of its verdict', async () => {
    const file = join(folder(), 'pause.wav');
    const played = music('cel', 3);
    const samples = new Float32Array(9 * RATE);
    samples.set(played, 6 * RATE);
    await writeWav(file, samples, RATE, 'float32');
    const { windows, top, silent } = await classifyFile(file, predictor, { hopSeconds: 3, topK: 11 });
    expect(windows.map((window) => window.silent)).toEqual([true, true, false]);
    expect(windows[0]?.top).toEqual([]);
    expect(silent).toBe(false);
    expect(top).toEqual(windows[2]?.top);
  });

  it('goes to the network in batches of a bounded size, however long it is', async () => {
    const file = join(folder(), 'long.wav');
    await writeWav(file, tone(440, 120));
    const sizes: number[] = [];
    const counting: Predictor = {
      ...predictor,
      predict: (images, count) => {
        sizes.push(count);
        return predictor.predict(images, count);
      },
    };
    const { windows } = await classifyFile(file, counting);
    expect(windows).toHaveLength(79);
    expect(sizes).toEqual([32, 32, 15]);
  });
});

describe('other kinds of files', () => {
  it('is silent as a whole where every window is', async () => {
    const file = join(folder(), 'silence.wav');
    await writeWav(file, new Float32Array(5 * RATE));
    const result = await classifyFile(file, predictor);
    expect(result).toMatchObject({ verdict: 'silent', silent: true, top: [], error: null, duration: 5 });
  });

  it('fills a short one up and says so', async () => {
    const file = join(folder(), 'short.wav');
    await writeWav(file, music('pia', 3).slice(0, RATE));
    const result = await classifyFile(file, predictor);
    expect(result).toMatchObject({ padded: true, duration: 1, silent: false });
    expect(result.windows).toHaveLength(1);
    expect(result.top).toHaveLength(3);
  });

  it('takes a spectrogram image as one window', async () => {
    const file = join(folder(), 'clip.png');
    const width = 94;
    const data = Uint8Array.from({ length: width * 128 }, (_, index) => (index * 7) % 256);
    await writeFile(file, encode({ width, height: 128, data, channels: 1, depth: 8 }));
    const expected = await probabilitiesOf(await fileToImage(file, 'image', DEFAULT_RECIPE));
    const result = await classifyFile(file, predictor, { topK: 11 });
    expect(result).toMatchObject({ error: null, duration: null, padded: false });
    expect(result.windows.map(({ start, end }) => [start, end])).toEqual([[0, 3]]);
    for (const { label, probability } of result.top) expect(probability).toBeCloseTo(expected.get(label) ?? -1, 6);
  });
});

describe('many files', () => {
  it('names the good ones and says of each bad one what is wrong with it', async () => {
    const root = await temporaryFolder();
    const inside = (name: string): string => join(root, name);
    await writeWav(inside('good.wav'), music('gac', 3));
    await writeFile(inside('text.wav'), 'This is no sound.');
    await writeFile(inside('empty.wav'), '');
    await writeWav(inside('header only.wav'), new Float32Array(0));
    await writeFile(inside('broken.png'), 'This is no picture.');
    await copyFile(inside('good.wav'), inside('-i odd "name"\nof two lines.wav'));
    await symlink('loop.wav', inside('loop.wav'));
    await mkdir(inside('folder.wav'));
    const paths = [
      'loop.wav',
      'folder.wav',
      'text.wav',
      'good.wav',
      'empty.wav',
      'missing.wav',
      'header only.wav',
      'broken.png',
      '-i odd "name"\nof two lines.wav',
    ].map(inside);
    const results = await collect(classifyFiles(paths, predictor));
    expect(results.map(({ file }) => file)).toEqual(paths);
    expect(results.map(({ error }) => error?.code ?? null)).toEqual([
      'failed',
      'no-clips',
      'unreadable-audio',
      null,
      'unreadable-audio',
      'not-found',
      'unreadable-audio',
      'unreadable-image',
      null,
    ]);
    for (const { error, verdict, windows } of results) {
      expect(verdict === null).toBe(error !== null);
      expect(windows.length === 0).toBe(error !== null);
    }
    expect(results[2]?.error?.message).toEqual(containing('text.wav'));
    expect(results[8]?.top).toEqual(results[3]?.top);
  });

  it.skipIf(process.getuid?.() === 0)('reports a file that may not be read', async () => {
    const root = await temporaryFolder();
    const file = join(root, 'secret.wav');
    await writeWav(file, tone(440, 3));
    await chmod(file, 0);
    expect((await classifyFile(file, predictor)).error?.code).toBe('permission-denied');
  });

  it('looks for sound and spectrograms anywhere in a folder, in the order of their paths, and follows no loop', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'b', 'take.wav'), { recursive: true });
    await mkdir(join(root, 'nothing'));
    await writeWav(join(root, 'b', 'take.wav', 'two.WAV'), tone(440, 3));
    await writeWav(join(root, 'a.wav'), tone(440, 3));
    await writeFile(join(root, 'notes.txt'), 'no sound');
    await symlink(root, join(root, 'b', 'loop'));
    const warnings: string[] = [];
    const told: number[] = [];
    const results = await collect(
      classifyFiles([root, join(root, 'nothing')], predictor, {
        onWarning: (message) => warnings.push(message),
        onProgress: ({ phase, done, total, unit }) => {
          expect({ phase, total, unit }).toEqual({ phase: 'classify', total: 3, unit: 'files' });
          told.push(done);
        },
      }),
    );
    expect(results.map(({ file, error }) => [file, error?.code])).toEqual([
      [join(root, 'a.wav'), undefined],
      [join(root, 'b', 'take.wav', 'two.WAV'), undefined],
      [join(root, 'nothing'), 'no-clips'],
    ]);
    expect(told.at(-1)).toBe(3);
    expect(warnings).toEqual([containing('take.wav'), containing('loop')]);
  });

  it('tells how far it has heard a long file', async () => {
    const file = join(folder(), 'long.wav');
    await writeWav(file, tone(440, 200));
    const told: Progress[] = [];
    await collect(classifyFiles([file], predictor, { onProgress: (progress) => told.push(progress) }));
    expect(told[0]).toMatchObject({ done: 0, total: 1, within: 'heard up to 0:49.5' });
    expect(told.at(-1)).toMatchObject({ done: 1 });
    expect(told.at(-1)).not.toHaveProperty('within');
  });

  it('stops between windows when cancelled', async () => {
    const file = join(folder(), 'cancelled.wav');
    await writeWav(file, tone(440, 200));
    const controller = new AbortController();
    const predict = vi.fn<Predictor['predict']>((images, count) => {
      controller.abort();
      return predictor.predict(images, count);
    });
    const task = { signal: controller.signal };
    await expect(classifyFile(file, { ...predictor, predict }, {}, task)).rejects.toMatchObject({ name: 'AbortError' });
    expect(predict).toHaveBeenCalledTimes(1);
    await expect(collect(classifyFiles([file], predictor, task))).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('does not name a file by a network that gives no probabilities', async () => {
    const file = join(folder(), 'any.wav');
    await writeWav(file, tone(440, 3));
    const broken: Predictor = {
      ...predictor,
      predict: (_, count) => Promise.resolve(new Float32Array(count * CLASSES.length).fill(Number.NaN)),
    };
    await expect(classifyFile(file, broken)).rejects.toMatchObject({ code: 'unsupported-model' });
  });

  it('lets a fault of the network through: it is no fault of the file', async () => {
    const file = join(folder(), 'fine.wav');
    await writeWav(file, tone(440, 3));
    const faulty: Predictor = { ...predictor, predict: () => Promise.reject(new Error('out of memory')) };
    await expect(collect(classifyFiles([file], faulty))).rejects.toThrow('out of memory');
  });
});

describe('options', () => {
  it.each([
    { windowSeconds: 0 },
    { windowSeconds: 3.5 },
    { hopSeconds: 0 },
    { hopSeconds: Number.NaN },
    { topK: 0 },
    { topK: 1.5 },
  ])('refuses %o', async (options) => {
    await expect(classifyFile('any.wav', predictor, options)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('hears shorter windows, half overlapping', async () => {
    const file = join(folder(), 'fine grained.wav');
    await writeWav(file, tone(440, 4));
    const { windows } = await classifyFile(file, predictor, { windowSeconds: 2, topK: 1 });
    expect(windows.map(({ start, end }) => [start, end])).toEqual([
      [0, 2],
      [1, 3],
      [2, 4],
    ]);
    expect(windows.every(({ top }) => top.length === 1)).toBe(true);
  });
});
