import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockCache } from '../../../main/engine/features/cache-lock.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

/** No process has this number on any system. */
const ENDED = '4194304999';

describe('lockCache', () => {
  it('is given to one of many who find the lock of an ended process at the same time', async () => {
    const folder = await temporaryFolder();
    for (let round = 0; round < 100; round++) {
      const path = join(folder, `${round}.lock`);
      await writeFile(path, ENDED);
      const asked = await Promise.allSettled(Array.from({ length: 8 }, () => lockCache(path)));
      const given = asked.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(given).toHaveLength(1);
      await Promise.all(given.map((unlock) => unlock()));
    }
    expect(await readdir(folder)).toEqual([]);
  });
});
