import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../main/engine/common/errors.ts';
import { sha256 } from '../../../main/engine/common/hash.ts';
import type { Progress } from '../../../main/engine/common/task.ts';
import { scanFolder, type ScanOptions } from '../../../main/engine/dataset/scan.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { containing } from '../../helpers/containing.ts';

/** Takes a file's bytes for its content, and counts what it is asked for. */
class FakeInspector {
  readonly asked: string[] = [];
  active = 0;
  mostActive = 0;
  fault: ((file: string) => Error | undefined) | undefined;

  async inspectAudio(file: string) {
    this.asked.push(file);
    this.active++;
    this.mostActive = Math.max(this.mostActive, this.active);
    try {
      const fault = this.fault?.(file);
      if (fault !== undefined) throw fault;
      return { duration: 3, clipped: 0, silent: false, sha256: sha256(await readFile(file)), warnings: [] };
    } finally {
      this.active--;
    }
  }

  async inspectImage(file: string) {
    this.asked.push(file);
    return { width: 94, height: 128, sha256: sha256(await readFile(file)) };
  }
}

async function folderWith(contents: Record<string, string>): Promise<string> {
  const root = await temporaryFolder();
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

function scan(root: string, options: Partial<ScanOptions> = {}) {
  return scanFolder(root, { inspector: new FakeInspector(), ...options });
}

describe('scanFolder', () => {
  test('makes a dataset of class folders', async () => {
    const root = await folderWith({ 'vio/a__1.wav': 'A', 'vio/a__2.wav': 'B', 'cel/b.wav': 'C', 'notes.txt': '' });
    const dataset = await scan(root);
    expect(dataset).toMatchObject({
      root,
      layout: 'class-folders',
      kinds: ['audio'],
      classes: [
        { code: 'cel', name: 'cello' },
        { code: 'vio', name: 'violin' },
      ],
      synthetic: false,
      ignored: [{ extension: '.txt', count: 1 }],
      warnings: [],
    });
    expect(dataset.clips.map(({ path, recording, group }) => [path, recording, group])).toEqual([
      ['cel/b.wav', 'cel/b', 'cel/b'],
      ['vio/a__1.wav', 'vio/a', 'vio/a'],
      ['vio/a__2.wav', 'vio/a', 'vio/a'],
    ]);
  });

  test('joins recordings across classes that share a clip, and finds the contradiction', async () => {
    const root = await folderWith({
      'gac/[gac][pop_roc]0672__1.wav': 'same',
      'gac/[gac][pop_roc]0672__2.wav': 'other',
      'gel/[gel][pop_roc]0757__1.wav': 'same',
    });
    const { clips } = await scan(root);
    expect(clips.map(({ group }) => group)).toEqual(['0672', '0672', '0672']);
    expect(clips.map(({ findings }) => findings.map(({ kind }) => kind))).toEqual([
      ['duplicate', 'contradictory-label'],
      [],
      ['duplicate', 'contradictory-label'],
    ]);
  });

  test('a labels.csv in the folder overrides names', async () => {
    const root = await folderWith({
      'x/a.wav': 'A',
      'x/b.wav': 'B',
      'labels.csv': 'path;label;recording\nx/a.wav;vio;r1\nx/b.wav;cel;r1\n',
    });
    const { layout, clips, ignored } = await scan(root);
    expect(layout).toBe('labels-csv');
    expect(clips.map(({ label, recording }) => [label, recording])).toEqual([
      ['vio', 'r1'],
      ['cel', 'r1'],
    ]);
    expect(ignored).toEqual([]);
  });

  test.each([
    ['Latin-1', Buffer.from('path,label\nx/a.wav,flûte\n', 'latin1')],
    ['UTF-16', Buffer.from('\uFEFFpath,label\nx/a.wav,vio\n', 'utf16le')],
  ])('a labels.csv in %s is refused instead of garbling its labels', async (_, table) => {
    const root = await folderWith({ 'x/a.wav': 'A' });
    await writeFile(join(root, 'labels.csv'), table);
    await expect(scan(root)).rejects.toMatchObject({ code: 'invalid-argument', message: containing('UTF-8') });
  });

  test('a labels.csv spelt with capitals is one, too', async () => {
    const root = await folderWith({ 'x/a.wav': 'A', 'Labels.CSV': 'path,label,recording\nx/a.wav,vio,r1\n' });
    expect(await scan(root)).toMatchObject({ layout: 'labels-csv', classes: [{ code: 'vio' }], ignored: [] });
  });

  test('a labels.csv deeper down is not read, and said so', async () => {
    const root = await folderWith({ 'vio/a__1.wav': 'A', 'vio/a__2.wav': 'B', 'vio/labels.csv': 'x' });
    expect((await scan(root)).warnings.map(({ paths }) => paths)).toEqual([['vio/labels.csv']]);
  });

  test('reads pictures where there are more of them than sounds, and never mixes both', async () => {
    const pictures = await folderWith({ 'vio/a__1.png': 'A', 'vio/a__2.png': 'B', 'vio/a__1.wav': 'C' });
    expect(await scan(pictures)).toMatchObject({ kinds: ['image'], warnings: [{ paths: ['vio/a__1.wav'] }] });
    const sounds = await folderWith({ 'vio/a__1.wav': 'A', 'vio/a__2.wav': 'B', 'vio/cover.png': 'C' });
    expect(await scan(sounds)).toMatchObject({ kinds: ['audio'], warnings: [{ paths: ['vio/cover.png'] }] });
  });

  test('says that clips are synthetic where the sample dataset says so', async () => {
    const marked = await folderWith({ 'vio/a.wav': 'A', 'instrunet-sample.json': '{"synthetic": true, "seed": 1}' });
    expect(await scan(marked)).toMatchObject({ synthetic: true, ignored: [] });
    const broken = await folderWith({ 'part/vio/a.wav': 'A', 'part/instrunet-sample.json': '{' });
    expect(await scan(broken)).toMatchObject({ synthetic: true });
  });

  test('gives the same fingerprint for the same content wherever it lies', async () => {
    const contents = { 'vio/a.wav': 'A', 'cel/b.wav': 'B' };
    const [first, second, other] = [
      await scan(await folderWith(contents)),
      await scan(await folderWith(contents)),
      await scan(await folderWith({ ...contents, 'cel/b.wav': 'C' })),
    ];
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(other.fingerprint).not.toBe(first.fingerprint);
  });

  test('tells how far it has come', async () => {
    const root = await folderWith({ 'vio/a.wav': 'A', 'vio/b.wav': 'B' });
    const told: Progress[] = [];
    await scan(root, { onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)).toMatchObject({ phase: 'scan', done: 2, total: 2, unit: 'clips' });
  });

  test('looks into no more files at once than allowed', async () => {
    const contents = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`vio/${index}.wav`, `${index}`]));
    const inspector = new FakeInspector();
    await scan(await folderWith(contents), { inspector, concurrency: 3 });
    expect(inspector.mostActive).toBe(3);
  });
});

describe('a rescan', () => {
  const contents = { 'vio/a.wav': 'A', 'vio/b.wav': 'B', 'cel/c.wav': 'A', 'cel/d.wav': 'D' };

  test('looks only into files that changed, and ends as a first scan would', async () => {
    const root = await folderWith(contents);
    const before = await scan(root);
    await writeFile(join(root, 'vio/b.wav'), 'longer');
    await writeFile(join(root, 'cel/d.wav'), 'E');
    await utimes(join(root, 'cel/d.wav'), 1, 2);
    await writeFile(join(root, 'cel/new.wav'), 'N');
    await rm(join(root, 'cel/c.wav'));
    const inspector = new FakeInspector();
    const after = await scan(root, { previous: before.clips, inspector });
    expect(inspector.asked.sort()).toEqual(['cel/d.wav', 'cel/new.wav', 'vio/b.wav'].map((path) => join(root, path)));
    expect(after).toEqual(await scan(root));
    expect(before.clips.find(({ path }) => path === 'vio/a.wav')?.findings).toHaveLength(2);
    expect(after.clips.find(({ path }) => path === 'vio/a.wav')?.findings).toEqual([]);
  });

  test('looks into nothing where nothing changed', async () => {
    const root = await folderWith(contents);
    const before = await scan(root);
    const inspector = new FakeInspector();
    expect(await scan(root, { previous: before.clips, inspector })).toEqual(before);
    expect(inspector.asked).toEqual([]);
  });

  test('reads labels and recordings anew', async () => {
    const root = await folderWith(contents);
    const before = await scan(root);
    await rename(join(root, 'vio'), join(root, 'gel'));
    await writeFile(join(root, 'labels.csv'), 'path,label,recording\ncel/c.wav,pia,r9\n');
    const after = await scan(root, { previous: before.clips });
    expect(after.clips.map(({ label }) => label)).toEqual(['pia', 'cel', 'gel', 'gel']);
  });

  test('tries unreadable files again', async () => {
    const root = await folderWith(contents);
    const inspector = new FakeInspector();
    inspector.fault = (file) => (file.endsWith('b.wav') ? new Error('disk away') : undefined);
    const before = await scan(root, { inspector });
    expect(before.clips.find(({ path }) => path === 'vio/b.wav')?.findings).toMatchObject([{ kind: 'unreadable' }]);
    inspector.fault = undefined;
    const after = await scan(root, { inspector, previous: before.clips });
    expect(inspector.asked.slice(4)).toEqual([join(root, 'vio/b.wav')]);
    expect(after.clips.find(({ path }) => path === 'vio/b.wav')?.findings).toEqual([]);
  });
});

describe('faults', () => {
  test('one bad file is one finding', async () => {
    const root = await folderWith({ 'vio/a.wav': 'A', 'vio/b.wav': 'B', 'vio/c.wav': '', 'cel/d.wav': 'D' });
    const inspector = new FakeInspector();
    inspector.fault = (file) =>
      file.endsWith('b.wav') ? new EngineError('unreadable-audio', 'b.wav cannot be read as sound.') : undefined;
    const { clips } = await scan(root, { inspector });
    expect(clips.flatMap(({ path, findings }) => findings.map(({ kind }) => `${path} ${kind}`))).toEqual([
      'vio/b.wav unreadable',
      'vio/c.wav empty',
    ]);
  });

  test('a file that disappears meanwhile is one warning', async () => {
    const root = await folderWith({ 'vio/a.wav': 'A', 'vio/b.wav': 'B', 'cel/d.wav': 'D' });
    const inspector = new FakeInspector();
    const inspectAudio = async (file: string) => {
      await rm(join(root, 'vio/b.wav'), { force: true });
      return inspector.inspectAudio(file);
    };
    const dataset = await scan(root, {
      inspector: { inspectAudio, inspectImage: (file) => inspector.inspectImage(file) },
    });
    expect(dataset.clips.map(({ path }) => path)).toEqual(['cel/d.wav', 'vio/a.wav']);
    expect(dataset.warnings.at(-1)).toEqual({
      message: 'One clip disappeared while the folder was read.',
      paths: ['vio/b.wav'],
    });
  });

  test('without ffmpeg the scan stops instead of calling every file unreadable', async () => {
    const contents = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`vio/${index}.wav`, `${index}`]));
    const inspector = new FakeInspector();
    inspector.fault = () => new EngineError('runtime-missing', 'There is no ffmpeg.');
    await expect(scan(await folderWith(contents), { inspector, concurrency: 2 })).rejects.toMatchObject({
      code: 'runtime-missing',
    });
    expect(inspector.asked.length).toBeLessThan(5);
  });

  test('cancelling stops it', async () => {
    const contents = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`vio/${index}.wav`, `${index}`]));
    const controller = new AbortController();
    const inspector = new FakeInspector();
    inspector.fault = () => {
      controller.abort();
      return undefined;
    };
    const scanning = scan(await folderWith(contents), { inspector, concurrency: 2, signal: controller.signal });
    await expect(scanning).rejects.toMatchObject({ name: 'AbortError' });
    expect(inspector.asked.length).toBeLessThan(5);
    expect(inspector.active).toBe(0);
  });

  test('no clips: says what was looked for and what is there instead', async () => {
    await expect(scan(await temporaryFolder())).rejects.toMatchObject({
      code: 'no-clips',
      message: containing('The folder is empty.'),
    });
    await expect(scan(await folderWith({ 'a.txt': '', 'b/c.jpg': '', 'd.jpg': '' }))).rejects.toMatchObject({
      code: 'no-clips',
      message: containing('Found instead: files that are no clips (2 .jpg, 1 .txt).'),
    });
    await expect(scan(await folderWith({ 'a.wav': 'A', 'b.wav': 'B' }))).rejects.toMatchObject({
      code: 'no-clips',
      message: containing('2 sound files or pictures without a label'),
    });
  });

  test('a missing folder and a file are told apart', async () => {
    const root = await folderWith({ 'a.wav': 'A' });
    await expect(scan(join(root, 'gone'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(scan(join(root, 'a.wav'))).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  test('one class is shown', async () => {
    expect((await scan(await folderWith({ 'vio/a.wav': 'A' }))).classes).toHaveLength(1);
  });
});
