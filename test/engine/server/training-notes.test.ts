import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RUN_FILES, type Run } from '../../../main/engine/library/run-folder.ts';
import type { RunCard } from '../../../preload/contract.ts';
import { containing } from '../../helpers/containing.ts';
import { EngineClient } from '../../helpers/engine-client.ts';
import { writeLongClips } from '../../helpers/long-clips.ts';
import { QUICK_TRAINING } from '../../helpers/quick-training.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';

const PER_CLASS = 5;
const MANY = 20_000;

describe('what the page is told of a training beside its epochs', () => {
  const folder = suiteFolder();
  let client: EngineClient;
  let run: string;
  const library = (): string => join(folder(), 'library');
  const record = (): string => join(library(), 'runs', run, RUN_FILES.run);
  const card = async (): Promise<RunCard | undefined> => (await client.ask('runs.list', null))[0];

  beforeAll(async () => {
    const clips = join(folder(), 'long');
    await writeLongClips(clips, PER_CLASS);
    await writeFile(join(clips, 'hiss', 'broken.wav'), 'no sound');
    await truncate(join(clips, 'hum', '00.wav'), 200_000);
    client = new EngineClient(library());
    const { job } = await client.ask('datasets.open', { folder: clips });
    const dataset = (await client.ended(job)).subject ?? '';
    const begun = await client.ask('runs.train', {
      dataset,
      name: 'long',
      training: QUICK_TRAINING,
      corrections: false,
    });
    run = begun.run;
    await expect(client.ended(begun.job)).resolves.toMatchObject({ state: 'done', error: null });
  });

  it('are the sentences of its course and those on files, without what only a terminal needs', () => {
    const told = client.messages.flatMap((message) =>
      message.type === 'event' && message.event === 'notes' ? [message.payload] : [],
    );
    expect(told.every((payload) => payload.run === run)).toBe(true);
    const all = told.at(-1)?.notes;
    expect(all?.training).toContainEqual(containing('Split by recording: 8 clips to train on'));
    expect(all?.training).toContainEqual(containing('Long clips are heard in windows'));
    expect(all?.training.join(' ')).not.toMatch(/TensorFlow|ffmpeg|--/u);
    expect(all?.files).toEqual({ count: 1, first: [containing('00.wav ends early')] });
  });

  it('comes when it is in the list of runs', async () => {
    const place = (event: string): number =>
      client.messages.findIndex((message) => message.type === 'event' && message.event === event);
    const changed = client.messages.findIndex(
      (message) => message.type === 'event' && message.event === 'changed' && message.payload.what === 'runs',
    );
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThan(place('epoch'));
    await expect(client.ask('runs.get', { run })).resolves.toMatchObject({ notes: null, run: { status: 'done' } });
  });

  it('is what could not be used, of which many are counted and few named, and none is lost', async () => {
    expect(await card()).toMatchObject({ run: { dataset: { clips: 11, usableClips: 10 } }, failedClips: { count: 0 } });
    const written = JSON.parse(await readFile(record(), 'utf8')) as Run;
    const failedClips = Array.from({ length: MANY }, (_, index) => ({
      clip: `${String(index)}.wav`,
      message: 'Gone.',
    }));
    await writeFile(record(), JSON.stringify({ ...written, failedClips }));
    const listed = await card();
    expect(listed?.failedClips).toEqual({ count: MANY, first: failedClips.slice(0, 5) });
    expect(listed?.run).not.toHaveProperty('failedClips');
    await client.ask('runs.rename', { run, name: 'renamed' });
    expect(JSON.parse(await readFile(record(), 'utf8'))).toMatchObject({ name: 'renamed', failedClips });
  });
});
