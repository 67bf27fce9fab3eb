import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Random } from '../../main/engine/common/random.ts';
import { DEFAULT_RECIPE } from '../../main/engine/features/recipe.ts';
import { loadBackend, type Backend } from '../../main/engine/model/backend.ts';
import { writeKerasFile } from '../../main/engine/model/keras-file.ts';
import { createPredictor } from '../../main/engine/model/network-predictor.ts';
import { initialise, type Network } from '../../main/engine/model/network.ts';
import { findPreset } from '../../main/engine/model/presets.ts';
import { fit } from '../../main/engine/training/fit.ts';
import { memoryStore } from '../fixtures/training/memory-store.ts';

const CLIPS = 640;
const CLASSES = 11;
const BATCH_SIZE = 32;
const ROUNDS = 5;
const SIZE = 128;

export type TrainingWork = 'train' | 'predict';

export interface TrainingBenchRow {
  readonly work: TrainingWork;
  /** Clips a second, median of the rounds. */
  readonly own: number;
  /** Null where there is no Python with Keras. */
  readonly keras: number | null;
  /** Median over the rounds of own speed by Keras's speed right after it. */
  readonly ratio: number | null;
  /**
   * Median over the rounds of Keras's processor time by own processor time: the same comparison as `ratio`, but hardly
   * disturbed by what else runs on the machine.
   */
  readonly cpuRatio: number | null;
}

export interface TrainingBench {
  readonly rows: readonly TrainingBenchRow[];
  /** Bytes each process had in memory at most, the 31 MB of images included. */
  readonly peakBytes: { readonly own: number; readonly keras: number | null };
}

/** What one pass over all clips took. */
interface Pass {
  readonly seconds: number;
  /** Of all threads together. */
  readonly cpuSeconds: number;
}

interface Opponent {
  pass(work: TrainingWork): Promise<Pass>;
  peakBytes(): number;
  close(): Promise<void>;
}

/**
 * Trains and predicts with the seed network on random bytes, taking turns with Keras (oneDNN on) on the same bytes and
 * weights, so that both meet the same state of the machine.
 * @param python interpreter with Keras, or undefined to measure without an opponent
 */
export async function benchTraining(python: string | undefined): Promise<TrainingBench> {
  const folder = await mkdtemp(join(tmpdir(), 'instrunet-bench-'));
  const random = new Random(1, 'bench');
  const images = Uint8Array.from({ length: CLIPS * SIZE * SIZE * 3 }, () => random.integer(256));
  const labels = Array.from({ length: CLIPS }, () => random.integer(CLASSES));
  const network = initialise(findPreset('instrunet-seed').build(CLASSES), 1);
  const classes = Array.from({ length: CLASSES }, (_, index) => ({ code: `c${index}`, name: `class ${index}` }));
  try {
    await writeFile(join(folder, 'images.u8'), images);
    await writeFile(join(folder, 'labels.i32'), new Uint8Array(Int32Array.from(labels).buffer));
    await writeKerasFile(join(folder, 'model.keras'), network, { classes, recipe: DEFAULT_RECIPE });
    const own = ownSide(await loadBackend(), network, images, labels, classes);
    await own('train');
    await own('predict');
    const keras = python === undefined ? undefined : await startKeras(python, folder);
    const rows: TrainingBenchRow[] = [];
    for (const work of ['train', 'predict'] as const) rows.push(await takeTurns(work, own, keras));
    const peakBytes = { own: process.resourceUsage().maxRSS * 1024, keras: keras?.peakBytes() ?? null };
    await keras?.close();
    return { rows, peakBytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeTurns(
  work: TrainingWork,
  own: (work: TrainingWork) => Promise<Pass>,
  keras: Opponent | undefined,
): Promise<TrainingBenchRow> {
  const ownSpeeds: number[] = [];
  const kerasSpeeds: number[] = [];
  const ratios: number[] = [];
  const cpuRatios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await own(work);
    ownSpeeds.push(CLIPS / ours.seconds);
    if (keras === undefined) continue;
    const theirs = await keras.pass(work);
    kerasSpeeds.push(CLIPS / theirs.seconds);
    ratios.push(theirs.seconds / ours.seconds);
    cpuRatios.push(theirs.cpuSeconds / ours.cpuSeconds);
  }
  return {
    work,
    own: median(ownSpeeds) ?? NaN,
    keras: median(kerasSpeeds),
    ratio: median(ratios),
    cpuRatio: median(cpuRatios),
  };
}

/** One pass over all clips. Training is `fit` itself with one clip of validation, whose time does not count. */
function ownSide(
  backend: Backend,
  network: Network,
  images: Uint8Array,
  labels: readonly number[],
  classes: readonly { code: string; name: string }[],
): (work: TrainingWork) => Promise<Pass> {
  const store = memoryStore(images, SIZE, 3);
  const trainRows = labels.map((_, index) => index);
  const data = {
    store,
    colourMap: 'magma',
    trainRows,
    trainLabels: labels,
    validationRows: [0],
    validationLabels: [0],
  } as const;
  const options = { epochs: 1, batchSize: BATCH_SIZE, learningRate: 0.001, seed: 1 };
  const predictor = createPredictor(backend, network, classes, DEFAULT_RECIPE);
  return async (work) => {
    const cpuBefore = process.cpuUsage();
    const started = performance.now();
    let seconds: number;
    if (work === 'train') {
      const { history } = await fit(backend, network, data, options);
      seconds = CLIPS / (history[0]?.clipsPerSecond ?? NaN);
    } else {
      await predictor.predict(images, CLIPS);
      seconds = (performance.now() - started) / 1000;
    }
    const { user, system } = process.cpuUsage(cpuBefore);
    return { seconds, cpuSeconds: (user + system) / 1e6 };
  };
}

async function startKeras(python: string, folder: string): Promise<Opponent> {
  const script = resolve('test/bench/training_keras.py');
  const child = spawn(python, [script, folder, String(BATCH_SIZE)], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<Pass & { peakBytes: number }> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${script} ended before it had answered`);
    return JSON.parse(line.value) as Pass & { peakBytes: number };
  };
  await answer();
  let peakBytes = 0;
  return {
    async pass(work) {
      child.stdin.write(`${work}\n`);
      const result = await answer();
      ({ peakBytes } = result);
      return result;
    },
    peakBytes: () => peakBytes,
    async close() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
