import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Input } from '../../../preload/contract.ts';
import { readRun, RUN_FILES } from '../../../main/engine/library/run-folder.ts';
import type { EngineInputs } from '../../../main/engine/server/protocol.ts';
import { NO_AUGMENTATION } from '../../../main/engine/training/augmentation/options.ts';
import { buildBundles } from '../../../scripts/build.mjs';
import { documentOf, runCli } from '../../helpers/cli.ts';
import { EngineClient } from '../../helpers/engine-client.ts';
import { QUICK_TRAINING } from '../../helpers/quick-training.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';
import { weightsHash } from '../../helpers/weights.ts';

const FURTHER: Input<'runs.train'>['training'] = {
  ...QUICK_TRAINING,
  ...{ preset: null, trainLayers: 'last', epochs: 2, learningRate: 0.005, schedule: 'cosine', warmupEpochs: 1 },
};

const folder = suiteFolder();

describe('training further, behind a port', () => {
  let client: EngineClient;
  let dataset: string;
  let first: string;

  const modelOf = (run: string): string => join(folder(), 'runs', run, RUN_FILES.model);
  const train = async (name: string, input: Partial<EngineInputs['runs.train']>): Promise<string> => {
    const training = { ...QUICK_TRAINING };
    const started = await client.ask('runs.train', { dataset, name, training, corrections: false, ...input });
    expect(await client.ended(started.job)).toMatchObject({ state: 'done', error: null });
    return started.run;
  };

  beforeAll(async () => {
    await buildBundles();
    const starter = join(folder(), 'starter');
    await mkdir(starter);
    await cp(join('resources', 'starter-model'), starter, { recursive: true });
    client = new EngineClient(folder(), starter);
    const { job } = await client.ask('datasets.makeSample', { clipsPerClass: 6 });
    dataset = (await client.ended(job)).subject ?? '';
    first = await train('First', {});
  });

  it('says what the starter would bring along to a dataset', async () => {
    const base = await client.ask('runs.base', { from: { kind: 'starter' }, dataset });
    expect(base).toMatchObject({
      ...{ name: 'Starter network', output: 'kept', data: 'irmas', known: 'nothing' },
      heard: { leak: null, suspected: false },
      learning: { last: 2 * 2 * 384 * 11 + 11 },
    });
    expect(base.classes).toContain('vio');
    expect(base.learning.all).toBeGreaterThan(100 * base.learning.last);
    expect(base.training.last).toMatchObject({ preset: null, trainLayers: 'last', outputs: 'sigmoid' });
  });

  it('says of a run which of the clips it has heard', async () => {
    const { output, known, heard } = await client.ask('runs.base', { from: { kind: 'run', id: first }, dataset });
    expect({ output, known }).toEqual({ output: 'kept', known: 'all' });
    expect(heard.leak?.either).toBeGreaterThan(0);
    expect(heard.leak?.either).toBeLessThan(heard.leak?.validationClips ?? 0);
  });

  it('gives the network that the command line gives', async () => {
    const run = await train('From the starter', { training: FURTHER, from: { kind: 'starter' } });
    const { root } = await client.ask('datasets.get', { dataset });
    const out = join(folder(), 'by-hand');
    const options = ['--from', 'starter', '--train-layers', 'last', '--epochs', '2', '--learning-rate', '0.005'];
    const same = ['--averaging', '0.9', '--weight-decay', '0.02', '--name', 'From the starter', '--json'];
    documentOf(await runCli(folder(), 'train', root, '--out', out, ...options, ...same));
    expect(await weightsHash(modelOf(run))).toBe(await weightsHash(join(out, RUN_FILES.model)));
    const detail = await client.ask('runs.get', { run });
    expect(detail.run.base).toMatchObject({ name: 'Starter network', output: 'kept' });
    const byHand = await readRun(out);
    expect(byHand.base?.name).toBe('Starter network');
    expect(await client.ask('runs.baseOf', { run })).toEqual({ kind: 'starter' });
    expect(await client.ask('runs.baseOf', { run: first })).toBeNull();
    const next = await train('Further', { training: FURTHER, from: { kind: 'run', id: run } });
    expect(await client.ask('runs.baseOf', { run: next })).toEqual({ kind: 'run', id: run });
    const paces = await client.ask('runs.pace', null);
    expect(paces).toContainEqual(expect.objectContaining({ source: 'Starter network', trainLayers: 'last' }));
  });

  it('refuses what is no finished network before anything is queued', async () => {
    const wanted = { dataset, name: 'None', training: FURTHER, corrections: false };
    const reply = await client.call('runs.train', { ...wanted, from: { kind: 'run', id: 'nothing' } });
    expect(reply).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });
});

describe('the preview of how clips are changed', () => {
  let client: EngineClient;
  let dataset: string;
  const split = { split: 'grouped', validation: 0.2, test: 0, seed: 1 } as const;
  const preview = (change: object = {}) =>
    client.ask('runs.previewChanges', {
      ...{ dataset, corrections: false, ...split, batchSize: 32, augmentation: NO_AUGMENTATION },
      ...{ members: 1, from: null, clip: 0 },
      ...change,
    });

  beforeAll(async () => {
    client = new EngineClient(join(folder(), 'preview'));
    const { job } = await client.ask('datasets.makeSample', { clipsPerClass: 6 });
    dataset = (await client.ended(job)).subject ?? '';
  });

  it('is of a clip that is learned from, five times as it is where nothing is changed', async () => {
    const { clip, width, height, unchanged, showings } = await preview();
    expect([width, height, unchanged.length]).toEqual([128, 128, 4 * 128 * 128]);
    expect(showings.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    for (const { pixels, mixedWith } of showings) {
      expect(pixels).toEqual(unchanged);
      expect(mixedWith).toBeNull();
    }
    const { clip: next } = await preview({ clip: 1 });
    expect(next.path).not.toBe(clip.path);
    const detail = await client.ask('datasets.get', { dataset });
    const trained = detail.split?.counts.filter(({ side }) => side === 'training') ?? [];
    const count = trained.reduce((sum, { clips }) => sum + clips, 0);
    expect((await preview({ clip: count })).clip).toEqual(clip);
  });

  it('changes with the options and the seed, and names what a clip is mixed with', async () => {
    const rolled = await preview({ augmentation: { ...NO_AUGMENTATION, roll: 1 } });
    expect(new Set(rolled.showings.map(({ pixels }) => pixels.join())).size).toBe(5);
    const other = await preview({ augmentation: { ...NO_AUGMENTATION, roll: 1 }, seed: 2 });
    expect(other.showings[0]?.pixels).not.toEqual(rolled.showings[0]?.pixels);
    const mixed = await preview({ augmentation: { ...NO_AUGMENTATION, mixup: 0.4 } });
    for (const { mixedWith } of mixed.showings) expect(mixedWith).toMatch(/\.wav$/u);
  });

  it('is that of the last network of several, which is shown all of the changes', async () => {
    const augmentation = { ...NO_AUGMENTATION, equaliser: 60 };
    const alone = await preview({ augmentation });
    const last = await preview({ augmentation, members: 2 });
    for (const [index, { pixels }] of last.showings.entries()) {
      expect(pixels).not.toEqual(last.unchanged);
      expect(pixels).not.toEqual(alone.showings[index]?.pixels);
    }
  });

  it('says why there is none where the clips cannot be split', async () => {
    const reply = await client.call('runs.previewChanges', {
      ...{ dataset: 'gone', corrections: false, ...split, batchSize: 32, members: 1, from: null, clip: 0 },
      augmentation: NO_AUGMENTATION,
    });
    expect(reply).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });
});
