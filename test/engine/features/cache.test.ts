import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeMono } from '../../../main/engine/audio/decode.ts';
import { inspectAudio } from '../../../main/engine/audio/inspect.ts';
import { concatenate } from '../../../main/engine/audio/samples.ts';
import { slidingWindows } from '../../../main/engine/audio/windows.ts';
import { ensureFeatures, type FeatureClip, type Features } from '../../../main/engine/features/cache.ts';
import { clipToImage, fileToImage } from '../../../main/engine/features/clip-image.ts';
import { MOST_WINDOWS, windowCount } from '../../../main/engine/features/clip-windows.ts';
import { applyColourMap, colourTable } from '../../../main/engine/features/colour-map.ts';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { inspectImage } from '../../../main/engine/features/spectrogram-image.ts';
import { music, noise } from '../../fixtures/audio/signals.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';
import { writeWav } from '../../fixtures/audio/write-wav.ts';
import { bundleModule, bundleWorker } from '../../helpers/bundle.ts';

const at = suitePaths();
const RATE = 22_050;
const CLIPS = 12;
const IMAGE_BYTES = 128 * 128;

let cacheFolder = '';
let clips: FeatureClip[] = [];

async function clipOf(path: string, kind: 'audio' | 'image' = 'audio'): Promise<FeatureClip> {
  const { size, mtimeMs } = await stat(path);
  const { sha256, duration } =
    kind === 'audio' ? await inspectAudio(path) : { ...(await inspectImage(path)), duration: null };
  return { path, kind, duration, sha256, bytes: size, modified: Math.floor(mtimeMs) };
}

function soundOf(number: number): Float32Array {
  return music(RATE * 3, RATE).map((value, index) => value * (1 + ((index >> number) & 1)) * 0.5);
}

const ensure = (changes: Partial<Parameters<typeof ensureFeatures>[0]> = {}): Promise<Features> =>
  ensureFeatures({ cacheFolder, name: 'test set', clips, recipe: DEFAULT_RECIPE, workerFile: undefined, ...changes });

function imagesIn({ store, clips: found }: Features, clip: number): Uint8Array[] {
  const own = found[clip];
  if (own === undefined || !('rows' in own)) throw new Error('no rows');
  return own.rows.map((row) => {
    const image = new Uint8Array(store.height * store.width * store.channels);
    store.read(row, image, 0);
    return image;
  });
}

function imageIn(features: Features, clip: number): Uint8Array {
  const [image, ...more] = imagesIn(features, clip);
  if (image === undefined || more.length > 0) throw new Error('not one image');
  return image;
}

async function imageOf(clip: FeatureClip | undefined): Promise<Uint8Array> {
  if (clip === undefined) throw new Error('no clip');
  const result = await fileToImage(clip.path, clip.kind, DEFAULT_RECIPE);
  if (result.silent) throw new Error('silent');
  return result.image.data;
}

async function cacheFile(extension: string): Promise<string> {
  const name = (await readdir(cacheFolder)).find((file) => file.endsWith(extension));
  if (name === undefined) throw new Error(`no ${extension}`);
  return join(cacheFolder, name);
}

beforeAll(async () => {
  clips = [];
  for (let number = 0; number < CLIPS; number++) {
    clips.push(await clipOf(await writeWav(at(`${String(number)}.wav`), [soundOf(number)], { rate: RATE })));
  }
});

beforeEach(async () => {
  cacheFolder = await mkdtemp(at('cache-'));
});

describe('ensureFeatures', () => {
  it('gives rows in the order of the clips, in whatever order their images were made', async () => {
    const some = await ensure({ clips: [clips[7], clips[3]].flatMap((clip) => clip ?? []) });
    some.store.close();
    const all = await ensure();
    expect(all).toMatchObject({ extracted: CLIPS - 2, reused: 2 });
    expect(all.clips).toEqual(clips.map((_, row) => ({ rows: [row] })));
    expect(imageIn(all, 3)).toEqual(await imageOf(clips[3]));
    all.store.close();
  });

  it('makes every image once; a second time nothing is decoded', async () => {
    const first = await ensure();
    expect(first).toMatchObject({ extracted: CLIPS, reused: 0, warnings: [] });
    expect(first.store).toMatchObject({ count: CLIPS, height: 128, width: 128, channels: 1 });
    for (let clip = 0; clip < CLIPS; clip++) expect(imageIn(first, clip)).toEqual(await imageOf(clips[clip]));
    first.store.close();
    // With no sound files left, only the cache can give the images.
    const elsewhere = clips.map((clip) => ({ ...clip, path: at('gone', clip.path) }));
    const second = await ensure({ clips: elsewhere });
    expect(second).toMatchObject({ extracted: 0, reused: CLIPS, warnings: [] });
    expect(imageIn(second, 3)).toEqual(await imageOf(clips[3]));
    second.store.close();
  });

  it('makes only the changed file anew', async () => {
    (await ensure()).store.close();
    const path = await writeWav(at('changed.wav'), [noise(RATE, 99)], { rate: RATE });
    const changed = [...clips.slice(0, 5), await clipOf(path), ...clips.slice(6)];
    const features = await ensure({ clips: changed });
    expect(features).toMatchObject({ extracted: 1, reused: CLIPS - 1 });
    expect(imageIn(features, 5)).toEqual(await imageOf(changed[5]));
    features.store.close();
  });

  it('gives the same images from worker threads', async () => {
    const workerFile = await bundleWorker(at('worker.cjs'));
    const features = await ensure({ workerFile, workers: 2 });
    expect(features.extracted).toBe(CLIPS);
    for (let clip = 0; clip < CLIPS; clip++) expect(imageIn(features, clip)).toEqual(await imageOf(clips[clip]));
    features.store.close();
    // Neither is plain WAV, so the thread starts ffmpeg.
    const bad = { ...clipless, path: at('text.wav') };
    await writeFile(bad.path, 'no sound');
    const { size, mtimeMs } = await stat(bad.path);
    const failing = await ensure({ workerFile, clips: [{ ...bad, bytes: size, modified: Math.floor(mtimeMs) }] });
    expect(failing.clips[0]).toMatchObject({ error: { code: 'unreadable-audio' } });
    failing.store.close();
  });

  it('says that a worker file cannot be run', async () => {
    await writeFile(at('broken.cjs'), "require('nothing-of-this-name');");
    const run = ensure({ workerFile: at('broken.cjs'), workers: 2 });
    await expect(run).rejects.toMatchObject({ message: expect.stringContaining('nothing-of-this-name') as string });
  });

  it('tells progress up to the last clip', async () => {
    const told: number[] = [];
    const features = await ensure({
      onProgress: ({ phase, done, total, unit }) => {
        expect({ phase, total, unit }).toEqual({ phase: 'features', total: CLIPS, unit: 'clips' });
        told.push(done);
      },
    });
    expect(told.at(-1)).toBe(CLIPS);
    features.store.close();
  });

  it('keeps caches of other recipes and names apart', async () => {
    for (const changes of [{}, { name: 'other' }, { recipe: { ...DEFAULT_RECIPE, trimDb: 40 } }]) {
      const features = await ensure({ clips: clips.slice(0, 2), ...changes });
      expect(features.extracted).toBe(2);
      features.store.close();
    }
    expect((await readdir(cacheFolder)).filter((file) => file.endsWith('.images'))).toHaveLength(3);
  });
});

describe('a clip longer than the recipe', () => {
  /** Stretches one after the other in one file. */
  async function longClip(name: string, ...stretches: readonly Float32Array[]): Promise<FeatureClip> {
    return clipOf(await writeWav(at(name), [concatenate(stretches)], { rate: RATE }));
  }

  it('has an image for each window that is not silent, made as those of a recording that is named', async () => {
    const silence = new Float32Array(3.2 * RATE);
    const clip = await longClip(
      'long.wav',
      soundOf(0).slice(0, 2.9 * RATE),
      silence,
      soundOf(1),
      soundOf(2).slice(0, 1.6 * RATE),
    );
    const [short] = clips;
    const features = await ensure({ clips: [clip, short].flatMap((own) => own ?? []) });
    expect(features).toMatchObject({ extracted: 4, reused: 0, clips: [{ rows: [0, 1, 2] }, { rows: [3] }] });
    expect(features.store.count).toBe(4);
    const made = imagesIn(features, 0);
    expect(made).toEqual(await windowsOf(clip.path));
    expect(imageIn(features, 1)).toEqual(await imageOf(short));
    features.store.close();
  });

  it('is decoded once', async () => {
    const clip = await longClip('kept.wav', soundOf(3), soundOf(4));
    const first = await ensure({ clips: [clip] });
    const made = imagesIn(first, 0);
    first.store.close();
    const second = await ensure({ clips: [{ ...clip, path: at('gone') }] });
    expect(second).toMatchObject({ extracted: 0, reused: 2, warnings: [] });
    expect(imagesIn(second, 0)).toEqual(made);
    second.store.close();
  });

  it('is heard in at most so many windows, spread over all of it', async () => {
    const stretches = Array.from({ length: MOST_WINDOWS }, (_, number) => [soundOf(number % 8), noise(3 * RATE, 1)]);
    const clip = await longClip('endless.wav', ...stretches.flat());
    const features = await ensure({ clips: [clip] });
    expect(windowCount(clip.duration, DEFAULT_RECIPE)).toBe(MOST_WINDOWS);
    const made = imagesIn(features, 0);
    expect(made).toEqual((await windowsOf(clip.path)).filter((_, window) => window % 2 === 0));
    features.store.close();
  });

  it('of which an earlier version kept the beginning is made anew, and the rest of its cache is taken', async () => {
    const clip = await longClip('older.wav', soundOf(5), soundOf(6));
    const [short] = clips;
    const both = [clip, short].flatMap((own) => own ?? []);
    const old = await ensure({ clips: both.map((own) => ({ ...own, duration: 3 })) });
    expect(old.store.count).toBe(2);
    old.store.close();
    const features = await ensure({ clips: both });
    expect(features).toMatchObject({ extracted: 2, reused: 1, warnings: [] });
    expect(imagesIn(features, 0)).toEqual(await windowsOf(clip.path));
    features.store.close();
  });
});

/** By the code that names recordings. */
async function windowsOf(path: string): Promise<Uint8Array[]> {
  const { sampleRate, clipSeconds } = DEFAULT_RECIPE;
  const options = { sampleRate, windowSeconds: clipSeconds, hopSeconds: clipSeconds };
  const images: Uint8Array[] = [];
  for await (const { samples } of slidingWindows(decodeMono(path, sampleRate), options)) {
    const clip = clipToImage(samples, sampleRate, DEFAULT_RECIPE);
    if (!clip.silent) images.push(clip.image.data);
  }
  return images;
}

const clipless: FeatureClip = {
  ...{ path: '', kind: 'audio', duration: 1, sha256: 'f'.repeat(64), bytes: 0, modified: 0 },
};

describe('clips that cannot be had', () => {
  it('cost only themselves', async () => {
    const text = at('diary.wav');
    await writeFile(text, 'Dear diary');
    const quiet = await clipOf(await writeWav(at('silence.wav'), [new Float32Array(RATE)], { rate: RATE }));
    const { size, mtimeMs } = await stat(text);
    const bad: FeatureClip[] = [
      { ...clipless, sha256: 'a'.repeat(64), path: text, bytes: size, modified: Math.floor(mtimeMs) },
      { ...clipless, sha256: 'b'.repeat(64), path: at('deleted.wav') },
      { ...clipless, sha256: 'c'.repeat(64), path: text },
      quiet,
    ];
    const features = await ensure({ clips: [...bad, ...clips.slice(0, 2)] });
    expect(features.clips).toMatchObject([
      { error: { code: 'unreadable-audio', message: expect.stringContaining('diary.wav') as string } },
      { error: { code: 'not-found', message: expect.stringContaining('deleted.wav') as string } },
      { error: { code: 'failed', message: 'diary.wav has changed since it was scanned; scan again.' } },
      { error: { code: 'unreadable-audio', message: expect.stringContaining('silent') as string } },
      { rows: [0] },
      { rows: [1] },
    ]);
    expect(features.store.count).toBe(2);
    features.store.close();
  });

  it('leave their image to be made from an identical clip', async () => {
    const [clip] = clips;
    if (clip === undefined) throw new Error('no clip');
    const features = await ensure({ clips: [{ ...clip, path: at('deleted.wav') }, clip, clip] });
    expect(features).toMatchObject({ extracted: 1, clips: [{ rows: [0] }, { rows: [0] }, { rows: [0] }] });
    features.store.close();
  });

  it('give an empty store when there are no others', async () => {
    const features = await ensure({ clips: [{ ...clipless, path: at('deleted.wav') }] });
    expect(features.store.count).toBe(0);
    expect(() => {
      features.store.read(0, new Uint8Array(IMAGE_BYTES), 0);
    }).toThrow(RangeError);
    features.store.close();
  });
});

describe('gray and coloured pictures together', () => {
  it('are given in colour, loudness by the colour map of the recipe', async () => {
    const data = Uint8Array.from(noise(3 * IMAGE_BYTES, 5), (value) => Math.floor((value + 0.5) * 256));
    await writeFile(at('photo.png'), encode({ width: 128, height: 128, data, channels: 3 }));
    const [sound] = clips;
    if (sound === undefined) throw new Error('no clip');
    const features = await ensure({ clips: [sound, await clipOf(at('photo.png'), 'image')] });
    expect(features.store.channels).toBe(3);
    expect(imageIn(features, 1)).toEqual(data);
    const coloured = new Uint8Array(3 * IMAGE_BYTES);
    applyColourMap(await imageOf(sound), colourTable('magma'), coloured);
    expect(imageIn(features, 0)).toEqual(coloured);
    features.store.close();
  });
});

describe('an interruption', () => {
  it('keeps what was done, and the next time does only the rest', async () => {
    const controller = new AbortController();
    const run = ensure({
      signal: controller.signal,
      workers: 1,
      onProgress: () => {
        controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    const features = await ensure();
    expect(features.reused).toBeGreaterThan(0);
    expect(features.extracted).toBe(CLIPS - features.reused);
    expect(imageIn(features, CLIPS - 1)).toEqual(await imageOf(clips[CLIPS - 1]));
    features.store.close();
  });

  it('cancels worker threads in the middle of a long file', async () => {
    const workerFile = await bundleWorker(at('worker.cjs'));
    const long = await writeWav(at('long.wav'), [noise(40 * 60 * 8000)], { rate: 8000, bits: 8 });
    const { size, mtimeMs } = await stat(long);
    const clip = { ...clipless, path: long, bytes: size, modified: Math.floor(mtimeMs) };
    const controller = new AbortController();
    const run = ensure({ clips: [clip], workerFile, signal: controller.signal });
    setTimeout(() => {
      controller.abort();
    }, 200);
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('by a kill keeps all but the last seconds of a long extraction, each image whole', async () => {
    const program = await bundleModule('test/fixtures/features/fill-cache.ts', at('fill-cache.cjs'));
    const many = Array.from({ length: 20_000 }, (_, index): FeatureClip => {
      const clip = clips[index % CLIPS];
      if (clip === undefined) throw new Error('no clip');
      return { ...clip, sha256: index.toString(16).padStart(64, '0') };
    });
    const folder = cacheFolder;
    const request = { cacheFolder: folder, name: 'killed', recipe: DEFAULT_RECIPE, clips: many };
    await writeFile(at('request.json'), JSON.stringify(request));
    const child = spawn(process.execPath, [program, at('request.json')], { stdio: 'inherit' });
    const ended = once(child, 'exit');
    const entriesOf = async (): Promise<unknown[]> => {
      const written = (await readdir(folder)).some((name) => name.endsWith('.json') && name[0] !== '.');
      if (!written) return [];
      return (JSON.parse(await readFile(await cacheFile('.json'), 'utf8')) as { entries: unknown[] }).entries;
    };
    await expect.poll(async () => (await entriesOf()).length, { timeout: 120_000, interval: 5 }).toBeGreaterThan(10);
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(existsSync(await cacheFile('.lock'))).toBe(true);

    const entries = await entriesOf();
    const known = new Set(entries.map((entry) => (entry as { sha256: string }).sha256));
    const kept = many.filter(({ sha256 }) => known.has(sha256));
    const more = many.filter(({ sha256 }) => !known.has(sha256)).slice(0, 3);
    const features = await ensure({ name: 'killed', clips: [...kept, ...more] });
    expect(features).toMatchObject({ reused: kept.length, extracted: 3, warnings: [] });
    const images = await Promise.all(clips.map(imageOf));
    [...kept, ...more].forEach(({ sha256 }, index) => {
      expect(
        Buffer.from(imageIn(features, index)).equals(images[Number.parseInt(sha256, 16) % CLIPS] ?? new Uint8Array(0)),
      ).toBe(true);
    });
    features.store.close();
  });

  it.skipIf(!existsSync('/dev/full'))('by a full disk is told as such', async () => {
    (await ensure({ clips: clips.slice(0, 1) })).store.close();
    const data = await cacheFile('.images');
    await unlink(data);
    await symlink('/dev/full', data);
    await expect(ensure()).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('the disk is full') as string,
    });
  });

  it('by a kill leaves images behind the manifest, which are written over', async () => {
    (await ensure({ clips: clips.slice(0, 4) })).store.close();
    await appendFile(await cacheFile('.images'), Buffer.alloc(IMAGE_BYTES * 2 + 77, 9));
    const features = await ensure();
    expect(features).toMatchObject({ reused: 4, extracted: CLIPS - 4, warnings: [] });
    for (let clip = 0; clip < CLIPS; clip++) expect(imageIn(features, clip)).toEqual(await imageOf(clips[clip]));
    features.store.close();
  });

  it('by a kill leaves a lock, which is taken over', async () => {
    (await ensure({ clips: clips.slice(0, 1) })).store.close();
    await writeFile((await cacheFile('.json')).replace('.json', '.lock'), '999999999');
    const features = await ensure();
    expect(features.extracted).toBe(CLIPS - 1);
    features.store.close();
    expect((await readdir(cacheFolder)).some((file) => file.endsWith('.lock'))).toBe(false);
  });
});

describe('a cache in use by another process', () => {
  it('is not written to, but what it holds can be had', async () => {
    (await ensure({ clips: clips.slice(0, 2) })).store.close();
    await writeFile((await cacheFile('.json')).replace('.json', '.lock'), String(process.ppid));
    await expect(ensure()).rejects.toMatchObject({
      code: 'exists',
      message: expect.stringContaining('.lock') as string,
    });
    const features = await ensure({ clips: clips.slice(0, 2) });
    expect(features.reused).toBe(2);
    features.store.close();
  });
});

describe('a lock that its process has not yet signed', () => {
  it('holds for a moment, then is taken for that of a killed one', async () => {
    (await ensure({ clips: clips.slice(0, 1) })).store.close();
    const lock = (await cacheFile('.json')).replace('.json', '.lock');
    await writeFile(lock, '');
    await expect(ensure()).rejects.toMatchObject({ code: 'exists' });
    await utimes(lock, new Date(), new Date(Date.now() - 60_000));
    const features = await ensure();
    expect(features.reused).toBe(1);
    features.store.close();
  });
});

describe('a damaged cache', () => {
  beforeEach(async () => {
    (await ensure()).store.close();
  });

  it('makes damaged images anew and says so', async () => {
    const path = await cacheFile('.images');
    const bytes = await readFile(path);
    bytes[IMAGE_BYTES * 2 + 5] = (bytes[IMAGE_BYTES * 2 + 5] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const features = await ensure();
    expect(features).toMatchObject({ extracted: 1, reused: CLIPS - 1 });
    expect(features.warnings).toEqual(['1 images in the feature cache were damaged and are made anew.']);
    for (let clip = 0; clip < CLIPS; clip++) expect(imageIn(features, clip)).toEqual(await imageOf(clips[clip]));
    features.store.close();
  });

  it.each<[string, () => Promise<void>]>([
    ['a data file cut short', async () => truncate(await cacheFile('.images'), IMAGE_BYTES * 3)],
    ['no data file', async () => unlink(await cacheFile('.images'))],
    ['a manifest that is no JSON', async () => writeFile(await cacheFile('.json'), '{"version": 1,')],
    [
      'a manifest of a later version',
      async () => {
        const path = await cacheFile('.json');
        await writeFile(path, (await readFile(path, 'utf8')).replace('"version": 1', '"version": 99'));
      },
    ],
  ])('is made anew, with a warning: %s', async (_what, damage) => {
    await damage();
    const features = await ensure();
    expect(features.extracted).toBeGreaterThanOrEqual(CLIPS - 3);
    expect(features.warnings).toHaveLength(1);
    for (let clip = 0; clip < CLIPS; clip++) expect(imageIn(features, clip)).toEqual(await imageOf(clips[clip]));
    features.store.close();
    const again = await ensure();
    expect(again).toMatchObject({ extracted: 0, warnings: [] });
    again.store.close();
  });

  it('is made anew when it was deleted', async () => {
    await rm(cacheFolder, { recursive: true });
    const features = await ensure();
    expect(features).toMatchObject({ extracted: CLIPS, warnings: [] });
    features.store.close();
  });
});

describe('a file that changed after the scan', () => {
  it('is not kept under its old hash', async () => {
    const path = await writeWav(at('edited.wav'), [noise(RATE, 50)], { rate: RATE });
    const clip = await clipOf(path);
    await writeWav(path, [noise(RATE, 51)], { rate: RATE });
    await utimes(path, new Date(), new Date(clip.modified + 5000));
    const features = await ensure({ clips: [clip] });
    expect(features.clips[0]).toMatchObject({ error: { message: expect.stringContaining('has changed') as string } });
    features.store.close();
  });
});

describe('the name of a dataset', () => {
  it.each(['../../escape', 'a/b\nc', 'ünï', '.hidden', ''])('%j stays inside the cache folder', async (name) => {
    const features = await ensure({ name, clips: clips.slice(0, 1) });
    expect(features.extracted).toBe(1);
    features.store.close();
    expect(await readdir(cacheFolder)).toHaveLength(2);
  });
});
