import { appendFile, chmod, copyFile, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { inspectAudio } from '../../../main/engine/audio/inspect.ts';
import { Random } from '../../../main/engine/common/random.ts';
import type { Dataset } from '../../../main/engine/dataset/dataset.ts';
import { scanFolder, type ScanOptions } from '../../../main/engine/dataset/scan.ts';
import { inspectImage } from '../../../main/engine/features/spectrogram-image.ts';
import { containing } from '../../helpers/containing.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { tone, writeWav } from '../../helpers/wav.ts';

const NOBODY = 65_534;

function scan(root: string, options: Partial<ScanOptions> = {}): Promise<Dataset> {
  return scanFolder(root, { inspector: { inspectAudio, inspectImage }, ...options });
}

/** `path kind` of every finding. */
const findingsOf = (dataset: Dataset): string[] =>
  dataset.clips.flatMap(({ path, findings }) => findings.map(({ kind }) => `${path} ${kind}`));

function picture(seed: number): Uint8Array {
  const random = new Random(seed, 'picture');
  const data = Uint8Array.from({ length: 94 * 128 * 3 }, () => random.integer(256));
  return encode({ width: 94, height: 128, channels: 3, data });
}

describe('scanning real sound', () => {
  test('finds what is wrong with each clip and goes on', async () => {
    const root = await temporaryFolder();
    const clip = (...names: string[]): string => join(root, ...names);
    const loud = tone(440, 1).map((sample) => Math.min(1, Math.max(-1, sample * 4)));
    await writeWav(clip('vio', 'good.wav'), tone(440, 3));
    await writeWav(clip('vio', 'clipped.wav'), loud);
    await writeWav(clip('vio', 'short.wav'), tone(440, 0.3));
    await writeWav(clip('vio', 'silent.wav'), new Float32Array(16_000));
    await writeWav(clip('vio', 'nothing.wav'), new Float32Array(0));
    await writeFile(clip('vio', 'zero.wav'), '');
    await writeFile(clip('vio', 'text.wav'), 'This is a letter about violins, and no sound at all.\n'.repeat(20));
    await writeWav(clip('vio', 'header.wav'), tone(440, 1));
    await truncate(clip('vio', 'header.wav'), 20);
    await writeWav(clip('vio', 'cut.wav'), tone(441, 3));
    await truncate(clip('vio', 'cut.wav'), 44 + 64_000);
    await mkdir(clip('vio', 'x.wav'));
    await symlink(root, clip('vio', 'loop'));
    const names = ['-i.wav', "it's.wav", 'a "b".wav', 'line\nbreak.wav', 'é 𝄞.wav', '%d$(x).wav'];
    for (const [index, name] of names.entries()) await writeWav(clip('cel', name), tone(220 + index, 1));
    const dataset = await scan(root);
    expect(findingsOf(dataset)).toEqual([
      'vio/clipped.wav clipped',
      'vio/cut.wav damaged',
      'vio/header.wav unreadable',
      'vio/nothing.wav empty',
      'vio/short.wav too-short',
      'vio/silent.wav silent',
      'vio/text.wav unreadable',
      'vio/zero.wav empty',
    ]);
    expect(dataset.clips.filter(({ label }) => label === 'cel')).toHaveLength(names.length);
    expect(dataset.clips.find(({ path }) => path === 'vio/good.wav')).toMatchObject({ duration: 3, findings: [] });
    expect(dataset.warnings.flatMap(({ paths }) => paths).sort()).toEqual(['vio/loop', 'vio/x.wav']);
  });

  test('knows the same sound under another name and with other tags', async () => {
    const root = await temporaryFolder();
    await writeWav(join(root, 'gac', '[gac][pop_roc]0672__1.wav'), tone(330, 1));
    await mkdir(join(root, 'gel'));
    await copyFile(join(root, 'gac', '[gac][pop_roc]0672__1.wav'), join(root, 'gel', '[gel][pop_roc]0757__1.wav'));
    await appendFile(join(root, 'gel', '[gel][pop_roc]0757__1.wav'), Buffer.from('LIST\x04\0\0\0INFO', 'latin1'));
    await writeWav(join(root, 'gel', '[gel][pop_roc]0757__2.wav'), tone(331, 1));
    const dataset = await scan(root);
    expect(dataset.layout).toBe('irmas-names');
    expect(dataset.clips.map(({ group }) => group)).toEqual(['0672', '0672', '0672']);
    expect(findingsOf(dataset).filter((finding) => finding.endsWith('contradictory-label'))).toHaveLength(2);
  });

  test('a rescan decodes nothing that is unchanged', async () => {
    const root = await temporaryFolder();
    await writeWav(join(root, 'vio', 'a.wav'), tone(440, 1));
    await writeWav(join(root, 'cel', 'b.wav'), tone(220, 1));
    const before = await scan(root);
    await writeWav(join(root, 'cel', 'b.wav'), tone(221, 1.5));
    const decoded: string[] = [];
    const after = await scan(root, {
      previous: before.clips,
      inspector: {
        inspectAudio: (file, options) => {
          decoded.push(file);
          return inspectAudio(file, options);
        },
        inspectImage,
      },
    });
    expect(decoded).toEqual([join(root, 'cel', 'b.wav')]);
    expect(after).toEqual(await scan(root));
  });

  test('takes ten thousand files', async () => {
    const root = await temporaryFolder();
    await writeWav(join(root, 'vio', '0', 'clip.wav'), tone(440, 0.5, 8000), 8000);
    for (let folder = 1; folder < 100; folder++)
      await mkdir(join(root, folder % 2 === 0 ? 'vio' : 'cel', `${folder}`), { recursive: true });
    for (let index = 1; index < 10_000; index++) {
      const folder = index % 100;
      await copyFile(
        join(root, 'vio', '0', 'clip.wav'),
        join(root, folder % 2 === 0 ? 'vio' : 'cel', `${folder}`, `clip ${index}.wav`),
      );
    }
    const dataset = await scan(root);
    expect(dataset.clips).toHaveLength(10_000);
    expect(new Set(dataset.clips.map(({ group }) => group)).size).toBe(1);
    expect(dataset.clips[0]?.findings.map(({ kind }) => kind)).toEqual(['duplicate', 'contradictory-label']);
  });
});

describe('scanning pictures', () => {
  test('finds broken and wrong pictures and goes on', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'vio'));
    const whole = picture(1);
    await writeFile(join(root, 'vio', '[vio][cla]0001__1.png'), whole);
    await writeFile(join(root, 'vio', '[vio][cla]0002__1.PNG'), picture(2));
    await writeFile(join(root, 'vio', '[vio][cla]0003__1.png'), whole.subarray(0, whole.length / 2));
    await writeFile(join(root, 'vio', '[vio][cla]0004__1.png'), 'GIF89a');
    await writeFile(join(root, 'vio', '[vio][cla]0005__1.png'), '');
    await writeFile(join(root, 'vio', '[vio][cla]0006__1.png'), whole);
    const dataset = await scan(root);
    expect(dataset).toMatchObject({ layout: 'irmas-names', kinds: ['image'] });
    expect(findingsOf(dataset)).toEqual([
      'vio/[vio][cla]0001__1.png duplicate',
      'vio/[vio][cla]0003__1.png unreadable',
      'vio/[vio][cla]0004__1.png unreadable',
      'vio/[vio][cla]0005__1.png empty',
      'vio/[vio][cla]0006__1.png duplicate',
    ]);
  });
});

describe.skipIf(process.getuid?.() !== 0)('without permission (needs to start as root)', () => {
  async function asNobody<Result>(work: () => Promise<Result>): Promise<Result> {
    process.seteuid?.(NOBODY);
    try {
      return await work();
    } finally {
      process.seteuid?.(0);
    }
  }

  async function folder(): Promise<string> {
    const root = await temporaryFolder();
    await chmod(root, 0o755);
    await writeWav(join(root, 'vio', 'open.wav'), tone(440, 1));
    await writeWav(join(root, 'vio', 'closed.wav'), tone(441, 1));
    await writeWav(join(root, 'cel', 'unseen.wav'), tone(442, 1));
    return root;
  }

  test('a file is a finding and a folder a warning', async () => {
    const root = await folder();
    await chmod(join(root, 'vio', 'closed.wav'), 0o000);
    await chmod(join(root, 'cel'), 0o000);
    const dataset = await asNobody(() => scan(root));
    expect(findingsOf(dataset)).toEqual(['vio/closed.wav unreadable']);
    expect(dataset.clips[0]?.findings[0]?.message).toContain('permission denied');
    expect(dataset.warnings[0]).toEqual({ message: containing('permission denied'), paths: ['cel'] });
  });

  test('the dataset’s folder itself is an error', async () => {
    const root = await folder();
    await chmod(root, 0o000);
    await expect(asNobody(() => scan(root))).rejects.toMatchObject({ code: 'permission-denied' });
  });
});
