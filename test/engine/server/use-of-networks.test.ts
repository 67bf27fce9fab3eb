import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { encode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClassifiedFile } from '../../../main/engine/classify/result.ts';
import { writeHeldBackClips } from '../../../main/engine/dataset/sample/held-back.ts';
import { RUN_FILES } from '../../../main/engine/library/run-folder.ts';
import { readKerasFile } from '../../../main/engine/model/keras-file.ts';
import { LABELS_FILE } from '../../../main/engine/model/model-labels.ts';
import { buildBundles } from '../../../scripts/build.mjs';
import { runCli } from '../../helpers/cli.ts';
import { EngineClient } from '../../helpers/engine-client.ts';
import { QUICK_TRAINING } from '../../helpers/quick-training.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';
import { tone, writeWav } from '../../helpers/wav.ts';

const LISTENING = { hopSeconds: 1.5, aggregation: 'mean', topK: 3 } as const;

const folder = suiteFolder();

describe('networks in use, behind a port', () => {
  let client: EngineClient;
  let dataset: string;
  let run: string;
  let network: string;
  let held: string;

  const train = async (name: string, change: object = {}): Promise<string> => {
    const started = await client.ask('runs.train', {
      dataset,
      name,
      training: { ...QUICK_TRAINING, ...change },
      corrections: false,
    });
    expect(await client.ended(started.job)).toMatchObject({ state: 'done', error: null });
    return started.run;
  };

  const resultsOf = (job: string): ClassifiedFile[] =>
    client.messages.flatMap((message) =>
      message.type === 'event' && message.event === 'classified' && message.payload.job === job
        ? [message.payload.result]
        : [],
    );

  const name = async (files: readonly string[], change: object = {}): Promise<string> => {
    const { job } = await client.ask('classify.start', {
      ...{ model: { kind: 'run', id: run }, files, listening: LISTENING },
      ...change,
    });
    expect(await client.ended(job)).toMatchObject({ state: 'done', error: null });
    return job;
  };

  beforeAll(async () => {
    await buildBundles();
    client = new EngineClient(folder());
    const { job } = await client.ask('datasets.makeSample', { clipsPerClass: 6 });
    dataset = (await client.ended(job)).subject ?? '';
    run = await train('first');
    network = join(folder(), 'runs', run, RUN_FILES.model);
    held = join(folder(), 'unheard');
    await writeHeldBackClips(held, {});
  });

  describe('results', () => {
    it.each(['csv', 'json', 'audacity'] as const)(
      'are written as %s just as the command line writes them',
      async (format) => {
        const files = (await readdir(held)).filter((file) => file.endsWith('.wav')).map((file) => join(held, file));
        const job = await name(files);
        const [ours, theirs] = [join(folder(), `ours-${format}`), join(folder(), `theirs-${format}`)];
        const exported = await client.ask('classify.export', { jobs: [job], format, threshold: null, out: ours });
        expect(await client.ended(exported.job)).toMatchObject({ state: 'done', error: null });
        const { code } = await runCli(
          ...([folder(), 'classify', join(folder(), 'runs', run), ...files] as const),
          ...['--format', format, '--out', theirs],
        );
        expect(code).toBe(0);
        if (format !== 'audacity') {
          expect(await readFile(ours, 'utf8')).toBe(await readFile(theirs, 'utf8'));
          return;
        }
        const tracks = await readdir(theirs);
        expect(await readdir(ours)).toEqual(tracks);
        expect(tracks).toHaveLength(files.length);
        for (const track of tracks) {
          expect(await readFile(join(ours, track), 'utf8')).toBe(await readFile(join(theirs, track), 'utf8'));
        }
      },
    );

    it('of several drops go into one file, in their order, unless they were named in different ways', async () => {
      const first = await name([join(held, 'violin-1.wav')]);
      const second = await name([join(held, 'cello-1.wav')]);
      await expect(client.ask('classify.results', { jobs: [first, second] })).resolves.toMatchObject({ files: 2 });
      const out = join(folder(), 'both.json');
      const { job } = await client.ask('classify.export', {
        jobs: [first, second],
        format: 'json',
        threshold: null,
        out,
      });
      await client.ended(job);
      const { files } = JSON.parse(await readFile(out, 'utf8')) as { files: { file: string }[] };
      expect(files.map(({ file }) => basename(file))).toEqual(['violin-1.wav', 'cello-1.wav']);
      const other = await name([join(held, 'cello-1.wav')], { listening: { ...LISTENING, hopSeconds: 1 } });
      await expect(client.call('classify.results', { jobs: [first, other] })).resolves.toMatchObject({
        ok: false,
        error: { code: 'invalid-argument' },
      });
      await client.ask('classify.forget', { jobs: [first] });
      await expect(client.call('classify.results', { jobs: [first] })).resolves.toMatchObject({
        ok: false,
        error: { code: 'not-found' },
      });
    });

    it('follow the options: hop, aggregation and how many classes are listed', async () => {
      const [long = ''] = (await readdir(held)).filter((file) => file.includes('-then-'));
      const listening = { hopSeconds: 1, aggregation: 'sum-max', topK: 5 } as const;
      const [result] = resultsOf(await name([join(held, long)], { listening }));
      expect(result?.windows.slice(0, 3).map(({ start }) => start)).toEqual([0, 1, 2]);
      expect(result?.top).toHaveLength(5);
      expect(result?.top[0]?.probability).toBe(1);
    });

    it('of one drop come after those of the drop before', async () => {
      const files = Array.from({ length: 5 }, () => join(held, 'violin-1.wav'));
      const start = { model: { kind: 'run', id: run }, listening: LISTENING } as const;
      const first = await client.ask('classify.start', { ...start, files });
      const second = await client.ask('classify.start', { ...start, files: [join(held, 'cello-1.wav')] });
      await client.ended(second.job);
      const told = client.messages.flatMap((message) =>
        message.type === 'event' && message.event === 'classified' ? [message.payload.job] : [],
      );
      expect(told.slice(-6)).toEqual([...files.map(() => first.job), second.job]);
    });

    it('name a silent file silent and a picture of a spectrogram by what is in it', async () => {
      const silence = join(folder(), 'silence.wav');
      await writeWav(silence, new Float32Array(16_000 * 3));
      const picture = join(folder(), 'picture.png');
      const gray = Uint8Array.from({ length: 128 * 128 }, (_, index) => (index * 7) % 256);
      await writeFile(picture, encode({ width: 128, height: 128, channels: 1, data: gray }));
      const job = await name([silence, picture]);
      expect(resultsOf(job)).toMatchObject([
        { silent: true, verdict: 'silent', top: [] },
        { silent: false, duration: null, error: null },
      ]);
      const address = client.messages.flatMap((message) =>
        message.type === 'event' && message.event === 'classified' && message.payload.job === job
          ? [message.payload.picture]
          : [],
      )[1];
      const clip = new URL(address ?? '').pathname.split('/')[1] ?? '';
      await expect(client.ask('media.picture', { clip })).resolves.toEqual({ path: picture });
      await expect(client.call('media.sound', { clip })).resolves.toMatchObject({ ok: false });
    });
  });

  describe('an imported network', () => {
    let bare: string;

    beforeAll(async () => {
      bare = join(folder(), 'bare.keras');
      const { [LABELS_FILE]: labels, ...others } = unzipSync(await readFile(network));
      expect(labels).toBeDefined();
      await writeFile(bare, zipSync(others, { level: 0 }));
    });

    it('names as the run it comes from, and keeps its own names of the classes', async () => {
      const file = join(folder(), 'copy.keras');
      await copyFile(network, file);
      await expect(client.ask('models.look', { file })).resolves.toMatchObject({ name: 'copy.keras', outputs: 11 });
      const { id, model } = await client.ask('models.import', { file, name: 'Mine', labels: { from: 'file' } });
      expect(model).toMatchObject({ name: 'Mine', file: 'copy.keras', carriesLabels: true });
      const files = [join(held, 'violin-1.wav')];
      const [imported] = resultsOf(await name(files, { model: { kind: 'imported', id } }));
      const [own] = resultsOf(await name(files));
      expect(imported).toEqual(own);
    });

    it('without names takes them from a dataset or from what was typed, and says so', async () => {
      await expect(client.ask('models.look', { file: bare })).resolves.toMatchObject({ outputs: 11, classes: null });
      await expect(
        client.call('models.import', { file: bare, name: 'x', labels: { from: 'file' } }),
      ).resolves.toMatchObject({ ok: false, error: { code: 'invalid-argument' } });
      await expect(
        client.call('models.import', { file: bare, name: 'x', labels: { from: 'typed', codes: ['a', 'b'] } }),
      ).resolves.toMatchObject({ ok: false, error: { code: 'invalid-argument' } });
      const byDataset = { file: bare, name: 'by dataset', labels: { from: 'dataset', dataset } } as const;
      const first = await client.ask('models.import', byDataset);
      expect(first.model.labelsFrom).toMatch(/alphabetical order.*Sample/u);
      const codes = first.model.classes.map(({ code }) => code);
      const reversed = [...codes].reverse();
      const typed = { file: bare, name: 'typed', labels: { from: 'typed', codes: reversed } } as const;
      const second = await client.ask('models.import', typed);
      const files = [join(held, 'violin-1.wav')];
      const [one] = resultsOf(await name(files, { model: { kind: 'imported', id: first.id } }));
      const [other] = resultsOf(await name(files, { model: { kind: 'imported', id: second.id } }));
      expect(reversed.indexOf(other?.verdict ?? '')).toBe(codes.indexOf(one?.verdict ?? ''));
      expect(other?.top.map(({ probability }) => probability)).toEqual(one?.top.map(({ probability }) => probability));
    });

    it('that cannot be opened is refused and leaves nothing in the library', async () => {
      const broken = join(folder(), 'broken.keras');
      await writeFile(broken, strToU8('no network at all'));
      const before = await client.ask('models.list', null);
      await expect(client.call('models.look', { file: broken })).resolves.toMatchObject({
        ok: false,
        error: { code: 'unsupported-model' },
      });
      const refused = { file: broken, name: 'x', labels: { from: 'file' } } as const;
      await expect(client.call('models.import', refused)).resolves.toMatchObject({ ok: false });
      await expect(client.ask('models.list', null)).resolves.toEqual(before);
      expect(await readdir(join(folder(), 'models'))).toHaveLength(before.length);
    });

    it('can be renamed', async () => {
      const [card] = await client.ask('models.list', null);
      await client.ask('models.rename', { model: card?.id ?? '', name: 'other name' });
      const [renamed] = await client.ask('models.list', null);
      expect(renamed).toMatchObject({ id: card?.id, model: { name: 'other name' } });
      await expect(client.call('models.folder', { model: '../runs' })).resolves.toMatchObject({ ok: false });
    });
  });

  describe('a run', () => {
    it('scores its network on another dataset: a run that lists and inspects like others', async () => {
      const { job: made } = await client.ask('datasets.makeSample', { clipsPerClass: 6 });
      const other = (await client.ended(made)).subject ?? '';
      const model = { kind: 'run', id: run } as const;
      const started = await client.ask('runs.evaluate', { model, dataset: other, name: 'first on the other' });
      expect(await client.ended(started.job)).toMatchObject({ state: 'done', subject: started.run, error: null });
      const detail = await client.ask('runs.get', { run: started.run });
      expect(detail).toMatchObject({ dataset: other, history: [], resumable: false, metrics: { side: 'folder' } });
      const ofRun = { run: started.run, label: null, predicted: null, both: false } as const;
      const everything = { ...ofRun, show: 'wrong', offset: 0, limit: 500 } as const;
      const wrong = await client.ask('runs.clips', everything);
      expect(wrong.total).toBe(detail.metrics?.misclassified.length);
      expect(wrong.rows.every(({ sound, recording }) => sound !== null && recording !== '')).toBe(true);
      await expect(
        client.call('classify.start', {
          model: { kind: 'run', id: started.run },
          files: [held],
          listening: LISTENING,
        }),
      ).resolves.toMatchObject({ ok: false, error: { code: 'incompatible-run' } });
    });

    it('is compared clip by clip with another', async () => {
      const same = await train('same clips', { epochs: 2 });
      const paired = await client.ask('runs.compare', { first: run, second: same });
      const [one, other] = await Promise.all([run, same].map((id) => client.ask('runs.get', { run: id })));
      const clips = one?.metrics?.clips ?? 0;
      expect(paired.clips).toEqual({ first: clips, second: clips, shared: clips });
      expect(paired.onShared?.first).toBeCloseTo(one?.metrics?.accuracy ?? NaN, 10);
      expect(paired.onShared?.second).toBeCloseTo(other?.metrics?.accuracy ?? NaN, 10);
      const [low = NaN, high = NaN] = paired.onShared?.difference ?? [];
      expect(low).toBeLessThanOrEqual((other?.metrics?.accuracy ?? NaN) - (one?.metrics?.accuracy ?? NaN));
      expect(high).toBeGreaterThanOrEqual((other?.metrics?.accuracy ?? NaN) - (one?.metrics?.accuracy ?? NaN));
      await expect(client.call('runs.compare', { first: run, second: run })).resolves.toMatchObject({ ok: false });
    });

    it('is exported as network, for browsers, as report and whole', async () => {
      const out = (name: string): string => join(folder(), 'exports', name);
      await mkdir(join(folder(), 'exports'));
      const parts = [
        ['keras', out('first.keras')],
        ['tfjs', out('first tfjs')],
        ['report', out('first report')],
        ['zip', out('first.zip')],
      ] as const;
      for (const [format, path] of parts) {
        const { job } = await client.ask('runs.export', { run, format, out: path });
        expect(await client.ended(job)).toMatchObject({ state: 'done', error: null });
      }
      const { labels } = await readKerasFile(out('first.keras'));
      expect(labels?.classes).toHaveLength(11);
      expect((await readdir(out('first tfjs'))).sort()).toEqual([
        'group1-shard1of1.bin',
        'instrunet.json',
        'model.json',
      ]);
      const inFolder = await readdir(join(folder(), 'runs', run));
      expect(await readdir(out('first report'))).toEqual(inFolder.filter((file) => file !== RUN_FILES.model));
      const entries = unzipSync(await readFile(out('first.zip')));
      expect(Object.keys(entries).sort()).toEqual(inFolder.map((file) => `${run}/${file}`).sort());
      for (const file of inFolder) {
        const original = await readFile(join(folder(), 'runs', run, file));
        expect(Buffer.compare(original, entries[`${run}/${file}`] ?? new Uint8Array())).toBe(0);
      }
      expect(await readdir(join(folder(), 'exports'))).toHaveLength(parts.length);
      const again = await client.ask('runs.export', { run, format: 'report', out: out('first report') });
      expect(await client.ended(again.job)).toMatchObject({ state: 'failed', error: { code: 'exists' } });
      const replaced = await client.ask('runs.export', { run, format: 'keras', out: out('first.keras') });
      expect(await client.ended(replaced.job)).toMatchObject({ state: 'done', error: null });
    });

    it('does not leave half an export behind where it cannot be written', async () => {
      const out = join(folder(), 'no such folder', 'x.zip');
      const { job } = await client.ask('runs.export', { run, format: 'zip', out });
      expect(await client.ended(job)).toMatchObject({ state: 'failed', error: { code: 'not-found' } });
      await expect(readdir(join(folder(), 'no such folder'))).rejects.toThrow();
    });
  });

  it('stops in the middle of many files when cancelled, and keeps what it has named', async () => {
    const many = join(folder(), 'many');
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        writeWav(join(many, `${String(index).padStart(4, '0')}.wav`), tone(200 + 5 * index, 0.3)),
      ),
    );
    const { job } = await client.ask('classify.start', {
      model: { kind: 'run', id: run },
      files: [many],
      listening: LISTENING,
    });
    while (resultsOf(job).length < 3) await new Promise((done) => setTimeout(done, 5));
    await client.ask('jobs.cancel', { job });
    expect(await client.ended(job)).toMatchObject({ state: 'cancelled', error: null });
    expect(resultsOf(job).length).toBeLessThan(200);
    await expect(client.ask('classify.results', { jobs: [job] })).resolves.toMatchObject({
      files: resultsOf(job).length,
    });
  });
});
