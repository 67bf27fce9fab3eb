import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EngineClient } from '../../helpers/engine-client.ts';
import { QUICK_TRAINING } from '../../helpers/quick-training.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';

const TRAINING = { ...QUICK_TRAINING, validation: 0.34 };
const ALL = { label: null, predicted: null, both: false, offset: 0, limit: 500 } as const;

const folder = suiteFolder();

describe('marks behind a port', () => {
  let client: EngineClient;
  let dataset: string;
  let run: string;

  const mark = (clip: string, to: string | null, note = '') => client.ask('marks.add', { dataset, clip, to, note });
  const list = () => client.ask('marks.list', { dataset });
  const clipsOf = async (label: string): Promise<string[]> => {
    const everything = {
      search: '',
      finding: null,
      recording: null,
      side: null,
      sort: 'path',
      descending: false,
    } as const;
    const { rows } = await client.ask('datasets.clips', { ...everything, label, dataset, offset: 0, limit: 500 });
    return rows.map(({ path }) => path);
  };

  beforeAll(async () => {
    client = new EngineClient(folder());
    const sample = await client.ended((await client.ask('datasets.makeSample', { clipsPerClass: 6 })).job);
    dataset = sample.subject ?? '';
    const started = await client.ask('runs.train', { dataset, name: 'run', training: TRAINING, corrections: false });
    run = started.run;
    await client.ended(started.job);
  });

  it('are listed with what they are about, the newest first, and taken back one by one', async () => {
    const [first = '', second = ''] = await clipsOf('vio');
    await mark(first, 'voi', 'a note');
    const { mark: later } = await mark(second, null);
    expect(await list()).toMatchObject([
      { clip: second, from: 'vio', to: null, note: '', clips: [second] },
      { clip: first, from: 'vio', to: 'voi', note: 'a note', clips: [first] },
    ]);
    const { mark: again } = await mark(first, 'cel');
    expect((await list()).map(({ clip, to }) => [clip, to])).toEqual([
      [first, 'cel'],
      [second, null],
    ]);
    await client.ask('marks.undo', { mark: again });
    expect((await list()).map(({ clip, to }) => [clip, to])).toEqual([
      [second, null],
      [first, 'voi'],
    ]);
    await client.ask('marks.undo', { mark: later });
    await expect(client.call('marks.undo', { mark: later })).resolves.toMatchObject({ error: { code: 'not-found' } });
    await mark(first, null);
    await client.ask('marks.remove', { dataset, clip: first });
    expect(await list()).toEqual([]);
  });

  it('are refused of clips that are not there, and of the label that a clip has', async () => {
    const [clip = ''] = await clipsOf('vio');
    const refusals = [
      [{ dataset, clip: '../../etc/passwd', to: 'voi', note: '' }, 'not-found'],
      [{ dataset, clip, to: 'vio', note: '' }, 'invalid-argument'],
      [{ dataset: 'none', clip, to: 'voi', note: '' }, 'not-found'],
    ] as const;
    for (const [input, code] of refusals) {
      await expect(client.call('marks.add', input)).resolves.toMatchObject({ ok: false, error: { code } });
    }
    expect(await list()).toEqual([]);
  });

  it('are told of, change the preview of a split, and are exported', async () => {
    const [first = '', second = ''] = await clipsOf('pia');
    await mark(first, 'org', 'pipes');
    await mark(second, null);
    const changes = client.messages.filter(
      (message) => message.type === 'event' && message.event === 'changed' && message.payload.what === 'marks',
    );
    expect(changes.length).toBeGreaterThan(1);
    const preview = { dataset, split: 'grouped', validation: 0.34, test: 0, seed: 1 } as const;
    const clips = (counts: readonly { label: string; clips: number }[], label: string): number =>
      counts.reduce((sum, count) => sum + (count.label === label ? count.clips : 0), 0);
    const plain = await client.ask('datasets.previewSplit', { ...preview, corrections: false });
    expect([plain.corrections, clips(plain.counts, 'pia'), clips(plain.counts, 'org')]).toEqual([null, 6, 6]);
    const corrected = await client.ask('datasets.previewSplit', { ...preview, corrections: true });
    expect(corrected.corrections).toEqual({ relabelled: 1, leftOut: 1 });
    expect([clips(corrected.counts, 'pia'), clips(corrected.counts, 'org')]).toEqual([4, 7]);

    const [csv, json] = [join(folder(), 'marks.csv'), join(folder(), 'marks.json')];
    await client.ask('marks.export', { dataset, format: 'csv', to: csv });
    await client.ask('marks.export', { dataset, format: 'json', to: json });
    expect((await readFile(csv, 'utf8')).split('\n').slice(0, 2)).toEqual([
      'clip,sha256,from,to,note,created',
      expect.stringMatching(/,pia,org,pipes,/u),
    ]);
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject([
      { clip: first, to: 'org' },
      { clip: second, to: null },
    ]);
  });

  it('filter the scored clips, which come mistakes first', async () => {
    const { total, rows } = await client.ask('runs.clips', { ...ALL, run, show: 'all' });
    const wrong = await client.ask('runs.clips', { ...ALL, run, show: 'wrong' });
    expect(wrong.total).toBeGreaterThan(0);
    expect(wrong.total).toBeLessThan(total);
    expect(rows.slice(0, wrong.total)).toEqual(wrong.rows);
    const [worst] = rows;
    if (worst === undefined) throw new Error('nothing was scored');
    await client.ask('marks.add', { dataset, clip: worst.clip, to: null, note: '' });
    const marked = await client.ask('runs.clips', { ...ALL, run, show: 'marked' });
    expect(marked.rows.map(({ clip }) => clip)).toContain(worst.clip);
    expect(marked.total).toBeLessThanOrEqual(3);

    const { label, predicted } = worst;
    const pair = await client.ask('runs.clips', { ...ALL, run, label, predicted, both: true, show: 'wrong' });
    const here = await client.ask('runs.clips', { ...ALL, run, label, predicted, show: 'wrong' });
    const back = await client.ask('runs.clips', { ...ALL, run, label: predicted, predicted: label, show: 'wrong' });
    expect(pair.total).toBe(here.total + back.total);
    const row = await client.ask('runs.clips', { ...ALL, run, label, show: 'all' });
    expect(row.rows.every((clip) => clip.label === label)).toBe(true);
  });

  it('go with a clip that is opened by itself, with the others of its recording', async () => {
    const { rows } = await client.ask('runs.clips', { ...ALL, run, show: 'all' });
    const clip = await client.ask('runs.clip', { run, clip: rows[0]?.clip ?? '' });
    expect(clip).toMatchObject({ ...rows[0], labelInFolder: rows[0]?.label, siblingCount: 2 });
    expect(clip.siblings.map(({ recording }) => recording)).toEqual([clip.recording, clip.recording]);
    expect(clip.siblings.map(({ clip: path }) => path)).not.toContain(clip.clip);
    await expect(client.call('runs.clip', { run, clip: 'nowhere.wav' })).resolves.toMatchObject({
      error: { code: 'not-found' },
    });
    const id = new URL(clip.sound ?? '').pathname.split('/')[1] ?? '';
    const waveform = await client.ask('media.waveform', { clip: id });
    expect(waveform.duration).toBeCloseTo(3, 1);
  });

  it('are copied nowhere but where the user says', async () => {
    const to = join(folder(), 'table.csv');
    await client.ask('runs.saveCopy', { run, file: 'report', to });
    expect(await readFile(to, 'utf8')).toContain('precision');
  });
});
