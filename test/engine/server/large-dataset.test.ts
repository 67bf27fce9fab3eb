import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineInputs } from '../../../main/engine/server/protocol.ts';
import { openLibrary } from '../../../main/engine/library/database.ts';
import { EngineClient } from '../../helpers/engine-client.ts';
import { makeLargeDataset } from '../../helpers/make-clip.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';

const CLIPS = 100_000;
/** Processor time for each page: what else the machine does has no part in it. */
const PAGE_MS = 50;

type Query = Omit<EngineInputs['datasets.clips'], 'dataset'>;

const FIRST: Query = {
  ...{ search: '', label: null, finding: null, recording: null, side: null },
  ...{ sort: 'path', descending: false, offset: 0, limit: 200 },
};

const folder = suiteFolder();

describe('a library of 100,000 clips', () => {
  let client: EngineClient;
  let dataset: string;

  beforeAll(async () => {
    const library = await openLibrary(folder());
    library.saveDataset(makeLargeDataset(CLIPS));
    library.close();
    client = new EngineClient(folder());
    dataset = (await client.ask('datasets.list', null))[0]?.id ?? '';
    await client.ask('datasets.get', { dataset });
  });

  async function timed(change: Partial<Query>): Promise<{ total: number; milliseconds: number }> {
    const started = process.cpuUsage();
    const { total } = await client.ask('datasets.clips', { ...FIRST, ...change, dataset });
    const { user, system } = process.cpuUsage(started);
    return { total, milliseconds: (user + system) / 1000 };
  }

  it('answers every further page of a list at once', async () => {
    for (const sort of ['path', 'label', 'recording', 'duration'] as const) {
      await timed({ sort, descending: true });
      const times: number[] = [];
      for (let offset = 0; offset < CLIPS; offset += 10_000) {
        times.push((await timed({ sort, descending: true, offset })).milliseconds);
      }
      expect(Math.max(...times)).toBeLessThan(PAGE_MS);
    }
  });

  it('follows what is typed, letter by letter', async () => {
    await timed({ search: 'z' });
    const times: number[] = [];
    const totals: number[] = [];
    for (const search of ['r', 're', 'rec', 'rec 0', 'rec 01', 'rec 014', 'rec 0142', 'rec 0142_1']) {
      const { total, milliseconds } = await timed({ search });
      totals.push(total);
      times.push(milliseconds);
    }
    expect(totals).toEqual([...totals].sort((a, b) => b - a));
    expect(totals.at(-1)).toBeGreaterThan(0);
    expect(Math.max(...times)).toBeLessThan(PAGE_MS);
  });

  it('filters by class, finding, recording and side', async () => {
    const clips = await client.ask('datasets.clips', { ...FIRST, dataset });
    expect(clips.total).toBe(CLIPS);
    const { split, summary } = await client.ask('datasets.get', { dataset });
    const times: number[] = [];
    for (const change of [
      { label: 'class 7' },
      { finding: 'silent' },
      { recording: clips.rows[0]?.recording ?? '' },
      { side: 'validation' },
    ] as const) {
      const { total, milliseconds } = await timed(change);
      expect(total).toBeGreaterThan(0);
      times.push(milliseconds);
    }
    expect(Math.max(...times)).toBeLessThan(PAGE_MS);
    const held = split?.counts.filter(({ side }) => side === 'validation').reduce((sum, count) => sum + count.clips, 0);
    expect((await timed({ side: 'validation' })).total).toBe(held);
    expect((await timed({ finding: 'silent' })).total).toBe(summary.findings.silent);
  });
});
