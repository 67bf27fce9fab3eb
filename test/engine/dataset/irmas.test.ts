import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseCsv } from '../../../main/engine/common/csv.ts';
import type { Dataset } from '../../../main/engine/dataset/dataset.ts';
import { inspectAudio } from '../../../main/engine/audio/inspect.ts';
import { scanFolder } from '../../../main/engine/dataset/scan.ts';
import { splitDataset } from '../../../main/engine/dataset/split.ts';
import { inspectImage } from '../../../main/engine/features/spectrogram-image.ts';

const DATA = resolve('../shared/data');
const ARCHIVE = join(DATA, 'irmas-mels-dev.tar');

/** Sets of names as sorted text, so that two partitions can be compared whatever their groups are called. */
function partition(rows: readonly { name: string; part: string }[]): string[] {
  const parts = new Map<string, string[]>();
  for (const { name, part } of rows) parts.set(part, [...(parts.get(part) ?? []), name]);
  return [...parts.values()].map((names) => names.sort().join('\n')).sort();
}

describe.skipIf(!existsSync(ARCHIVE))('real IRMAS clips (need ../shared/data/irmas-mels-dev.tar)', () => {
  let dataset: Dataset;
  let expected: Record<string, string>[];
  let found: { name: string; clip: Dataset['clips'][number] }[];

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'instrunet-irmas-'));
    try {
      await promisify(execFile)('tar', ['-xf', ARCHIVE, '-C', folder]);
      dataset = await scanFolder(folder, { inspector: { inspectAudio, inspectImage } });
    } finally {
      await rm(folder, { recursive: true });
    }
    expected = parseCsv(await readFile(join(DATA, 'irmas-mels-dev.csv'), 'utf8'));
    found = dataset.clips.map((clip) => ({ name: clip.path.replace(/^.*\/|\.png$/g, ''), clip }));
  });

  test('are all found, readable, and labelled and numbered as listed', () => {
    expect(dataset).toMatchObject({ layout: 'irmas-names', kinds: ['image'], warnings: [], ignored: [] });
    expect(dataset.classes.map(({ code }) => code).join(' ')).toBe('cel cla flu gac gel org pia sax tru vio voi');
    const rows = new Map(expected.map((row) => [row['name'], row]));
    expect(found).toHaveLength(expected.length);
    const wrong = found.filter(({ name, clip }) => {
      const row = rows.get(name);
      return clip.sha256 === null || row?.['label'] !== clip.label || row['recording'] !== clip.recording;
    });
    expect(wrong).toEqual([]);
  });

  test('fall into the groups listed', () => {
    const ours = partition(found.map(({ name, clip }) => ({ name, part: clip.group })));
    expect(ours).toEqual(partition(expected.map((row) => ({ name: row['name'] ?? '', part: row['group'] ?? '' }))));
  });

  test('are identical where they are listed as identical', () => {
    const ours = partition(found.map(({ name, clip }) => ({ name, part: clip.sha256 ?? '' })));
    expect(ours).toEqual(partition(expected.map((row) => ({ name: row['name'] ?? '', part: row['sha1'] ?? '' }))));
    const times = new Map<string, number>();
    for (const { sha1 = '' } of expected) times.set(sha1, (times.get(sha1) ?? 0) + 1);
    const duplicates = found.filter(({ clip }) => clip.findings.some(({ kind }) => kind === 'duplicate'));
    expect(duplicates).toHaveLength(expected.filter(({ sha1 = '' }) => (times.get(sha1) ?? 0) > 1).length);
    const contradictory = found.filter(({ clip }) => clip.findings.some(({ kind }) => kind === 'contradictory-label'));
    expect(new Set(contradictory.map(({ clip }) => clip.label))).toEqual(new Set(['gac', 'gel']));
  });

  test('split by recording without a leak, each class within a clip of its share', () => {
    const split = splitDataset(dataset.clips, dataset.classes, { kind: 'grouped', validation: 0.2, seed: 1 });
    expect(split.leak.either).toBe(0);
    for (const { code } of dataset.classes) {
      const clips = split.counts.filter(({ label }) => label === code);
      const all = clips.reduce((sum, count) => sum + count.clips, 0);
      const held = clips.find(({ side }) => side === 'validation')?.clips ?? 0;
      expect(Math.abs(held - 0.2 * all)).toBeLessThanOrEqual(1);
    }
  });

  test('split at random leak nearly all their recordings', () => {
    const { leak } = splitDataset(dataset.clips, dataset.classes, { kind: 'random', validation: 0.2, seed: 1 });
    expect(leak.validationClips).toBe(Math.round(0.2 * expected.length));
    expect(leak.either / leak.validationClips).toBeGreaterThan(0.9);
    expect(leak.identicalClip).toBeGreaterThan(0);
  });
});
