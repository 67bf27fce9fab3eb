import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineInputs } from '../../../main/engine/server/protocol.ts';
import { RUN_FILES } from '../../../main/engine/library/run-folder.ts';
import { buildBundles } from '../../../scripts/build.mjs';
import { EngineClient } from '../../helpers/engine-client.ts';
import { QUICK_TRAINING } from '../../helpers/quick-training.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';
import { tone, writeWav } from '../../helpers/wav.ts';
import { weightsHash } from '../../helpers/weights.ts';

const SIGMOID = { ...QUICK_TRAINING, outputs: 'sigmoid', batchSize: 8 } as const;

type Training = Partial<EngineInputs['runs.train']>;

describe('a folder of sounds without an instrument, behind a port', () => {
  const at = suitePaths();
  let client: EngineClient;
  let dataset: string;

  const begin = (change: Training) =>
    client.call('runs.train', { dataset, name: 'Run', training: SIGMOID, corrections: false, ...change });
  const beginWith = (folder: string, change: Training = {}) =>
    begin({ otherSounds: { kind: 'folder', folder: at(folder) }, ...change });
  const started = async (reply: ReturnType<typeof begin>) => {
    const { ok, ...rest } = await reply;
    if (!ok || !('data' in rest)) throw new Error(JSON.stringify(rest));
    return rest.data;
  };
  const finished = async (reply: ReturnType<typeof begin>): Promise<string> => {
    const { job, run } = await started(reply);
    expect(await client.ended(job)).toMatchObject({ state: 'done', error: null });
    return run;
  };
  const hashOf = (run: string) => weightsHash(at('library', 'runs', run, RUN_FILES.model));

  beforeAll(async () => {
    await buildBundles();
    for (const [index, label] of ['high', 'low'].entries()) {
      for (let clip = 0; clip < 6; clip++) {
        const name = `${String.fromCharCode(97 + clip)} take.wav`;
        await writeWav(at('tones', label, name), tone(300 + 900 * index + 40 * clip, 3));
      }
    }
    for (let clip = 0; clip < 6; clip++) {
      await writeWav(at('hums', `${String.fromCharCode(97 + clip)} hum.wav`), tone(60 + 7 * clip, 3));
    }
    client = new EngineClient(at('library'));
    const { job } = await client.ask('datasets.open', { folder: at('tones') });
    dataset = (await client.ended(job)).subject ?? '';
  });

  it('is learned from, by another run that names the first one, too, and by one that was stopped', async () => {
    const first = await finished(beginWith('hums'));
    const { run } = await client.ask('runs.get', { run: first });
    expect(run.otherSounds).toMatchObject({ name: 'hums', training: 5, heldBack: 1 });
    expect(run.result?.takenForClasses?.sounds).toBe(1);
    const again = await finished(begin({ otherSounds: { kind: 'run', id: first } }));
    expect(await hashOf(again)).toBe(await hashOf(first));
    const training = { ...SIGMOID, epochs: 40 };
    const stopped = await started(beginWith('hums', { training }));
    await client.epoch(stopped.run, 1);
    await client.ask('jobs.cancel', { job: stopped.job });
    expect(await client.ended(stopped.job)).toMatchObject({ state: 'cancelled' });
    const { job } = await client.ask('runs.resume', { run: stopped.run });
    expect(await client.ended(job)).toMatchObject({ state: 'done', error: null });
    const resumed = (await client.ask('runs.get', { run: stopped.run })).run;
    expect(resumed.result?.takenForClasses).toMatchObject({ sounds: 1 });
  });

  it.each<[string, string, string, string]>([
    ['is the dataset', 'tones', 'invalid-argument', 'must lie beside each other'],
    ['lies in the dataset', join('tones', 'low'), 'invalid-argument', 'must lie beside each other'],
    ['is not there', 'nowhere', 'not-found', 'does not exist'],
  ])('that %s is refused before anything is queued', async (_what, folder, code, message) => {
    const reply = await beginWith(folder);
    expect(reply).toMatchObject({ ok: false, error: { code, message: expect.stringContaining(message) as string } });
  });

  it('of a run that had none, or that is gone, is refused', async () => {
    const plain = await finished(begin({}));
    for (const id of [plain, 'gone']) {
      const reply = await begin({ otherSounds: { kind: 'run', id } });
      expect(reply).toMatchObject({ ok: false, error: { code: 'not-found' } });
    }
  });

  it('with nothing in it to be learned from fails the training in words of its own', async () => {
    await mkdir(at('empty'));
    await writeWav(at('twins', 'a.wav'), tone(300, 3));
    for (const [folder, message] of [
      ['empty', 'choose a folder with recordings in which no instrument plays'],
      ['twins', 'are clips of the dataset, too'],
    ] as const) {
      const { job, run } = await started(beginWith(folder));
      const { state, error } = await client.ended(job);
      expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'invalid-argument' });
      expect(error?.message).toContain(message);
      expect(await client.call('runs.get', { run })).toMatchObject({ ok: false });
    }
  });
});
