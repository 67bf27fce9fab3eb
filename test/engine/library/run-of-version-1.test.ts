import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RunShelf } from '../../../main/engine/server/run-shelf.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

/** Made by a program that wrote version 1, before corrections, temperatures and augmentation. */
const FIXTURE = join('test', 'fixtures', 'library', 'run-version-1');

it('a run of version 1 is listed and opens with its scores, curves and clips', async () => {
  const folder = await temporaryFolder();
  await cp(FIXTURE, join(folder, 'runs', 'old'), { recursive: true });
  const shelf = new RunShelf(folder);
  const [card, ...others] = await shelf.list();
  if (card === undefined) throw new Error('not listed');
  expect(others).toEqual([]);
  expect(card).toMatchObject({
    id: 'old',
    resumable: false,
    run: { version: 1, status: 'done', corrections: null, training: { schedule: 'constant', calibration: false } },
  });
  expect(await shelf.metrics(card)).toMatchObject({ clips: 33, corrections: null, calibration: { temperature: null } });
  expect(await shelf.history(card)).toHaveLength(1);
  expect((await shelf.predictions(card)).rows).toHaveLength(33);
});
