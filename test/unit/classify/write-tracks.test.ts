import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeTracks } from '../../../main/engine/classify/write-tracks.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { heard, result, scored } from './made-results.ts';

it('files of one name, whatever its case, each keep a track of their own', async () => {
  const folder = join(await temporaryFolder(), 'tracks');
  const named = (file: string, name: string) => result(file, [heard(0, scored('x', 0.9, name))]);
  const files = [named('/one/Take.wav', 'cello'), named('/two/take.WAV', 'piano'), named('/three/Take.mp3', 'flute')];
  expect(await writeTracks(files, folder)).toBe(3);
  expect((await readdir(folder)).sort()).toEqual(['Take (3).labels.txt', 'Take.labels.txt', 'take (2).labels.txt']);
  expect(await readFile(join(folder, 'take (2).labels.txt'), 'utf8')).toContain('piano');
});
