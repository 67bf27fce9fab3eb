import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { inspectAudio } from '../../../../main/engine/audio/inspect.ts';
import { sha256 } from '../../../../main/engine/common/hash.ts';
import { isUsable } from '../../../../main/engine/dataset/dataset.ts';
import { writeHeldBackClips } from '../../../../main/engine/dataset/sample/held-back.ts';
import { writeSampleDataset } from '../../../../main/engine/dataset/sample/sample-dataset.ts';
import { SAMPLE_MARKER, scanFolder } from '../../../../main/engine/dataset/scan.ts';
import { clipToImage } from '../../../../main/engine/features/clip-image.ts';
import { inspectImage } from '../../../../main/engine/features/spectrogram-image.ts';
import { DEFAULT_RECIPE } from '../../../../main/engine/features/recipe.ts';
import { IRMAS_INSTRUMENTS } from '../../../../main/engine/dataset/irmas.ts';
import { makeRecording } from '../../../../main/engine/dataset/sample/recording.ts';
import { SAMPLE_RATE } from '../../../../main/engine/dataset/sample/signal.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** One hash over names and contents of everything in a folder. */
async function hashOf(folder: string): Promise<string> {
  const lines = (await filesIn(folder)).map(async (path) => `${path} ${sha256(await readFile(join(folder, path)))}`);
  return sha256((await Promise.all(lines)).join('\n'));
}

describe('the sample dataset on disk', () => {
  // Stored: see the hash of the recordings in the unit tests. This one also fixes the names, the marker and the README.
  it('is the same folder on every machine', async () => {
    const folder = join(await temporaryFolder(), 'sample');
    await writeSampleDataset(folder, { clipsPerClass: 2 });
    expect(await hashOf(folder)).toBe('67782201a5e8a73be8e9b7e9ac6b6a1a9bb905cb81aa32e320404ca0a80f4b1c');
  });

  it('is scanned as what it is: synthetic, named as IRMAS, eleven classes, three clips a recording, nothing amiss', async () => {
    const folder = join(await temporaryFolder(), 'sample');
    const made = await writeSampleDataset(folder, { clipsPerClass: 6, seed: 3 });
    expect(made).toEqual({ folder, clips: 66, recordings: 22, written: 66 });
    const dataset = await scanFolder(folder, { inspector: { inspectAudio, inspectImage } });
    expect(dataset.synthetic).toBe(true);
    expect(dataset.layout).toBe('irmas-names');
    expect(dataset.classes.map(({ code }) => code)).toEqual([...IRMAS_INSTRUMENTS.keys()]);
    expect(dataset.clips).toHaveLength(66);
    expect(new Set(dataset.clips.map(({ recording }) => recording)).size).toBe(22);
    expect(new Set(dataset.clips.map(({ group }) => group)).size).toBe(22);
    expect(dataset.clips.filter((clip) => !isUsable(clip) || clip.findings.length > 0)).toEqual([]);
    expect(dataset.clips.every(({ duration }) => duration === 3)).toBe(true);
    expect(dataset.warnings).toEqual([]);
    expect(await readFile(join(folder, 'README.txt'), 'utf8')).toContain('synthetic');
    expect(JSON.parse(await readFile(join(folder, SAMPLE_MARKER), 'utf8'))).toMatchObject({ synthetic: true, seed: 3 });
  });

  it('is left alone when it is made again, and completed where a clip is missing or cut short', async () => {
    const folder = join(await temporaryFolder(), 'sample');
    await writeSampleDataset(folder, { clipsPerClass: 1 });
    const before = await hashOf(folder);
    expect((await writeSampleDataset(folder, { clipsPerClass: 1 })).written).toBe(0);
    const [first = '', second = ''] = (await filesIn(folder)).filter((path) => path.endsWith('.wav'));
    await rm(join(folder, first));
    await truncate(join(folder, second), 1000);
    expect((await writeSampleDataset(folder, { clipsPerClass: 1 })).written).toBe(2);
    expect(await hashOf(folder)).toBe(before);
  });

  it('goes into an empty folder, and refuses one with other files, a file, and a sample of other settings', async () => {
    const root = await temporaryFolder();
    const [empty, foreign, file] = [join(root, 'empty'), join(root, 'foreign'), join(root, 'file')];
    await mkdir(empty);
    await writeSampleDataset(empty, { clipsPerClass: 1 });
    await mkdir(foreign);
    await writeFile(join(foreign, 'thesis.txt'), 'mine');
    await writeFile(file, 'mine');
    const exists = { code: 'exists' };
    await expect(writeSampleDataset(foreign, { clipsPerClass: 1 })).rejects.toMatchObject(exists);
    await expect(writeSampleDataset(file, { clipsPerClass: 1 })).rejects.toMatchObject(exists);
    await expect(writeSampleDataset(empty, { clipsPerClass: 1, seed: 2 })).rejects.toMatchObject(exists);
    await expect(writeHeldBackClips(empty, { perClass: 1 })).rejects.toMatchObject(exists);
    expect(await readdir(foreign)).toEqual(['thesis.txt']);
    expect((await readdir(root)).sort()).toEqual(['empty', 'file', 'foreign']);
  });

  it('tells its progress up to the end, and leaves nothing behind when it is cancelled', async () => {
    const root = await temporaryFolder();
    const controller = new AbortController();
    const told: number[] = [];
    const cancelled = writeSampleDataset(join(root, 'sample'), {
      clipsPerClass: 50,
      signal: controller.signal,
      onProgress: ({ phase, done, total, unit }) => {
        expect({ phase, total, unit }).toEqual({ phase: 'sample', total: 550, unit: 'clips' });
        told.push(done);
        controller.abort();
      },
    });
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect(told).toHaveLength(1);
    expect(await readdir(root)).toEqual([]);

    const done: number[] = [];
    await writeSampleDataset(join(root, 'sample'), {
      clipsPerClass: 1,
      onProgress: (progress) => {
        done.push(progress.done);
      },
    });
    expect(done.at(-1)).toBe(11);
  });

  it('is not there at all after a kill', async () => {
    const root = await temporaryFolder();
    const script = join(root, 'make.cjs');
    await build({
      stdin: {
        contents:
          "import { writeSampleDataset } from './main/engine/dataset/sample/sample-dataset.ts';\n" +
          "void writeSampleDataset(process.argv[2], { clipsPerClass: 50, onProgress: () => console.log('going') });",
        resolveDir: process.cwd(),
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      outfile: script,
    });
    const folder = join(root, 'sample');
    const child = spawn(process.execPath, [script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await writeSampleDataset(folder, { clipsPerClass: 1 })).written).toBe(11);
  });
});

describe('held-back clips', () => {
  it('are single instruments of three seconds and pairs of eight, and none of them is in the dataset', async () => {
    const root = await temporaryFolder();
    const clips = await writeHeldBackClips(join(root, 'unheard'), { perClass: 1 });
    await writeSampleDataset(join(root, 'sample'), { clipsPerClass: 1 });
    expect(clips.filter(({ labels }) => labels.length === 1)).toHaveLength(11);
    const pairs = clips.filter(({ labels }) => labels.length === 2);
    expect(pairs).toHaveLength(3);
    expect(new Set(pairs.flatMap(({ labels }) => labels)).size).toBe(6);
    const known = await Promise.all(
      (await filesIn(join(root, 'sample'))).map(async (path) => sha256(await readFile(join(root, 'sample', path)))),
    );
    for (const { path, seconds } of clips) {
      const { duration, silent } = await inspectAudio(path);
      expect(duration).toBe(seconds);
      expect(silent).toBe(false);
      expect(known).not.toContain(sha256(await readFile(path)));
    }
    expect(clips[0]?.path).toBe(join(root, 'unheard', 'cello-1.wav'));
  });
});

describe('the sample dataset as a task', () => {
  interface Point {
    readonly label: string;
    readonly recording: string;
    readonly features: readonly number[];
  }

  /** Mean and spread of each mel band. */
  function featuresOf(samples: Float32Array): number[] {
    const clip = clipToImage(samples, SAMPLE_RATE, DEFAULT_RECIPE);
    if (clip.silent) throw new Error('a sample clip is silent');
    const { data, width, height } = clip.image;
    return Array.from({ length: height }, (_, row) => data.subarray(row * width, (row + 1) * width)).flatMap((band) => {
      const mean = band.reduce((sum, value) => sum + value, 0) / width;
      const variance = band.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
      return [mean, Math.sqrt(variance)];
    });
  }

  function squaredDistance(a: readonly number[], b: readonly number[]): number {
    return a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0);
  }

  /** Share of points whose nearest other point among `candidates` has their label. */
  function nearestNeighbourAccuracy(points: readonly Point[], candidate: (of: Point, other: Point) => boolean): number {
    const right = points.filter((point) => {
      const others = points.filter((other) => other !== point && candidate(point, other));
      const distances = others.map((other) => squaredDistance(point.features, other.features));
      return others[distances.indexOf(Math.min(...distances))]?.label === point.label;
    });
    return right.length / points.length;
  }

  it('can be learned but not trivially, and rewards whoever has heard the recording before', () => {
    const points = [...IRMAS_INSTRUMENTS.keys()].flatMap((label) =>
      Array.from({ length: 8 }, (_, index) => makeRecording({ seed: 5, collection: 'dataset', label, index })).flatMap(
        (recording, index) =>
          [1, 2].map((clip): Point => {
            const samples = Float32Array.from(recording.renderClip(clip, 3));
            return { label, recording: `${label} ${index}`, features: featuresOf(samples) };
          }),
      ),
    );
    const chance = 1 / 11;
    const unheard = nearestNeighbourAccuracy(points, (point, other) => other.recording !== point.recording);
    const heard = nearestNeighbourAccuracy(points, () => true);
    expect(unheard).toBeGreaterThan(2.5 * chance);
    expect(unheard).toBeLessThan(0.9);
    expect(heard).toBeGreaterThan(unheard + 0.15);
  });
});
