import { readFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { isCancellation } from '../../../main/engine/common/errors.ts';
import { temporaryBeside } from '../../../main/engine/common/files.ts';
import type { Progress } from '../../../main/engine/common/task.ts';
import type { Metrics } from '../../../main/engine/evaluation/metrics.ts';
import { readRun, RUN_FILES, type Run, type TrainingConfig } from '../../../main/engine/library/run-folder.ts';
import { loadBackend } from '../../../main/engine/model/backend.ts';
import { readKerasFile } from '../../../main/engine/model/keras-file.ts';
import { Kernels } from '../../../main/engine/model/kernels.ts';
import { countParameters, lastActivation } from '../../../main/engine/model/network.ts';
import { createPredictor } from '../../../main/engine/model/network-predictor.ts';
import { makeOtherSound } from '../../../main/engine/training/other-sounds/sounds.ts';
import { clipToImage } from '../../../main/engine/features/clip-image.ts';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { SAMPLE_RATE } from '../../../main/engine/dataset/sample/signal.ts';
import { Random } from '../../../main/engine/common/random.ts';
import { LABELS_FILE } from '../../../main/engine/model/model-labels.ts';
import { evaluateModel } from '../../../main/engine/workflows/evaluate.ts';
import { exportModel } from '../../../main/engine/workflows/export.ts';
import { resumeRun } from '../../../main/engine/workflows/resume.ts';
import { presetTraining } from '../../../main/engine/workflows/preset-training.ts';
import { trainRun } from '../../../main/engine/workflows/train.ts';
import type { TrainingNews, TrainingTask } from '../../../main/engine/workflows/training-task.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';
import { weightsHash } from '../../helpers/weights.ts';
import { tone, writeWav } from '../../helpers/wav.ts';

const CONFIG: TrainingConfig = { ...presetTraining('instrunet-seed'), epochs: 2 };
const CLASSES = ['high', 'low'] as const;
const CLIPS = 5;

const folder = suiteFolder();
let number = 0;
/** A path where nothing is yet. */
const fresh = (name: string): string => join(folder(), `${name}-${number++}`);
const context = () => ({ libraryFolder: join(folder(), 'library'), workerFile: undefined });
const dataset = (): string => join(folder(), 'tones');
const finished = (): string => join(folder(), 'finished');

async function makeTones(root: string, classes: readonly string[], from: number): Promise<void> {
  for (const [index, label] of classes.entries()) {
    for (let clip = 0; clip < CLIPS; clip++) {
      const name = `${String.fromCharCode(97 + clip)} take.wav`;
      await writeWav(join(root, label, name), tone(from + 900 * index + 70 * clip, 3));
    }
  }
}

const train = (out: string, config: Partial<TrainingConfig> = {}, task: TrainingTask = {}) =>
  trainRun(context(), { folder: dataset(), out, config: { ...CONFIG, ...config }, corrections: 'none' }, task);
const resume = (out: string, task: TrainingTask = {}) =>
  resumeRun(context(), { folder: dataset(), out, given: {} }, task);
const recordOf = async (out: string) => JSON.parse(await readFile(join(out, RUN_FILES.run), 'utf8')) as Run;
const weightsOf = (out: string) => weightsHash(join(out, RUN_FILES.model));

/** A task that cancels itself as soon as `when` holds. */
function cancelling(when: { phase?: string; epoch?: number }): TrainingTask {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress: ({ phase }) => {
      if (phase === when.phase) controller.abort();
    },
    onEvent: (news) => {
      if (news.type === 'epoch' && news.record.epoch === when.epoch) controller.abort();
    },
  };
}

beforeAll(async () => {
  await makeTones(dataset(), CLASSES, 300);
  await train(finished());
});

describe('a training for classes by themselves', () => {
  const config = { ...presetTraining('instrunet-seed'), epochs: 4, outputs: 'sigmoid', labelSmoothing: 0.5 } as const;
  const free = (): string => join(folder(), 'sigmoid');

  beforeAll(async () => {
    await train(free(), config);
  });

  it('keeps a network that ends in sigmoid, calibrated, and says so wherever it is scored', async () => {
    const { training, model, result } = await recordOf(free());
    expect([training?.outputs, model.outputs]).toEqual(['sigmoid', 'sigmoid']);
    const { network } = await readKerasFile(join(free(), RUN_FILES.model));
    expect(lastActivation(network)).toBe('sigmoid');
    expect(result?.temperature).toBeGreaterThan(0);
    const metrics = JSON.parse(await readFile(join(free(), RUN_FILES.metrics), 'utf8')) as Metrics;
    expect(metrics.outputs).toBe('sigmoid');
    const scored = fresh('scored');
    const evaluated = await evaluateModel(context(), { model: free(), folder: dataset(), out: scored }, {});
    expect(evaluated.run.model.outputs).toBe('sigmoid');
    expect(evaluated.metrics).toMatchObject({ outputs: 'sigmoid' });
  });

  it('is calibrated to the smallest binary cross-entropy on validation', async () => {
    const plain = fresh('plain');
    await train(plain, { ...config, calibration: false });
    const lossOf = async (out: string): Promise<number> =>
      (JSON.parse(await readFile(join(out, RUN_FILES.metrics), 'utf8')) as Metrics).logLoss;
    expect(await lossOf(free())).toBeLessThan(await lossOf(plain));
  });

  it('is resumed to the same end', async () => {
    const out = fresh('stopped');
    await expect(train(out, config, cancelling({ epoch: 2 }))).rejects.toSatisfy(isCancellation);
    await resume(out);
    expect(await weightsOf(out)).toBe(await weightsOf(free()));
  });
});

describe('a training that learns from sounds without an instrument', () => {
  const config = { ...presetTraining('instrunet-fast'), epochs: 12, outputs: 'sigmoid', otherSounds: 1 } as const;
  const taught = (): string => join(folder(), 'taught');

  /** The highest probability of any class for a picture of noise that was not in training. */
  async function likeliestInNoise(out: string): Promise<number> {
    const { network, labels } = await readKerasFile(join(out, RUN_FILES.model));
    const predictor = createPredictor(await loadBackend(), network, labels?.classes ?? [], DEFAULT_RECIPE);
    const sound = makeOtherSound('white noise', 3, new Random(99, 'unheard'));
    const clip = clipToImage(sound, SAMPLE_RATE, DEFAULT_RECIPE);
    if (clip.silent) throw new Error('noise is not silent');
    const probabilities = await predictor.predict(clip.image.data, 1);
    predictor.dispose();
    return Math.max(...probabilities);
  }

  it('finds no class in noise, and tells what it learned from', async () => {
    const notes: string[] = [];
    await train(taught(), config, { onEvent: (news) => news.type === 'note' && notes.push(news.message) });
    expect(notes.join('\n')).toContain('8 synthetic sounds without an instrument');
    expect((await recordOf(taught())).training?.otherSounds).toBe(1);
    const untaught = fresh('untaught');
    await train(untaught, { ...config, otherSounds: 0 });
    expect(await likeliestInNoise(taught())).toBeLessThan(0.5);
    expect(await likeliestInNoise(taught())).toBeLessThan(await likeliestInNoise(untaught));
  });

  it('is resumed to the same end', async () => {
    const out = fresh('stopped');
    await expect(train(out, config, cancelling({ epoch: 2 }))).rejects.toSatisfy(isCancellation);
    await resume(out);
    expect(await weightsOf(out)).toBe(await weightsOf(taught()));
  });

  it('is refused under softmax, before anything is written', async () => {
    const out = fresh('refused');
    await expect(train(out, { ...config, outputs: 'softmax' })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('sigmoid outputs') as string,
    });
    await expect(readdir(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a network that is less sure than it may be', () => {
  // Smoothed labels teach it to be unsure of what it knows well.
  const config = { ...presetTraining('instrunet-seed'), epochs: 4, labelSmoothing: 0.5 };
  const mended = (): string => join(folder(), 'mended');

  beforeAll(async () => {
    await train(mended(), config);
  });

  it('keeps what its logits were divided by beside the labels', async () => {
    const { result } = await recordOf(mended());
    expect(result?.temperature).toBeLessThan(1);
    const { labels } = await readKerasFile(join(mended(), RUN_FILES.model));
    expect(labels?.temperature).toBe(result?.temperature);
  });

  it('tells how far its probabilities were off before the temperature, which changes no verdict', async () => {
    const metrics = JSON.parse(await readFile(join(mended(), RUN_FILES.metrics), 'utf8')) as Metrics;
    const { result } = await recordOf(mended());
    expect(metrics.calibration.temperature?.value).toBe(result?.temperature);
    const plain = fresh('plain');
    await train(plain, { ...config, calibration: false });
    const before = JSON.parse(await readFile(join(plain, RUN_FILES.metrics), 'utf8')) as Metrics;
    expect(before.calibration.temperature).toBeNull();
    expect(metrics.calibration.temperature?.expectedCalibrationErrorBefore).toBeCloseTo(
      before.calibration.expectedCalibrationError,
      4,
    );
    expect(metrics.accuracy).toBe(before.accuracy);
    expect(metrics.logLoss).toBeLessThanOrEqual(before.logLoss);
    expect(metrics.calibration.expectedCalibrationError).toBeLessThan(before.calibration.expectedCalibrationError);
  });
});

describe('a training with all a preset can ask for', () => {
  const config = { ...presetTraining('instrunet-fast'), epochs: 3 };
  const full = (): string => join(folder(), 'full');

  beforeAll(async () => {
    await train(full(), config);
  });

  it('says how it was trained, and has the layers of its preset', async () => {
    const { training } = await recordOf(full());
    expect(training).toEqual(config);
    const { network } = await readKerasFile(join(full(), RUN_FILES.model));
    expect(network.name).toBe('instrunet_fast');
  });

  it('is resumed to the same end', async () => {
    const out = fresh('stopped');
    await expect(train(out, config, cancelling({ epoch: 2 }))).rejects.toSatisfy(isCancellation);
    await resume(out);
    expect(await weightsOf(out)).toBe(await weightsOf(full()));
  });

  it('is opened with its options left out, as runs from before had none', async () => {
    const out = fresh('older');
    await cp(finished(), out, { recursive: true });
    const record = await recordOf(out);
    const { preset, epochs, batchSize, learningRate, seed, split, validation, test, earlyStopping, bestEpoch } =
      record.training ?? CONFIG;
    const training = {
      preset,
      epochs,
      batchSize,
      learningRate,
      seed,
      split,
      validation,
      test,
      earlyStopping,
      bestEpoch,
    };
    const result = { ...record.result, temperature: undefined };
    await writeFile(join(out, RUN_FILES.run), JSON.stringify({ ...record, training, result }));
    const opened = await readRun(out);
    expect(opened.training).toEqual({ ...presetTraining('instrunet-seed'), epochs: CONFIG.epochs, calibration: false });
    expect(opened.result?.temperature).toBeNull();
  });
});

describe('a training of networks side by side', () => {
  const config = { ...presetTraining('instrunet-fast'), epochs: 3, members: 2 };
  const both = (): string => join(folder(), 'both');

  it('keeps them as one network, and says so', async () => {
    const notes: string[] = [];
    await train(both(), config, { onEvent: (news) => news.type === 'note' && notes.push(news.message) });
    const { training, model } = await recordOf(both());
    expect(training?.members).toBe(2);
    const { network } = await readKerasFile(join(both(), RUN_FILES.model));
    expect(network.layers.some(({ name }) => name === 'member2_stem')).toBe(true);
    expect(countParameters(network)).toBe(model.parameters);
    expect(notes.join('\n')).toContain(
      'instrunet-fast, 2 networks side by side that answer with the mean of their logits: ',
    );
  });

  it('is resumed to the same end, with as many networks', async () => {
    const out = fresh('stopped');
    await expect(train(out, config, cancelling({ epoch: 2 }))).rejects.toSatisfy(isCancellation);
    await expect(resumeRun(context(), { folder: dataset(), out, given: { members: 3 } }, {})).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('members is 2, not 3') as string,
    });
    await resume(out);
    expect(await weightsOf(out)).toBe(await weightsOf(both()));
  });
});

describe('a training that is stopped', () => {
  it.each(['scan', 'features'])('in the phase %s leaves no run folder', async (phase) => {
    const out = fresh('early');
    const library = { libraryFolder: fresh('library'), workerFile: undefined };
    const begun = trainRun(
      library,
      { folder: dataset(), out, config: CONFIG, corrections: 'none' },
      cancelling({ phase }),
    );
    await expect(begun).rejects.toSatisfy(isCancellation);
    expect(await readdir(folder())).not.toContain(out.slice(folder().length + 1));
  });

  it('after the last epoch is finished by a resume without another epoch', async () => {
    const out = fresh('late');
    await expect(train(out, {}, cancelling({ epoch: CONFIG.epochs }))).rejects.toSatisfy(isCancellation);
    expect((await recordOf(out)).status).toBe('cancelled');
    const news: TrainingNews[] = [];
    const { run } = await resume(out, { onEvent: (event) => news.push(event) });
    expect(run).toMatchObject({ status: 'done', result: { epochs: CONFIG.epochs } });
    expect(news.filter(({ type }) => type === 'batch' || type === 'epoch')).toEqual([]);
    expect(await weightsOf(out)).toBe(await weightsOf(finished()));
  });

  it('by a file that cannot be written keeps its checkpoint and is finished by a resume', async () => {
    const out = fresh('scored');
    const blocking = (): Promise<unknown> => mkdir(join(out, RUN_FILES.confusionChart));
    const blocked: Promise<unknown>[] = [];
    const task: TrainingTask = {
      onEvent: (news) => {
        if (news.type === 'epoch' && news.record.epoch === CONFIG.epochs) blocked.push(blocking());
      },
    };
    await expect(train(out, {}, task)).rejects.toThrow();
    expect(blocked).toHaveLength(1);
    expect((await recordOf(out)).status).toBe('failed');
    expect(await readdir(out)).toContain(RUN_FILES.checkpoint);
    await expect(exportModel({ model: out, format: 'keras', out: fresh('model') })).rejects.toMatchObject({
      code: 'incompatible-run',
    });
    await rm(join(out, RUN_FILES.confusionChart), { recursive: true });
    await writeFile(temporaryBeside(join(out, RUN_FILES.model)), 'half of a model, as a kill leaves it');
    expect((await resume(out)).run).toMatchObject({ status: 'done', error: null });
    expect((await readdir(out)).sort()).toEqual((await readdir(finished())).sort());
    expect(await weightsOf(out)).toBe(await weightsOf(finished()));
  });

  it('before its first epoch begins again', async () => {
    const out = fresh('first');
    const controller = new AbortController();
    const task: TrainingTask = {
      signal: controller.signal,
      onEvent: (news) => {
        if (news.type === 'batch') controller.abort();
      },
    };
    await expect(train(out, {}, task)).rejects.toSatisfy(isCancellation);
    expect((await readdir(out)).sort()).toEqual([RUN_FILES.run, RUN_FILES.split]);
    expect((await resume(out)).run.status).toBe('done');
    expect(await weightsOf(out)).toBe(await weightsOf(finished()));
  });

  it('is not resumed under another name', async () => {
    const renamed = resumeRun(context(), { folder: dataset(), out: finished(), given: {}, name: 'other' }, {});
    await expect(renamed).rejects.toMatchObject({ code: 'exists' });
    const out = fresh('named');
    await expect(train(out, {}, cancelling({ epoch: 1 }))).rejects.toSatisfy(isCancellation);
    await expect(resumeRun(context(), { folder: dataset(), out, given: {}, name: 'other' }, {})).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});

describe('a training on odd settings', () => {
  it.each([{ validation: 0.01 }, { test: 0.01 }])(
    '%o of few clips at random is refused before it begins',
    async (share) => {
      const out = fresh('none');
      await expect(train(out, { split: 'random', ...share })).rejects.toMatchObject({ code: 'invalid-argument' });
      expect(await readdir(folder())).not.toContain(out.slice(folder().length + 1));
    },
  );

  it('with batches larger than the dataset and other extremes of seed and share trains', async () => {
    const large = await train(fresh('large'), { batchSize: 4096, seed: 0x7fffffff, validation: 0.99, epochs: 1 });
    expect(large.run.split?.counts.every(({ clips }) => clips > 0)).toBe(true);
  });

  it('tells what is odd about the folder and the split', async () => {
    const root = fresh('odd');
    await makeTones(root, CLASSES, 350);
    await writeFile(join(root, 'high', 'words.wav'), 'no sound');
    const told: string[] = [];
    const onEvent = (news: TrainingNews): void => {
      if (news.type === 'note') told.push(news.message);
    };
    const config = { ...CONFIG, epochs: 1, validation: 0.01 };
    await trainRun(context(), { folder: root, out: fresh('odd-run'), config, corrections: 'none' }, { onEvent });
    const all = told.join('\n');
    expect(all).toContain('Nothing in the names says which clips were cut from the same recording');
    expect(all).toContain('Of 11 clips 1 cannot be used');
    expect(all).toContain('The validation side has 20.0 % of the clips instead of 1.0 %');
  });
});

describe('an evaluation', () => {
  const evaluate = async (model: string, root: string, more: { labels?: string[]; out?: string } = {}) => {
    const request = { model, folder: root, out: more.out ?? fresh('scored'), labels: more.labels };
    const evaluated = await evaluateModel(context(), request, {});
    if (evaluated.kind !== 'one-label') throw new Error('these clips have one label each');
    return evaluated;
  };

  it('inside the folder that it scores is refused', async () => {
    const out = join(dataset(), 'scored');
    await expect(evaluate(finished(), dataset(), { out })).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(await readdir(dataset())).toEqual([...CLASSES]);
  });

  it('of what is no model ends before the folder is looked at', async () => {
    const library = fresh('library');
    const request = { model: fresh('nowhere'), folder: dataset(), out: fresh('scored') };
    const begun = evaluateModel({ libraryFolder: library, workerFile: undefined }, request, {});
    await expect(begun).rejects.toMatchObject({ code: 'not-found' });
    await expect(readdir(library)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('that is cancelled leaves no run folder', async () => {
    const out = fresh('cancelled');
    const request = { model: finished(), folder: dataset(), out };
    await expect(evaluateModel(context(), request, cancelling({ phase: 'scan' }))).rejects.toSatisfy(isCancellation);
    await expect(readdir(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says that it is under way until it is done, and leaves nothing when it is cancelled meanwhile', async () => {
    const out = fresh('under-way');
    const seen: unknown[] = [];
    const onProgress = ({ phase }: Progress): void => {
      if (phase === 'evaluate') seen.push(JSON.parse(readFileSync(join(out, RUN_FILES.run), 'utf8')));
    };
    const request = { model: finished(), folder: dataset(), out };
    await evaluateModel(context(), request, { onProgress });
    expect(seen[0]).toMatchObject({ kind: 'evaluation', status: 'running', finished: null, result: null });
    expect(await recordOf(out)).toMatchObject({ status: 'done', features: { reused: CLIPS * CLASSES.length } });
    const again = { ...request, out: fresh('given-up') };
    const empty = { ...context(), libraryFolder: fresh('library') };
    const begun = evaluateModel(empty, again, cancelling({ phase: 'features' }));
    await expect(begun).rejects.toSatisfy(isCancellation);
    await expect(readdir(again.out)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('scores what the model knows and names what it does not, both ways', async () => {
    const root = fresh('other');
    await makeTones(root, ['high', 'zither'], 320);
    const { metrics, notes, run } = await evaluate(finished(), root);
    expect(metrics).toMatchObject({ clips: CLIPS, leak: { either: 0 } });
    expect(metrics.perClass.map(({ code, support }) => [code, support])).toEqual([
      ['high', CLIPS],
      ['low', 0],
    ]);
    expect(notes.join('\n')).toContain('left out, 5 clips in all: zither');
    expect(run.caveats).toEqual(['Classes that the model does not know were left out, 5 clips in all: zither.']);
    const alien = fresh('alien');
    await makeTones(alien, ['banjo', 'zither'], 330);
    await expect(evaluate(finished(), alien)).rejects.toMatchObject({ code: 'no-clips' });
  });

  it('of a file that carries no labels goes by the folder or by those given, and says so', async () => {
    const bare = `${fresh('bare')}.keras`;
    const filter = ({ name }: { name: string }): boolean => name !== LABELS_FILE;
    await writeFile(bare, zipSync(unzipSync(await readFile(join(finished(), RUN_FILES.model)), { filter })));
    const own = await evaluate(finished(), dataset());
    const byFolder = await evaluate(bare, dataset());
    expect(byFolder.metrics.confusionMatrix).toEqual(own.metrics.confusionMatrix);
    expect(byFolder.metrics.leak).toBeNull();
    expect(byFolder.notes.join('\n')).toContain("the alphabetical order of the folder's classes");
    expect(byFolder.run.caveats.join('\n')).toContain('carries no labels and no recipe');
    expect(own.run.caveats).toEqual([]);
    const turned = await evaluate(bare, dataset(), { labels: ['low', 'high'] });
    expect(turned.metrics.confusionMatrix).toEqual([...own.metrics.confusionMatrix].reverse());
    expect(turned.run.model.labelsFrom).toBe('the labels given');
    const three = fresh('three');
    await makeTones(three, ['a', 'b', 'c'], 310);
    await expect(evaluate(bare, three)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('--labels') as string,
    });
    await expect(evaluate(bare, dataset(), { labels: ['a', 'b', 'c'] })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });

  it('says that an epoch was chosen on clips that are among those it scores', async () => {
    const out = fresh('chosen');
    await train(out, { bestEpoch: true });
    const { metrics, run } = await evaluate(out, dataset());
    expect(metrics.training?.selectedOnValidation).toBe(true);
    expect(run.result?.selectedOnValidation).toBe(true);
  });
});

it('training, resuming and scoring leave no tensor behind, however they end', async () => {
  const { tf, ...rest } = await loadBackend();
  const kernels = new Kernels({ tf, ...rest });
  const before = [kernels.tensorCount, tf.memory().numTensors];
  const out = fresh('tidy');
  await expect(train(out, {}, cancelling({ epoch: 1 }))).rejects.toSatisfy(isCancellation);
  await resume(out);
  await evaluateModel(context(), { model: out, folder: dataset(), out: fresh('scored') }, {});
  await exportModel({ model: out, format: 'tfjs', out: fresh('tfjs') });
  expect([kernels.tensorCount, tf.memory().numTensors]).toEqual(before);
});
