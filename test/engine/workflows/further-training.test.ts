import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { isCancellation } from '../../../main/engine/common/errors.ts';
import { sha256 } from '../../../main/engine/common/hash.ts';
import { describeScore } from '../../../main/engine/evaluation/describe-score.ts';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { RUN_FILES, type TrainingConfig } from '../../../main/engine/library/run-folder.ts';
import { writeKerasFile, readKerasFile } from '../../../main/engine/model/keras-file.ts';
import { LABELS_FILE } from '../../../main/engine/model/model-labels.ts';
import { initialise, type Architecture, type Network } from '../../../main/engine/model/network.ts';
import { seedArchitecture } from '../../../main/engine/model/preset-layers.ts';
import { evaluateModel } from '../../../main/engine/workflows/evaluate.ts';
import type { BaseRequest } from '../../../main/engine/workflows/open-base.ts';
import { furtherTraining, presetTraining } from '../../../main/engine/workflows/preset-training.ts';
import { resumeRun } from '../../../main/engine/workflows/resume.ts';
import { trainRun } from '../../../main/engine/workflows/train.ts';
import type { TrainingTask } from '../../../main/engine/workflows/training-task.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';
import { weightsHash } from '../../helpers/weights.ts';
import { tone, writeWav } from '../../helpers/wav.ts';

const LAST: TrainingConfig = { ...furtherTraining('last'), epochs: 2 };
const ALL: TrainingConfig = { ...furtherTraining('all'), epochs: 2 };
const CLIPS = 5;

interface TrainingChoice {
  readonly root?: string;
  readonly out?: string;
  readonly config?: TrainingConfig;
  readonly task?: TrainingTask;
}

const folder = suiteFolder();
let number = 0;
/** A path where nothing is yet. */
const fresh = (name: string): string => join(folder(), `${name}-${number++}`);
const context = () => ({ libraryFolder: join(folder(), 'library'), workerFile: undefined });
const tones = (): string => join(folder(), 'tones');
const others = (): string => join(folder(), 'others');
const baseRun = (): string => join(folder(), 'base');
const model = (run: string): string => join(run, RUN_FILES.model);

async function makeTones(root: string, classes: readonly string[], from: number): Promise<void> {
  for (const [index, label] of classes.entries()) {
    for (let clip = 0; clip < CLIPS; clip++) {
      const name = `${String.fromCharCode(97 + clip)} take.wav`;
      await writeWav(join(root, label, name), tone(from + 900 * index + 70 * clip, 3));
    }
  }
}

const train = async (
  from: BaseRequest | undefined,
  { root = others(), out = fresh('further'), config = LAST, task = {} }: TrainingChoice = {},
) => {
  const request = { folder: root, out, config, corrections: 'none', from } as const;
  const { metrics, ...trained } = await trainRun(context(), request, task);
  if ('kind' in metrics) throw new Error('these clips have one label each');
  return { ...trained, metrics };
};

/** Notes that are told while something is trained. */
function listening(): { readonly task: TrainingTask; readonly notes: string[] } {
  const notes: string[] = [];
  return { notes, task: { onEvent: (news) => news.type === 'note' && notes.push(news.message) } };
}

function stoppingAfter(epoch: number): TrainingTask {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onEvent: (news) => {
      if (news.type === 'epoch' && news.record.epoch === epoch) controller.abort();
    },
  };
}

const bodyOf = ({ layers, weights }: Network): unknown => {
  const last = layers.at(-1)?.name;
  return weights.filter(({ layer }) => layer !== last).map(({ values }) => values);
};

beforeAll(async () => {
  await makeTones(tones(), ['high', 'low'], 300);
  await makeTones(others(), ['bright', 'dull', 'mild'], 330);
  const config = { ...presetTraining('instrunet-fast'), epochs: 2 };
  await train(undefined, { root: tones(), out: baseRun(), config });
});

describe('training a run further', () => {
  it('in its last layer keeps all other weights, and says what it began from', async () => {
    const { task, notes } = listening();
    const out = fresh('last');
    const { run, metrics } = await train({ model: baseRun() }, { out, task });
    const begun = await readKerasFile(model(baseRun()));
    const done = await readKerasFile(model(out));
    expect(bodyOf(done.network)).toEqual(bodyOf(begun.network));
    expect(done.labels?.classes.map(({ code }) => code)).toEqual(['bright', 'dull', 'mild']);
    const leak = { validationClips: 3, sharedRecording: 0, identicalClip: 0, either: 0 };
    expect(run.base).toEqual({
      ...{ name: 'base', sha256: sha256(await readFile(model(baseRun()))), classes: ['high', 'low'] },
      ...{ output: 'new', learning: 2 * 192 * 3 + 3, data: null, known: 'all' },
      heard: { validation: { leak, suspected: false }, test: null },
    });
    expect(run.model).toMatchObject({ source: 'base', labelsFrom: 'dataset' });
    expect(run.training).toEqual(LAST);
    expect(metrics.base).toEqual({ name: 'base', trainLayers: 'last', leak, complete: true, suspected: false });
    expect(notes.join('\n')).toContain(
      'Trained further from base: a new output layer takes the place of its own; ' + 'only that one learns, 1,155 of',
    );
    expect(notes.join('\n')).toContain('loss and accuracy of training are of changed clips');
    const words = describeScore(metrics).join('\n');
    expect(words).toContain('the network never heard');
    expect(words).toContain('in its last layer alone, which learned from none of the recordings of these validation');
  });

  it('is refused for several networks side by side, which begin from fresh weights', async () => {
    const out = fresh('several');
    await expect(train({ model: baseRun() }, { out, config: { ...LAST, members: 2 } })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('different fresh weights') as string,
    });
    await expect(readdir(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('in all layers changes all weights but the statistics, and gives the same network again', async () => {
    const out = fresh('all');
    await train({ model: baseRun() }, { out, config: ALL });
    const begun = await readKerasFile(model(baseRun()));
    const done = await readKerasFile(model(out));
    for (const [index, { layer, name, values }] of begun.network.weights.entries()) {
      if (layer === 'logits') continue;
      const isStatistic = name.startsWith('moving_');
      expect(done.network.weights[index]?.values.join() === values.join(), `${layer}/${name}`).toBe(isStatistic);
    }
    const twin = fresh('twin');
    await train({ model: baseRun() }, { out: twin, config: ALL });
    expect(await weightsHash(model(twin))).toBe(await weightsHash(model(out)));
  });

  it('on the same classes keeps its output layer, without the temperature that was put into it', async () => {
    const config = { ...LAST, learningRate: 1e-12, weightDecay: 0, averaging: 0, calibration: false };
    const { run } = await train({ model: baseRun() }, { root: tones(), out: fresh('kept'), config });
    expect(run.base?.output).toBe('kept');
    const kept = fresh('kept');
    await train({ model: baseRun() }, { root: tones(), out: kept, config });
    const [before, after] = [await readKerasFile(model(baseRun())), await readKerasFile(model(kept))];
    const temperature = before.labels?.temperature ?? 1;
    const biasOf = ({ network: { weights } }: typeof before) => weights.at(-1)?.values ?? new Float32Array();
    expect(after.labels?.temperature).toBeUndefined();
    for (const [index, value] of biasOf(after).entries()) {
      expect(value).toBeCloseTo((biasOf(before)[index] ?? NaN) * temperature, 5);
    }
  });

  it('is resumed to the same end when what it began from is gone', async () => {
    const whole = fresh('whole');
    const again = fresh('base');
    await train(undefined, { root: tones(), out: again, config: { ...presetTraining('instrunet-seed'), epochs: 1 } });
    const from = { model: again, name: 'gone' };
    await train(from, { out: whole, config: ALL });
    const out = fresh('stopped');
    await expect(train(from, { out, config: ALL, task: stoppingAfter(1) })).rejects.toSatisfy(isCancellation);
    await expect(
      resumeRun(context(), { folder: others(), out, given: {}, from: { model: baseRun() } }, {}),
    ).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('gone, not base') as string });
    await rm(again, { recursive: true });
    const { run } = await resumeRun(context(), { folder: others(), out, given: {} }, {});
    expect(run).toMatchObject({ status: 'done', base: { name: 'gone' } });
    expect(await weightsHash(model(out))).toBe(await weightsHash(model(whole)));
  });

  it('tells of recordings that it had learned from before, which are not unheard now', async () => {
    const { task, notes } = listening();
    const { run, metrics } = await train({ model: baseRun() }, { root: tones(), config: { ...LAST, seed: 4 }, task });
    const heard = run.base?.heard.validation.leak?.either ?? 0;
    expect(heard).toBeGreaterThan(0);
    expect(metrics.leak?.either).toBe(0);
    expect(metrics.base?.leak?.either).toBe(heard);
    expect(notes.join('\n')).toContain('base has learned from the recordings of');
    const words = describeScore(metrics).join('\n');
    expect(words).not.toContain('never heard');
    expect(words).toContain('the figures are too good');
    const { metrics: same } = await train({ model: baseRun() }, { root: tones() });
    expect(same.base?.leak?.either).toBe(0);
  });

  it('of what was itself trained further says that not all is known', async () => {
    const first = fresh('first');
    await train({ model: baseRun() }, { out: first });
    const { run, metrics } = await train({ model: first });
    expect(run.base).toMatchObject({ known: 'last', output: 'kept' });
    expect(describeScore(metrics).join('\n')).toContain('What that was itself begun from is not known clip by clip.');
    const evaluated = await evaluateModel(context(), { model: first, folder: tones(), out: fresh('scored') }, {}).catch(
      (error: unknown) => error,
    );
    expect(evaluated).toMatchObject({ code: 'no-clips' });
    const scored = await evaluateModel(context(), { model: first, folder: others(), out: fresh('scored') }, {});
    if (scored.kind !== 'one-label') throw new Error('these clips have one label each');
    expect(scored.metrics.base).toMatchObject({ name: 'base', leak: null, complete: false });
  });
});

describe('training a .keras file further', () => {
  async function kerasFile(architecture: Architecture, classes: readonly string[] | null): Promise<string> {
    const path = `${fresh('file')}.keras`;
    const codes = classes ?? architecture.layers.map((_, index) => `c${index}`);
    const labels = { classes: codes.map((code) => ({ code, name: code })), recipe: DEFAULT_RECIPE };
    await writeKerasFile(path, initialise(architecture, 3), labels);
    if (classes !== null) return path;
    const filter = ({ name }: { name: string }): boolean => name !== LABELS_FILE;
    await writeFile(path, zipSync(unzipSync(await readFile(path), { filter })));
    return path;
  }

  it('without labels gives it a new output layer, or keeps it by those that are given', async () => {
    const bare = await kerasFile(seedArchitecture(3), null);
    const { task, notes } = listening();
    const { run, metrics } = await train({ model: bare }, { task });
    expect(run.base).toMatchObject({ classes: null, output: 'new', known: 'nothing' });
    expect(notes.join('\n')).toContain('carries no recipe: images are made by the default one');
    expect(describeScore(metrics).join('\n')).toContain('is not known clip by clip: if these recordings were among it');
    const named = await train({ model: bare, labels: ['mild', 'bright', 'dull'] });
    expect(named.run.base).toMatchObject({ classes: ['mild', 'bright', 'dull'], output: 'kept' });
  });

  it('is not resumed where its outputs are named otherwise than they were', async () => {
    const file = await kerasFile(seedArchitecture(3), null);
    const labels = ['mild', 'bright', 'dull'];
    const out = fresh('stopped');
    const stopped = train({ model: file, labels }, { out, task: stoppingAfter(1) });
    await expect(stopped).rejects.toSatisfy(isCancellation);
    const resume = (again: readonly string[]) =>
      resumeRun(context(), { folder: others(), out, given: {}, from: { model: file, labels: again } }, {});
    await expect(resume(['dull', 'bright', 'mild'])).rejects.toThrow(
      /were named mild, bright, dull, not dull, bright, mild/u,
    );
    expect((await resume(labels)).run.status).toBe('done');
  });

  it('that was trained on softmax goes on with logits', async () => {
    const { layers, ...rest } = seedArchitecture(2);
    const last = { kind: 'Dense', name: 'dense_1', units: 2, useBias: true, activation: 'softmax' } as const;
    const file = await kerasFile({ ...rest, layers: [...layers.slice(0, -1), last] }, ['x', 'y']);
    const { run } = await train({ model: file }, { config: ALL });
    expect(run.status).toBe('done');
  });

  it.each<[string, Architecture, string]>([
    [
      'that takes images of another size',
      { ...seedArchitecture(2), inputShape: [64, 64, 3] },
      'takes images of 64 x 64 pixels, but these have 128 x 128',
    ],
    [
      'that does not end in a dense layer',
      {
        ...seedArchitecture(2),
        layers: [...seedArchitecture(2).layers, { kind: 'Dropout', name: 'end', rate: 0.1 }],
      },
      'ends in a dense layer, which this one does not (Dropout)',
    ],
    [
      'with a layer that cannot be trained here',
      {
        ...seedArchitecture(2),
        layers: seedArchitecture(2).layers.map((layer) =>
          layer.kind === 'Conv2D' && layer.name === 'conv2d' ? { ...layer, activation: 'softmax' } : layer,
        ),
      },
      'The layer conv2d (Conv2D) cannot be trained here',
    ],
  ])('%s is refused before anything is written', async (_what, architecture, words) => {
    const file = await kerasFile(architecture, ['x', 'y']);
    const out = fresh('refused');
    await expect(train({ model: file }, { out, config: ALL })).rejects.toMatchObject({
      code: 'unsupported-model',
      message: expect.stringContaining(words) as string,
    });
    await expect(readFile(join(out, RUN_FILES.run))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('that is cut off, an evaluation or unfinished is refused by name', async () => {
    const cut = `${fresh('cut')}.keras`;
    await writeFile(cut, (await readFile(model(baseRun()))).subarray(0, 5000));
    await expect(train({ model: cut })).rejects.toMatchObject({ code: 'unsupported-model' });
    await expect(train({ model: fresh('nothing') })).rejects.toMatchObject({ code: 'not-found' });
    const scored = fresh('scored');
    await evaluateModel(context(), { model: baseRun(), folder: tones(), out: scored }, {});
    await expect(train({ model: scored })).rejects.toThrow('is an evaluation of');
    const stopped = fresh('stopped');
    await expect(train({ model: baseRun() }, { out: stopped, task: stoppingAfter(1) })).rejects.toSatisfy(
      isCancellation,
    );
    await expect(train({ model: stopped })).rejects.toThrow('has not finished');
  });

  it('with fresh weights and only the last layer is refused', async () => {
    const config: TrainingConfig = { ...presetTraining('instrunet-fast'), trainLayers: 'last' };
    await expect(train(undefined, { config })).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('of the starter says whose recordings it began with, and what that means', async () => {
    const starter = fresh('starter');
    await mkdir(starter);
    for (const file of ['starter.json', 'metrics.json', 'MODEL_CARD.md']) {
      await copyFile(join('resources', 'starter-model', file), join(starter, file));
    }
    await copyFile(model(baseRun()), join(starter, 'model.keras'));
    const { task, notes } = listening();
    const request = { folder: others(), out: fresh('started'), config: LAST, corrections: 'none' } as const;
    const from = { model: join(starter, 'model.keras') };
    const { run } = await trainRun({ ...context(), starterFolder: starter }, { ...request, from }, task);
    expect(run.base).toMatchObject({ name: 'Starter network', data: 'irmas', known: 'nothing' });
    expect(notes.join('\n')).toContain('Trained further from Starter network: ');
    expect(notes.join('\n')).toContain('for non-commercial use only, under CC BY-NC-SA 3.0');
    const { run: next } = await train({ model: request.out });
    expect(next.base?.data).toBe('irmas');
  });
});
