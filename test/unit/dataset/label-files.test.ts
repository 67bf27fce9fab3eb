import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../main/engine/dataset/dataset.ts';
import { parseLabelFile, readLabelFile } from '../../../main/engine/dataset/label-file.ts';
import { scanFolder } from '../../../main/engine/dataset/scan.ts';
import { summarise } from '../../../main/engine/dataset/summary.ts';
import { sha256 } from '../../../main/engine/common/hash.ts';
import { containing } from '../../helpers/containing.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

/** Takes any file for sound: what is read here is beside it. */
const inspector = {
  inspectAudio: (file: string) =>
    Promise.resolve({ duration: 12, clipped: 0, silent: false, sha256: sha256(file), warnings: [] }),
  inspectImage: () => Promise.reject(new Error('no picture is expected')),
};

/** Scans a folder of these texts; each stands beside a sound unless it is null. */
async function scan(files: Readonly<Record<string, string | Uint8Array | null>>): Promise<Dataset> {
  const root = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content ?? 'sound');
  }
  return scanFolder(root, { inspector });
}

const labelsOfClips = (dataset: Dataset): Record<string, string> =>
  Object.fromEntries(
    dataset.clips.map(({ path, label, furtherLabels = [] }) => [path, [label, ...furtherLabels].join(' ')]),
  );

describe('parseLabelFile', () => {
  test.each([
    ['as IRMAS writes it, a tab and a line feed behind each', 'gel\t\nvoi\t\n'],
    ['line feeds alone', 'gel\nvoi\n'],
    ['Windows’ line ends', 'gel\t\r\nvoi\t\r\n'],
    ['old Macintosh line ends', 'gel\rvoi\r'],
    ['no end of the last line', 'gel\t\nvoi'],
    ['spaces, empty lines and a byte order mark', '\u{feff}  gel \n\n\t\n voi\t\n\n'],
    ['upper case', 'GEL\t\nVoi\t\n'],
    ['the same code twice', 'gel\t\nvoi\t\ngel\t\n'],
  ])('reads %s', (_, text) => {
    expect(parseLabelFile(text)).toEqual({ labels: ['gel', 'voi'], unknown: [] });
  });

  test('keeps codes that IRMAS does not have as they are written, and names them', () => {
    expect(parseLabelFile('Sitar\t\nPIA\t\n')).toEqual({ labels: ['Sitar', 'pia'], unknown: ['Sitar'] });
  });

  test('reads nothing out of an empty file', () => {
    expect(parseLabelFile('\t\n')).toEqual({ labels: [], unknown: [] });
  });

  test.each([
    ['bytes that are no text', Uint8Array.of(112, 0, 105), 'no text'],
    ['another encoding', Uint8Array.of(112, 0xe9, 105), 'UTF-8'],
    ['a long text', 'pia\t\n'.repeat(500), 'too long'],
  ])('refuses %s', async (_, content, words) => {
    const path = join(await temporaryFolder(), 'x.txt');
    await writeFile(path, content);
    await expect(readLabelFile(path)).rejects.toMatchObject({ code: 'invalid-argument', message: containing(words) });
  });
});

describe('a folder laid out as IRMAS’s test set', () => {
  test('takes the labels of each clip from the text beside it, in whatever folder', async () => {
    const dataset = await scan({
      'Part1/01 - Song-1.wav': null,
      'Part1/01 - Song-1.txt': 'gel\t\nvoi\t\n',
      'Part2/deep/02 - Air-3.wav': null,
      'Part2/deep/02 - Air-3.txt': 'vio\t\n',
      'Part3/x.WAV': null,
      'Part3/x.TXT': 'PIA\t\r\nvoi\t\r\ngel\t\r\n',
    });
    expect(dataset.layout).toBe('irmas-test');
    expect(labelsOfClips(dataset)).toEqual({
      'Part1/01 - Song-1.wav': 'gel voi',
      'Part2/deep/02 - Air-3.wav': 'vio',
      'Part3/x.WAV': 'pia voi gel',
    });
    expect(dataset.classes.map(({ code }) => code)).toEqual(['gel', 'pia', 'vio', 'voi']);
    expect(dataset.ignored).toEqual([]);
  });

  test('counts a clip for each of its classes, and the clips by how many labels they carry', async () => {
    const dataset = await scan({
      ...{ 'a.wav': null, 'a.txt': 'gel\t\nvoi\t\n', 'b.wav': null, 'b.txt': 'voi\t\n' },
      ...{ 'c.wav': null, 'c.txt': 'gel\t\npia\t\nvoi\t\n', 'd.wav': null, 'd.txt': 'voi\t\npia\t\n' },
    });
    const { clips, labelCounts, perClass } = summarise(dataset);
    expect(clips).toBe(4);
    expect(labelCounts).toEqual([
      { labels: 1, clips: 1 },
      { labels: 2, clips: 2 },
      { labels: 3, clips: 1 },
    ]);
    expect(perClass.map((row) => [row.code, row.clips])).toEqual([
      ['gel', 2],
      ['pia', 2],
      ['voi', 4],
    ]);
  });

  test('takes excerpts of one piece for one recording, though other instruments play in them', async () => {
    const dataset = await scan({
      ...{
        '01 - Song-1.wav': null,
        '01 - Song-1.txt': 'gel\t\n',
        '01 - Song-12.wav': null,
        '01 - Song-12.txt': 'pia\t\n',
      },
      ...{ '02 - Air-1.wav': null, '02 - Air-1.txt': 'vio\t\n', '02 - Air-2.wav': null, '02 - Air-2.txt': 'vio\t\n' },
    });
    expect(dataset.clips.map(({ recording }) => recording)).toEqual(['01 - Song', '01 - Song', '02 - Air', '02 - Air']);
  });

  test('leaves out clips without labels, tells which and why, and goes on', async () => {
    const dataset = await scan({
      ...{ 'a.wav': null, 'a.txt': 'gel\t\n', 'b.wav': null, 'b.txt': 'voi\t\n', 'c.wav': null, 'c.txt': 'pia\t\n' },
      ...{ 'd.wav': null, 'd.txt': 'vio\t\n', 'missing.wav': null, 'empty.wav': null, 'empty.txt': '\t\n' },
      ...{
        'binary.wav': null,
        'binary.txt': Uint8Array.of(0, 1, 2),
        'orphan.txt': 'pia\t\n',
        'README.txt': 'Read me.',
      },
      ...{ 'odd.wav': null, 'odd.txt': 'pia\t\nsitar\t\n' },
    });
    expect(Object.keys(labelsOfClips(dataset))).toEqual(['a.wav', 'b.wav', 'c.wav', 'd.wav', 'odd.wav']);
    expect(labelsOfClips(dataset)['odd.wav']).toBe('pia sitar');
    expect(dataset.warnings.map(({ message, paths }) => [message, ...paths])).toEqual([
      ['Left out: one clip without a label file (X.txt beside X.wav).', 'missing.wav'],
      ['Left out: one clip with an empty label file.', 'empty.wav'],
      ['Left out: binary.wav, whose label file cannot be read. It is no text.', 'binary.wav'],
      ['The label files of one clip name what is no instrument of IRMAS: sitar. It was kept as a class.', 'odd.wav'],
      ['One label file has no sound beside it.', 'orphan.txt'],
      [containing('each counts as a recording of its own')],
    ]);
    expect(dataset.ignored).toEqual([{ extension: '.txt', count: 2 }]);
  });

  test.skipIf(process.getuid?.() !== 0)('goes on when a text may not be read (needs to start as root)', async () => {
    const root = await temporaryFolder();
    await chmod(root, 0o755);
    for (const name of ['a', 'b', 'c']) {
      await writeFile(join(root, `${name}.wav`), 'sound');
      await writeFile(join(root, `${name}.txt`), 'pia\t\n');
    }
    await chmod(join(root, 'b.txt'), 0o000);
    process.seteuid?.(65_534);
    try {
      const dataset = await scanFolder(root, { inspector });
      expect(Object.keys(labelsOfClips(dataset))).toEqual(['a.wav', 'c.wav']);
      expect(dataset.warnings[0]).toMatchObject({ message: containing('permission denied'), paths: ['b.wav'] });
    } finally {
      process.seteuid?.(0);
    }
  });

  test('is no folder of classes with notes or lyrics beside the clips', async () => {
    const lyrics = 'The silver swan, who living had no note,\nwhen death approached, unlocked her silent throat\n';
    const dataset = await scan({
      ...{ 'voi/a.wav': null, 'voi/a.txt': lyrics, 'voi/b.wav': null, 'voi/b.txt': lyrics },
      ...{ 'pia/c.wav': null, 'pia/c.txt': 'good take', 'pia/d.wav': null, 'pia/d.txt': 'pia' },
    });
    expect(dataset.layout).toBe('class-folders');
    expect(dataset.ignored).toEqual([{ extension: '.txt', count: 4 }]);
  });

  test('is overruled by a labels.csv', async () => {
    const files = { 'a.wav': null, 'a.txt': 'gel\t\n', 'b.wav': null, 'b.txt': 'voi\t\n' };
    const dataset = await scan({ ...files, 'labels.csv': 'path,label\na.wav,pia\nb.wav,vio;pia\n' });
    expect(dataset.layout).toBe('labels-csv');
    expect(labelsOfClips(dataset)).toEqual({ 'a.wav': 'pia', 'b.wav': 'vio pia' });
  });
});
