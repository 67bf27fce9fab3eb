import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION, type EngineMessage } from '../../../main/engine/server/protocol.ts';
import { containing } from '../../helpers/containing.ts';
import { EngineClient } from '../../helpers/engine-client.ts';
import { QUICK_TRAINING } from '../../helpers/quick-training.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';

const CLIPS_PER_CLASS = 6;
const TRAINING = { ...QUICK_TRAINING, epochs: 2 };

const folder = suiteFolder();

describe('the engine behind a port', () => {
  let client: EngineClient;
  let dataset: string;

  beforeAll(async () => {
    client = new EngineClient(folder());
    const { job } = await client.ask('datasets.makeSample', { clipsPerClass: CLIPS_PER_CLASS });
    const ended = await client.ended(job);
    expect(ended).toMatchObject({ state: 'done', error: null });
    dataset = ended.subject ?? '';
  });

  it('says hello first, with its protocol', () => {
    expect(client.messages[0]).toMatchObject({ type: 'hello', protocol: PROTOCOL_VERSION });
  });

  it('lists the sample as synthetic, with its counts', async () => {
    const [card, ...others] = await client.ask('datasets.list', null);
    expect(others).toEqual([]);
    expect(card).toMatchObject({ id: dataset, synthetic: true, summary: { clips: 11 * CLIPS_PER_CLASS } });
    await expect(client.ask('datasets.get', { dataset })).resolves.toMatchObject({ untrainable: null });
  });

  it('filters, sorts and pages clips', async () => {
    const everything = {
      search: '',
      label: null,
      finding: null,
      recording: null,
      side: null,
      sort: 'path',
      descending: false,
    } as const;
    const page = await client.ask('datasets.clips', { ...everything, dataset, label: 'vio', offset: 4, limit: 10 });
    expect(page.total).toBe(CLIPS_PER_CLASS);
    expect(page.rows.map(({ label }) => label)).toEqual(['vio', 'vio']);
    const ascending = await client.ask('datasets.clips', { ...everything, dataset, offset: 0, limit: 500 });
    const descending = await client.ask('datasets.clips', {
      ...{ ...everything, dataset, offset: 0, limit: 500 },
      descending: true,
    });
    expect(descending.rows).toEqual([...ascending.rows].reverse());
    const search = { ...everything, dataset, search: 'VIO 1.wav', offset: 0, limit: 10 };
    const found = await client.ask('datasets.clips', search);
    expect(found.rows.every(({ path }) => path.includes('vio') && path.endsWith('1.wav'))).toBe(true);
    expect(found.total).toBeGreaterThan(0);
  });

  it('finds the files behind the addresses of a clip, and none behind others', async () => {
    const { rows } = await client.ask('datasets.clips', {
      ...{
        dataset,
        search: '',
        label: null,
        finding: null,
        recording: null,
        side: null,
        sort: 'path',
        descending: false,
      },
      ...{ offset: 0, limit: 1 },
    });
    const clip = new URL(rows[0]?.sound ?? '').pathname.split('/')[1] ?? '';
    const sound = await client.ask('media.sound', { clip });
    expect(sound.path.endsWith(rows[0]?.path ?? 'nothing')).toBe(true);
    const first = await client.ask('media.picture', { clip });
    expect(first.path).toMatch(/\.png$/u);
    await expect(client.ask('media.picture', { clip })).resolves.toEqual(first);
    for (const forged of ['../../etc/passwd', `${dataset}-0`, '']) {
      await expect(client.call('media.sound', { clip: forged })).resolves.toMatchObject({
        ok: false,
        error: { code: 'not-found' },
      });
    }
  });

  it('queues trainings, tells of epochs, and names files with the result', async () => {
    const first = await client.ask('runs.train', {
      dataset,
      name: 'Erster Läufer',
      training: TRAINING,
      corrections: false,
    });
    const second = await client.ask('runs.train', { dataset, name: 'second', training: TRAINING, corrections: false });
    expect(first.run).toMatch(/^\d{8}-\d{6}-\d{3}-erster-laufer$/u);
    await client.ask('jobs.cancel', { job: second.job });
    await expect(client.ended(second.job)).resolves.toMatchObject({ state: 'cancelled' });
    await expect(client.call('runs.rename', { run: first.run, name: 'other' })).resolves.toMatchObject({ ok: false });
    await expect(client.ended(first.job)).resolves.toMatchObject({ state: 'done', subject: first.run, error: null });
    const epochs = client.messages.flatMap((message) =>
      message.type === 'event' && message.event === 'epoch' ? [message.payload.record.epoch] : [],
    );
    expect(epochs).toEqual([1, 2]);
    const runs = await client.ask('runs.list', null);
    expect(runs.map(({ id, resumable, run }) => [id, resumable, run.status])).toEqual([[first.run, false, 'done']]);
    const detail = await client.ask('runs.get', { run: first.run });
    expect(detail).toMatchObject({ dataset, metrics: { side: 'validation' }, history: [{ epoch: 1 }, { epoch: 2 }] });

    const wrong = await client.ask('runs.clips', {
      ...{ run: first.run, label: null, predicted: null, both: false, show: 'wrong' },
      ...{ offset: 0, limit: 500 },
    });
    expect(wrong.total).toBe(detail.metrics?.misclassified.length);
    const confidences = wrong.rows.map(({ probabilities }) => Math.max(...probabilities));
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a));

    const broken = join(folder(), 'broken.wav');
    await writeFile(broken, 'no sound');
    const named = await client.ask('classify.start', {
      model: { kind: 'run', id: first.run },
      files: [broken],
      listening: { hopSeconds: 1.5, aggregation: 'mean', topK: 3 },
    });
    await expect(client.ended(named.job)).resolves.toMatchObject({ state: 'done' });
    const results = client.messages.flatMap((message) =>
      message.type === 'event' && message.event === 'classified' ? [message.payload] : [],
    );
    expect(results).toMatchObject([
      { job: named.job, sound: null, picture: null, result: { error: { code: 'unreadable-audio' } } },
    ]);
  });

  it('refuses ids of runs that are no plain names', async () => {
    for (const run of ['..', '../samples', 'a/b', 'a\\b', '.']) {
      await expect(client.call('runs.get', { run })).resolves.toMatchObject({
        ok: false,
        error: { code: 'not-found' },
      });
    }
  });

  it('goes on with a run that was cancelled from its last finished epoch', async () => {
    const { run, job } = await client.ask('runs.train', {
      dataset,
      name: 'stop',
      training: { ...TRAINING, epochs: 6 },
      corrections: false,
    });
    const isEpoch = (message: EngineMessage): boolean =>
      message.type === 'event' && message.event === 'epoch' && message.payload.run === run;
    while (!client.messages.some(isEpoch)) await new Promise((done) => setTimeout(done, 5));
    await client.ask('jobs.cancel', { job });
    await expect(client.ended(job)).resolves.toMatchObject({ state: 'cancelled', error: null });
    const stopped = await client.ask('runs.get', { run });
    expect(stopped).toMatchObject({ resumable: true, metrics: null });
    expect(stopped.history.length).toBeGreaterThan(0);
    expect(stopped.history.length).toBeLessThan(6);
    // Whichever of the two comes first goes on; the other is told why not.
    const both = await Promise.all([client.call('runs.resume', { run }), client.call('runs.resume', { run })]);
    const [resumed] = both.flatMap((reply) => (reply.ok ? [reply.data] : []));
    const refused = both.filter(({ ok }) => !ok);
    expect(refused).toMatchObject([{ ok: false, error: { message: containing('still under way') } }]);
    if (resumed === undefined) throw new Error('neither went on');
    await expect(client.ended(resumed.job)).resolves.toMatchObject({ state: 'done', error: null });
    const { history } = await client.ask('runs.get', { run });
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(history[0]).toEqual(stopped.history[0]);
  });

  it('forgets a dataset and leaves its folder', async () => {
    const { root } = await client.ask('datasets.get', { dataset });
    await client.ask('datasets.remove', { dataset });
    await expect(client.ask('datasets.list', null)).resolves.toEqual([]);
    const { job } = await client.ask('datasets.open', { folder: root });
    await expect(client.ended(job)).resolves.toMatchObject({ state: 'done', subject: dataset });
  });
});
