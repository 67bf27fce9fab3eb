import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ensureFeatures, type FeatureClip } from '../../main/engine/features/cache.ts';
import { DEFAULT_RECIPE } from '../../main/engine/features/recipe.ts';
import { music, noise } from '../fixtures/audio/signals.ts';
import { writeWav } from '../fixtures/audio/write-wav.ts';

const RATE = 44_100;
const CLIP_SECONDS = 3;
const WORKER_FILE = resolve('out/features-worker.cjs');

/** Clips a second. */
export interface FeatureSpeed {
  readonly oneThread: number;
  readonly allProcessors: number;
}

export interface FeaturesBench {
  readonly clips: number;
  readonly ours: FeatureSpeed;
  /** Null where no Python was given. */
  readonly librosa: FeatureSpeed | null;
  /** Ours over librosa's. */
  readonly ratio: FeatureSpeed | null;
}

const librosaSpeed = z.object({ oneThread: z.number(), allProcessors: z.number() });

/**
 * Times the features of generated clips (3 seconds, 44.1 kHz, stereo, 16-bit WAV), from the file to the written cache,
 * and librosa at the same files from the file to the mel image, both warmed up with ten clips.
 * @param python a Python with librosa
 */
export async function benchFeatures(python: string | undefined, clipCount = 400): Promise<FeaturesBench> {
  const folder = await mkdtemp(join(tmpdir(), 'instrunet-bench-'));
  try {
    const clips = await makeClips(folder, clipCount);
    const time = async (name: string, some: readonly FeatureClip[], workers: number): Promise<number> => {
      const started = performance.now();
      const request = { cacheFolder: join(folder, 'cache'), recipe: DEFAULT_RECIPE, name, clips: some, workers };
      const features = await ensureFeatures({ ...request, workerFile: workers === 1 ? undefined : WORKER_FILE });
      features.store.close();
      return some.length / ((performance.now() - started) / 1000);
    };
    await time('warm-up', clips.slice(0, 10), 1);
    const ours = { oneThread: await time('one', clips, 1), allProcessors: await time('all', clips, cpus().length) };
    if (python === undefined) return { clips: clipCount, ours, librosa: null, ratio: null };
    const script = resolve('test/bench/features_librosa.py');
    const input = JSON.stringify(clips.map(({ path }) => path));
    const librosa = librosaSpeed.parse(JSON.parse(execFileSync(python, [script], { input, encoding: 'utf8' })));
    const ratio = {
      oneThread: ours.oneThread / librosa.oneThread,
      allProcessors: ours.allProcessors / librosa.allProcessors,
    };
    return { clips: clipCount, ours, librosa, ratio };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeClips(folder: string, count: number): Promise<FeatureClip[]> {
  const length = CLIP_SECONDS * RATE;
  const tone = music(length, RATE);
  const clips: FeatureClip[] = [];
  for (let number = 0; number < count; number++) {
    const hiss = noise(length, number + 1);
    const left = tone.map((value, index) => value + 0.01 * (hiss[index] ?? 0));
    const path = await writeWav(join(folder, `${String(number)}.wav`), [left, tone], { rate: RATE });
    const { size, mtimeMs } = await stat(path);
    // Which hash is no matter here, as long as each clip has its own.
    const sha256 = String(number).padStart(64, '0');
    clips.push({ path, kind: 'audio', duration: CLIP_SECONDS, sha256, bytes: size, modified: Math.floor(mtimeMs) });
  }
  return clips;
}
