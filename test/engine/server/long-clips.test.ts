import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { NO_AUGMENTATION } from '../../../main/engine/training/augmentation/options.ts';
import { firstShowings } from '../../../main/engine/training/augmentation/showings.ts';
import { EngineClient } from '../../helpers/engine-client.ts';
import { writeLongClips } from '../../helpers/long-clips.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';

const WINDOWS = 3;
const PER_CLASS = 5;

describe('the form for a training on clips longer than the network hears at once', () => {
  const folder = suiteFolder();
  const split = { split: 'grouped', validation: 0.2, test: 0, seed: 1 } as const;
  const augmentation = { ...NO_AUGMENTATION, mixup: 0.4 };
  let client: EngineClient;
  let dataset: string;
  const preview = (clip: number) =>
    client.ask('runs.previewChanges', {
      ...{ dataset, corrections: false, ...split, batchSize: 4, augmentation, members: 1, from: null, clip },
    });

  beforeAll(async () => {
    client = new EngineClient(join(folder(), 'library'));
    await writeLongClips(join(folder(), 'long'), PER_CLASS);
    const { job } = await client.ask('datasets.open', { folder: join(folder(), 'long') });
    dataset = (await client.ended(job)).subject ?? '';
  });

  it('counts clips, and the windows that they are', async () => {
    const { totals } = await client.ask('datasets.previewSplit', { dataset, corrections: false, ...split });
    expect(totals).toEqual([
      { side: 'training', clips: 8, recordings: 8, windows: WINDOWS * 8 },
      { side: 'validation', clips: 2, recordings: 2, windows: WINDOWS * 2 },
    ]);
  });

  it('shows the first window of a clip, mixed with what a training on windows would mix it with', async () => {
    const paths: string[] = [];
    for (let clip = 0; clip < 8; clip++) paths.push((await preview(clip)).clip.path);
    expect(new Set(paths).size).toBe(8);
    for (const clip of [0, 5]) {
      const { showings } = await preview(clip);
      const expected = firstShowings(WINDOWS * 8, WINDOWS * clip, showings.length, {
        ...{ augmentation, batchSize: 4, seed: 1 },
      });
      expect(showings.map(({ mixedWith }) => mixedWith)).toEqual(
        expected.map(({ partner }) => paths[Math.floor((partner ?? NaN) / WINDOWS)]),
      );
    }
  });
});
