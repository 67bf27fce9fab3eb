import { execFileSync } from 'node:child_process';
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listFiles } from '../../../main/engine/dataset/list-files.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

async function folderWith(...paths: string[]): Promise<string> {
  const root = await temporaryFolder();
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
  }
  return root;
}

const list = (root: string) => listFiles(root, new Set(['labels.csv']));
const pathsOf = (listing: Awaited<ReturnType<typeof list>>) => listing.files.map(({ path }) => path);

describe('listFiles', () => {
  test('finds sound, films and pictures at any depth, upper case too, sorted by path', async () => {
    const root = await folderWith(
      'vio/b.MP3',
      'vio/x/y/a.wav',
      'cel/film.mkv',
      'cel/picture.PNG',
      'Flûte [alto]/é.flac',
    );
    expect(pathsOf(await list(root))).toEqual([
      'Flûte [alto]/é.flac',
      'cel/film.mkv',
      'cel/picture.PNG',
      'vio/b.MP3',
      'vio/x/y/a.wav',
    ]);
  });

  test('tells size and time', async () => {
    const root = await folderWith('vio/a.wav');
    await utimes(join(root, 'vio/a.wav'), 1000, 1234.5);
    expect((await list(root)).files).toEqual([{ path: 'vio/a.wav', kind: 'audio', bytes: 9, modified: 1_234_500 }]);
  });

  test('counts what it passes over', async () => {
    const root = await folderWith(
      'vio/a.wav',
      'vio/notes.TXT',
      'read.txt',
      'vio/cover.jpg',
      'Makefile',
      '.DS_Store',
      'vio/._a.wav',
      '__MACOSX/vio/b.wav',
      '.git/c.wav',
      'labels.csv',
    );
    const listing = await list(root);
    expect(pathsOf(listing)).toEqual(['vio/a.wav']);
    expect(listing.named).toEqual(['labels.csv']);
    expect(listing.ignored).toEqual([
      { extension: '.jpg', count: 1 },
      { extension: '.txt', count: 2 },
      { extension: 'hidden', count: 4 },
      { extension: 'no extension', count: 1 },
    ]);
  });

  test('takes any name', async () => {
    const names = [
      '-i.wav',
      "it's.wav",
      'a "b".wav',
      'line\nbreak.wav',
      ' space .wav',
      '%s$(x)`y`.wav',
      'a\\b.wav',
      '[0-9]*.wav',
    ];
    const root = await folderWith(...names.map((name) => `vio/${name}`));
    const listing = await list(root);
    expect(new Set(pathsOf(listing))).toEqual(new Set(names.map((name) => `vio/${name}`)));
    expect(listing.warnings).toEqual([]);
  });

  test('reads a folder named like a clip as a folder, and says so', async () => {
    const root = await folderWith('vio/x.wav/inner.wav');
    const listing = await list(root);
    expect(pathsOf(listing)).toEqual(['vio/x.wav/inner.wav']);
    expect(listing.warnings).toEqual([
      {
        message: 'vio/x.wav is a folder in spite of its name; what lies in it was read as in any folder.',
        paths: ['vio/x.wav'],
      },
    ]);
  });

  test('follows links out of the folder and reads no folder twice', async () => {
    const outside = await folderWith('a.wav', 'sub/b.wav');
    const root = await folderWith('vio/c.wav');
    await symlink(outside, join(root, 'cel'));
    await symlink(join(outside, 'a.wav'), join(root, 'vio', 'linked.wav'));
    await symlink(root, join(root, 'vio', 'loop'));
    await symlink(root, join(outside, 'sub', 'loop'));
    await symlink(join(outside, 'sub'), join(root, 'zzz'));
    const listing = await list(root);
    expect(pathsOf(listing)).toEqual(['cel/a.wav', 'cel/sub/b.wav', 'vio/c.wav', 'vio/linked.wav']);
    expect(listing.warnings.flatMap(({ paths }) => paths).sort()).toEqual(['cel/sub/loop', 'vio/loop', 'zzz']);
  });

  test('does not follow a link to a folder around the dataset, whose other content is none of its clips', async () => {
    const outer = await folderWith('set/vio/a.wav', 'private/b.wav');
    const root = join(outer, 'set');
    await symlink('../..', join(root, 'vio', 'up'));
    const listing = await list(root);
    expect(pathsOf(listing)).toEqual(['vio/a.wav']);
    expect(listing.warnings).toEqual([
      { message: 'vio/up leads to a folder that holds the dataset itself; it was not followed.', paths: ['vio/up'] },
    ]);
  });

  test('warns of links that lead nowhere and of what is no ordinary file', async () => {
    const root = await folderWith('vio/a.wav');
    await symlink('nowhere.wav', join(root, 'vio', 'dangling.wav'));
    await symlink('self.wav', join(root, 'vio', 'self.wav'));
    execFileSync('mkfifo', [join(root, 'vio', 'pipe.wav')]);
    const listing = await list(root);
    expect(pathsOf(listing)).toEqual(['vio/a.wav']);
    expect(new Set(listing.warnings.map(({ message }) => message))).toEqual(
      new Set([
        'vio/dangling.wav is a link that leads nowhere.',
        'vio/self.wav is a link that leads nowhere.',
        'vio/pipe.wav is no ordinary file and was left out.',
      ]),
    );
  });

  test.skipIf(process.platform !== 'linux')('says why a file whose name is no text cannot be used', async () => {
    const root = await folderWith('vio/a.wav');
    const noText = Buffer.concat([Buffer.from(`${join(root, 'vio')}/caf`), Buffer.from([0xe9]), Buffer.from('.wav')]);
    await writeFile(noText, 'sound');
    const listing = await list(root);
    expect(pathsOf(listing)).toEqual(['vio/a.wav']);
    expect(listing.warnings.map(({ message }) => message)).toEqual([
      'vio/caf\u{fffd}.wav has a name that is not in UTF-8, under which it cannot be opened; rename it.',
    ]);
  });

  test('refuses a folder that is missing, and a file', async () => {
    const root = await folderWith('a.wav');
    await expect(list(join(root, 'gone'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(list(join(root, 'a.wav'))).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  test('can be cancelled', async () => {
    const root = await folderWith('vio/a.wav');
    await expect(listFiles(root, new Set(), AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});
