import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesOf } from '../../../main/app/launch-files.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';

const place = suitePaths();

beforeAll(async () => {
  await mkdir(place('folder'));
  for (const name of ['a tone, ünïcode.wav', 'network.keras', 'app.cjs', 'adapter.cjs'])
    await writeFile(place(name), '');
});

describe('the files of a start', () => {
  it('are sound, networks and folders, named from where it was started or whole', () => {
    const argv = ['/opt/InstruNet/instrunet', 'a tone, ünïcode.wav', place('network.keras'), './folder'];
    expect(filesOf(argv, place(), [])).toEqual([place('a tone, ünïcode.wav'), place('network.keras'), place('folder')]);
  });

  it('are no switches and nothing that is not there', () => {
    const argv = [
      '/opt/instrunet',
      '--no-sandbox',
      '-psn_0_12345',
      'gone.wav',
      'network.keras',
      'https://example.org/',
    ];
    expect(filesOf(argv, place(), [])).toEqual([place('network.keras')]);
  });

  it('begin behind the app itself, where Electron is started on its sources', () => {
    const argv = ['/usr/bin/electron', '-r', place('adapter.cjs'), place('app.cjs'), 'network.keras'];
    expect(filesOf(argv, place(), [place('app.cjs')])).toEqual([join(place(), 'network.keras')]);
  });

  it('are none where none is named', () => {
    expect(filesOf(['/opt/instrunet'], place(), [])).toEqual([]);
  });
});
