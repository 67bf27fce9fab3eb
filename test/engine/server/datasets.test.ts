import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineInputs, EngineMessage } from '../../../main/engine/server/protocol.ts';
import { EngineClient } from '../../helpers/engine-client.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';
import { tone, writeWav } from '../../helpers/wav.ts';

const ALL: Omit<EngineInputs['datasets.writeClips'], 'dataset' | 'file'> = {
  ...{ search: '', label: null, finding: null, recording: null, side: null },
  ...{ sort: 'path', descending: false },
};

const folder = suiteFolder();

describe('datasets behind a port', () => {
  let client: EngineClient;
  let root: string;
  let dataset: string;

  async function scanned(job: string): Promise<string> {
    const ended = await client.ended(job);
    expect(ended).toMatchObject({ state: 'done', error: null });
    return ended.subject ?? '';
  }

  function lastChanges(): unknown {
    const told = client.messages.flatMap((message: EngineMessage) =>
      message.type === 'event' && message.event === 'scanned' ? [message.payload.changes] : [],
    );
    return told.at(-1);
  }

  beforeAll(async () => {
    root = join(folder(), 'instruments');
    for (const label of ['cel', 'vio', 'voi']) {
      for (let clip = 1; clip <= 3; clip++) {
        await writeWav(join(root, label, `${label} ${String(clip)}.wav`), tone(100 * clip + label.charCodeAt(2), 1));
      }
    }
    await writeWav(join(root, 'cel', 'same.wav'), tone(999, 1));
    await writeWav(join(root, 'vio', 'same too.wav'), tone(999, 1));
    client = new EngineClient(join(folder(), 'library'));
    const opened = await client.ask('datasets.open', { folder: root });
    expect(opened.dataset).toBeNull();
    dataset = await scanned(opened.job);
    expect(lastChanges()).toBeNull();
  });

  it('knows a folder that is opened again, and looks through it once for all who ask meanwhile', async () => {
    const [first, second] = await Promise.all([
      client.ask('datasets.open', { folder: root }),
      client.ask('datasets.open', { folder: `${root}/` }),
    ]);
    expect(first.dataset).toBe(dataset);
    expect(second).toEqual(first);
    await scanned(first.job);
    expect(lastChanges()).toEqual({ added: 0, changed: 0, unchanged: 11, removed: 0 });
  });

  it('finds the other clips of the same sound, and a clip in a list', async () => {
    const twins = await client.ask('datasets.twins', { dataset, path: 'cel/same.wav' });
    expect(twins.map(({ path, label }) => [path, label])).toEqual([['vio/same too.wav', 'vio']]);
    await expect(client.ask('datasets.twins', { dataset, path: 'cel/cel 1.wav' })).resolves.toEqual([]);
    const position = { ...ALL, dataset, path: 'vio/same too.wav' };
    await expect(client.ask('datasets.position', { ...position, label: 'vio' })).resolves.toBe(0);
    await expect(client.ask('datasets.position', { ...position, label: 'cel' })).resolves.toBeNull();
  });

  it('compares what either kind of split leaks', async () => {
    const { leaks } = await client.ask('datasets.previewSplit', {
      ...{ dataset, corrections: false, split: 'random', validation: 0.5, test: 0, seed: 1 },
    });
    expect(leaks.grouped).toMatchObject({ either: 0 });
    expect(leaks.random?.validationClips).toBe(6);
  });

  it('writes the list that was asked for as CSV', async () => {
    const file = join(folder(), 'clips.csv');
    const wanted = { ...ALL, dataset, file, finding: 'duplicate' } as const;
    await expect(client.ask('datasets.writeClips', wanted)).resolves.toEqual({ clips: 2 });
    const [head, ...lines] = (await readFile(file, 'utf8')).trim().split('\n');
    expect(head).toBe('clip,label,recording,group,seconds,usable,findings,notes');
    expect(lines).toEqual([
      'cel/same.wav,cel,cel/same,cel/same,1,true,duplicate; contradictory-label,' +
        '"Identical to vio/same too.wav.; Labelled cel, but identical to vio/same too.wav (vio)."',
      'vio/same too.wav,vio,vio/same too,cel/same,1,true,duplicate; contradictory-label,' +
        '"Identical to cel/same.wav.; Labelled vio, but identical to cel/same.wav (cel)."',
    ]);
  });

  it('keeps what an earlier scan found when a later one is cancelled or fails', async () => {
    const before = await client.ask('datasets.get', { dataset });
    const { job } = await client.ask('datasets.rescan', { dataset });
    await client.ask('jobs.cancel', { job });
    await expect(client.ended(job)).resolves.toMatchObject({ state: 'cancelled' });
    const aside = `${root} aside`;
    await rename(root, aside);
    const failed = await client.ask('datasets.rescan', { dataset });
    await expect(client.ended(failed.job)).resolves.toMatchObject({ state: 'failed', error: { code: 'not-found' } });
    await expect(client.ask('datasets.get', { dataset })).resolves.toEqual({ ...before, folder: 'gone' });
    await rename(aside, root);
  });

  it('follows a folder to where it was moved, also for what knows it from before', async () => {
    const elsewhere = join(folder(), 'elsewhere');
    await mkdir(join(elsewhere, 'other'), { recursive: true });
    await writeWav(join(elsewhere, 'other', 'a', 'new.wav'), tone(300, 1));
    await writeWav(join(elsewhere, 'other', 'b', 'new.wav'), tone(400, 1));
    const wrong = await client.ask('datasets.locate', { dataset, folder: join(elsewhere, 'other') });
    await expect(client.ended(wrong.job)).resolves.toMatchObject({
      state: 'failed',
      error: { code: 'invalid-argument' },
    });
    const moved = join(elsewhere, 'instruments');
    await rename(root, moved);
    const { job } = await client.ask('datasets.locate', { dataset, folder: moved });
    const now = await scanned(job);
    expect(lastChanges()).toEqual({ added: 0, changed: 0, unchanged: 11, removed: 0 });
    await expect(client.ask('datasets.list', null)).resolves.toMatchObject([{ id: now, root: moved }]);
    expect(now).not.toBe(dataset);
    await expect(client.ask('datasets.get', { dataset })).resolves.toMatchObject({ id: now, folder: 'there' });
    await rename(moved, root);
    await scanned((await client.ask('datasets.locate', { dataset: now, folder: root })).job);
  });

  it('measures what a clip of the sample costs', async () => {
    const estimate = await client.ask('datasets.sampleEstimate', null);
    expect(estimate).toMatchObject({ classes: 11, bytesPerClip: 132_344 });
    expect(estimate.secondsPerClip).toBeGreaterThan(0);
    expect(estimate.secondsPerClip).toBeLessThan(5);
  });

  it('finds the file behind every clip, and none behind others', async () => {
    await writeFile(join(root, 'cel', 'broken.wav'), 'no sound');
    await scanned((await client.ask('datasets.rescan', { dataset })).job);
    const { rows } = await client.ask('datasets.clips', {
      ...ALL,
      dataset,
      finding: 'unreadable',
      offset: 0,
      limit: 9,
    });
    expect(rows).toMatchObject([{ path: 'cel/broken.wav', sound: null }]);
    const clip = rows[0]?.id ?? '';
    await expect(client.ask('clips.file', { clip })).resolves.toEqual({ path: join(root, 'cel', 'broken.wav') });
    for (const forged of ['', '../../etc/passwd', `${dataset}-0`, clip.replace(/-.*/u, '')]) {
      await expect(client.call('clips.file', { clip: forged })).resolves.toMatchObject({
        error: { code: 'not-found' },
      });
    }
  });
});
