import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Libsql from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { applyCorrections } from '../../../main/engine/dataset/corrections.ts';
import type { Dataset } from '../../../main/engine/dataset/dataset.ts';
import { LIBRARY_FILE, openLibrary, type Library } from '../../../main/engine/library/database.ts';
import { MIGRATIONS } from '../../../main/engine/library/schema.ts';
import { bundleModule } from '../../helpers/bundle.ts';
import { makeClip, makeDataset } from '../../helpers/make-clip.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { containing, matching } from '../../helpers/containing.ts';

async function open(folder: string): Promise<Library> {
  const library = await openLibrary(folder);
  onTestFinished(() => {
    library.close();
  });
  return library;
}

const dataset: Dataset = {
  ...makeDataset([
    makeClip('cel', '0041', 'a "b"\nc', { sha256: 'x' }),
    makeClip('gac', '0672', 'b', { sha256: 'x', duration: 2.987654321 }),
    makeClip('gac', '0672', 'c', {
      sha256: null,
      duration: null,
      findings: [{ kind: 'unreadable', message: 'It is text.' }],
    }),
    makeClip('vio', 'vio/é', '𝄞', { modified: 1_799_999_999_999, bytes: 5_000_000_000 }),
    makeClip('vio', 'vio/é', '\uE000', { furtherLabels: ['pia', 'a "b"'] }),
  ]),
  synthetic: true,
  warnings: [{ message: 'One clip is odd.', paths: ['vio/x.wav'] }],
  ignored: [{ extension: '.txt', count: 3 }],
};

describe('datasets', () => {
  test('come back as they were saved, also after the library was closed', async () => {
    const folder = join(await temporaryFolder(), 'new', 'library');
    const first = await openLibrary(folder);
    first.saveDataset(dataset);
    first.close();
    expect((await open(folder)).loadDataset(dataset.root)).toEqual(dataset);
  });

  test('are undefined where they were never saved', async () => {
    expect((await open(await temporaryFolder())).loadDataset('/data/other')).toBeUndefined();
  });

  test('replace what was saved of the same folder, and leave others alone', async () => {
    const library = await open(await temporaryFolder());
    const other = { ...dataset, root: '/data/other', name: 'other' };
    library.saveDataset(dataset);
    library.saveDataset(other);
    const smaller = { ...makeDataset([makeClip('pia', 'r', 'a')]), layout: 'labels-csv' } as const;
    library.saveDataset(smaller);
    expect(library.loadDataset(smaller.root)).toEqual(smaller);
    expect(library.loadDataset('/data/other')).toEqual(other);
  });

  test('are listed with what they hold, and removed', async () => {
    const library = await open(await temporaryFolder());
    library.saveDataset(dataset);
    expect(library.listDatasets()).toEqual([
      {
        root: dataset.root,
        name: 'instruments',
        synthetic: true,
        clips: 5,
        classes: 5,
        scanned: matching(/^\d{4}-.*Z$/),
      },
    ]);
    library.addCorrection(dataset.root, { clip: 'gac/b.wav', sha256: 'x', from: 'gac', to: null, note: '' });
    expect(library.removeDataset(dataset.root)).toBe(true);
    expect(library.removeDataset(dataset.root)).toBe(false);
    expect(library.listDatasets()).toEqual([]);
    library.saveDataset(dataset);
    expect(library.listCorrections(dataset.root)).toEqual([]);
  });

  test('of 100,000 clips are saved and loaded in seconds', async () => {
    const clips = Array.from({ length: 100_000 }, (_, index) =>
      makeClip('vio', `r${index >> 2}`, `clip number ${index}`, {
        findings:
          index % 10 === 0 ? [{ kind: 'clipped', message: 'Clipped: 1.0 % of the samples are at full scale.' }] : [],
      }),
    );
    const large = makeDataset(clips);
    const library = await open(await temporaryFolder());
    const started = performance.now();
    library.saveDataset(large);
    const loaded = library.loadDataset(large.root);
    const done = performance.now();
    expect(loaded?.clips.length).toBe(100_000);
    expect(loaded?.fingerprint).toBe(large.fingerprint);
    expect(loaded?.clips[99_990]).toEqual(large.clips[99_990]);
    expect(done - started).toBeLessThan(20_000);
  });
});

describe('corrections', () => {
  test('of one clip are taken back together, those of others stay', async () => {
    const library = await open(await temporaryFolder());
    library.saveDataset(dataset);
    library.saveDataset({ ...dataset, root: '/data/other' });
    const about = { sha256: 'x', from: 'gac', note: '' };
    library.addCorrection(dataset.root, { ...about, clip: 'gac/b.wav', to: 'gel' });
    library.addCorrection(dataset.root, { ...about, clip: 'gac/b.wav', to: null });
    const kept = library.addCorrection(dataset.root, { ...about, clip: 'gac/c.wav', to: 'gel' });
    const elsewhere = library.addCorrection('/data/other', { ...about, clip: 'gac/b.wav', to: 'gel' });
    expect(library.removeCorrectionsOf(dataset.root, 'gac/b.wav')).toBe(2);
    expect(library.removeCorrectionsOf(dataset.root, 'gac/b.wav')).toBe(0);
    expect(library.listCorrections(dataset.root)).toEqual([kept]);
    expect(library.listCorrections('/data/other')).toEqual([elsewhere]);
  });

  const correction = { clip: 'gac/b.wav', sha256: 'x', from: 'gac', to: 'gel', note: 'heard it: "electric"' };

  test('are kept in order, apply to the dataset, and are taken back', async () => {
    const library = await open(await temporaryFolder());
    library.saveDataset(dataset);
    const first = library.addCorrection(dataset.root, correction);
    const second = library.addCorrection(dataset.root, { ...correction, to: null });
    expect(first).toEqual({ ...correction, id: first.id, created: matching(/^\d{4}-.*Z$/) });
    expect(library.listCorrections(dataset.root)).toEqual([first, second]);
    const labelled = () =>
      applyCorrections(dataset, library.listCorrections(dataset.root)).clips.find(({ path }) => path === 'gac/b.wav')
        ?.label;
    expect(labelled()).toBeUndefined();
    expect(library.removeCorrection(second.id)).toBe(true);
    expect(labelled()).toBe('gel');
    expect(library.removeCorrection(first.id)).toBe(true);
    expect(labelled()).toBe('gac');
    expect(library.removeCorrection(first.id)).toBe(false);
  });

  test('outlive a rescan of the folder', async () => {
    const library = await open(await temporaryFolder());
    library.saveDataset(dataset);
    const kept = library.addCorrection(dataset.root, correction);
    library.saveDataset(dataset);
    expect(library.listCorrections(dataset.root)).toEqual([kept]);
  });

  test('need a dataset that was saved', async () => {
    const library = await open(await temporaryFolder());
    expect(() => library.addCorrection('/data/none', correction)).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });
});

describe('the library file', () => {
  test('of a newer program is refused and not touched', async () => {
    const folder = await temporaryFolder();
    (await openLibrary(folder)).close();
    const raw = new Libsql(join(folder, LIBRARY_FILE));
    raw.exec('PRAGMA user_version = 99');
    raw.close();
    await expect(openLibrary(folder)).rejects.toMatchObject({
      code: 'failed',
      message: containing('made by a newer InstruNet (version 99'),
    });
    const again = new Libsql(join(folder, LIBRARY_FILE));
    expect(again.pragma('user_version')).toEqual([{ user_version: 99 }]);
    again.close();
  });

  test.each(MIGRATIONS.map((_, index) => index + 1))(
    'of version %i opens with its datasets and corrections, and can be written',
    async (version) => {
      const folder = await temporaryFolder();
      const raw = new Libsql(join(folder, LIBRARY_FILE));
      for (const migration of MIGRATIONS.slice(0, version)) raw.exec(migration);
      raw.exec(`
        INSERT INTO datasets VALUES (1, '/data/old', 'old', 'irmas-names', 0, 'f', '[]', '[]', '2026-01-01T00:00:00.000Z');
        INSERT INTO clips (dataset, position, path, kind, label, recording, clip_group, bytes, modified, sha256, duration)
          VALUES (1, 0, 'cel/a.wav', 'audio', 'cel', 'r', 'g', 10, 20, 'x', 3.0);
        INSERT INTO corrections VALUES (1, 1, 'cel/a.wav', 'x', 'cel', 'vio', 'heard', '2026-01-02T00:00:00.000Z');
        PRAGMA user_version = ${version};
      `);
      raw.close();
      const library = await open(folder);
      expect(library.keptAside).toBeUndefined();
      expect(library.listDatasets()).toMatchObject([{ root: '/data/old', clips: 1, classes: 1 }]);
      expect(library.loadDataset('/data/old')?.clips).toMatchObject([{ path: 'cel/a.wav', label: 'cel', group: 'g' }]);
      expect(library.listCorrections('/data/old')).toMatchObject([{ from: 'cel', to: 'vio', note: 'heard' }]);
      library.moveDataset('/data/old', '/data/new');
      expect(library.listCorrections('/data/new')).toHaveLength(1);
      library.saveDataset(dataset);
      expect(library.loadDataset(dataset.root)).toEqual(dataset);
    },
  );

  test('that is damaged is put aside with its content, and a new one begun', async () => {
    const folder = await temporaryFolder();
    const garbage = 'this is no database '.repeat(500);
    await writeFile(join(folder, LIBRARY_FILE), garbage);
    const library = await open(folder);
    expect(library.keptAside).toMatch(/library\.db\.damaged-/);
    expect(await readFile(library.keptAside ?? '', 'utf8')).toBe(garbage);
    library.saveDataset(dataset);
    expect(library.loadDataset(dataset.root)).toEqual(dataset);
  });

  test('with damage inside is put aside, too', async () => {
    const folder = await temporaryFolder();
    const whole = await openLibrary(folder);
    whole.saveDataset(makeDataset(Array.from({ length: 2000 }, (_, index) => makeClip('vio', 'r', `${index}`))));
    whole.close();
    const file = join(folder, LIBRARY_FILE);
    const bytes = await readFile(file);
    bytes.fill(0xa5, 4096 * 12, 4096 * 30);
    await writeFile(file, bytes);
    const library = await open(folder);
    expect(library.keptAside).toBeDefined();
    expect(library.listDatasets()).toEqual([]);
  });

  test('is whole by itself once it is closed', async () => {
    const folder = await temporaryFolder();
    const library = await openLibrary(folder);
    library.saveDataset(dataset);
    library.close();
    const copy = await temporaryFolder();
    await copyFile(join(folder, LIBRARY_FILE), join(copy, LIBRARY_FILE));
    expect((await open(copy)).loadDataset(dataset.root)).toEqual(dataset);
  });

  test('that is sound is opened as it is', async () => {
    const folder = await temporaryFolder();
    (await openLibrary(folder)).close();
    expect((await open(folder)).keptAside).toBeUndefined();
    expect((await readdir(folder)).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  test('that another program is writing is waited for', async () => {
    const folder = await temporaryFolder();
    const [one, two] = [await open(folder), await open(folder)];
    one.saveDataset(dataset);
    two.saveDataset({ ...dataset, root: '/data/two' });
    expect(one.listDatasets()).toHaveLength(2);
  });

  test('is made by one of several programs that open it first at the same moment, and had by all', async () => {
    const folder = await temporaryFolder();
    const program = await bundleModule('test/fixtures/library/open-library.ts', join(folder, 'open.cjs'));
    for (const name of ['one', 'two', 'three']) {
      const moment = String(Date.now() + 1500);
      const runs = [1, 2, 3, 4].map(() => promisify(execFile)(process.execPath, [program, join(folder, name), moment]));
      await Promise.all(runs);
      expect((await open(join(folder, name))).listDatasets()).toEqual([]);
    }
  });

  test('cannot be made where a file is in the way', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await expect(openLibrary(join(folder, 'file', 'library'))).rejects.toMatchObject({ name: 'EngineError' });
    await mkdir(join(folder, 'taken', LIBRARY_FILE), { recursive: true });
    await expect(openLibrary(join(folder, 'taken'))).rejects.toMatchObject({ name: 'EngineError' });
  });
});
