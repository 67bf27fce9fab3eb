import { describe, expect, test } from 'vitest';
import { Random } from '../../../main/engine/common/random.ts';
import type { Clip } from '../../../main/engine/dataset/dataset.ts';
import { computeLeak } from '../../../main/engine/dataset/leak.ts';
import { classesOf, groupRecordings } from '../../../main/engine/dataset/relations.ts';
import { splitDataset, type Side, type SplitOptions } from '../../../main/engine/dataset/split.ts';
import { makeClip } from '../../helpers/make-clip.ts';
import { processorSeconds } from '../../helpers/processor-seconds.ts';
import { containing } from '../../helpers/containing.ts';

const defaults: SplitOptions = { kind: 'grouped', validation: 0.2, seed: 1 };

function split(clips: readonly Clip[], options: Partial<SplitOptions> = {}) {
  return splitDataset(clips, classesOf(clips), { ...defaults, ...options });
}

/** Each class with groups of these sizes. */
function clipsOf(sizes: Record<string, readonly number[]>): Clip[] {
  return Object.entries(sizes).flatMap(([label, ofClass]) =>
    ofClass.flatMap((size, group) =>
      Array.from({ length: size }, (_, clip) => makeClip(label, `${label}${group}`, `${group}-${clip}`)),
    ),
  );
}

function sidesOfGroups(clips: readonly Clip[], sides: readonly Side[]): Map<string, Set<Side>> {
  const result = new Map<string, Set<Side>>();
  clips.forEach(({ group }, index) => {
    const side = sides[index];
    if (side !== undefined) result.set(group, (result.get(group) ?? new Set()).add(side));
  });
  return result;
}

/** The clips a class can have on the validation side when groups stay whole and both sides get one. */
function reachableSums(sizes: readonly number[]): number[] {
  let sums = new Set([0]);
  for (const size of sizes) sums = new Set([...sums, ...[...sums].map((sum) => sum + size)]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return [...sums].filter((sum) => sum > 0 && sum < total);
}

/** Datasets of many shapes: groups of 1 to `largest` clips, some of them shared by two classes. */
function randomDataset(seed: number, shared: boolean, fewest = 2): Clip[] {
  const random = new Random(seed, 'test');
  const largest = 1 + random.integer(9);
  const labels = ['cel', 'gac', 'gel', 'pia'].slice(0, 2 + random.integer(3));
  const clips = labels.flatMap((label) =>
    Array.from({ length: fewest + random.integer(30) }, (_, recording) =>
      Array.from({ length: 1 + random.integer(largest) }, (_, clip) =>
        makeClip(label, `${label}${recording}`, `${recording}-${clip}`, {
          sha256: shared && random.next() < 0.05 ? `shared ${random.integer(4)}` : `${label}${recording}-${clip}`,
        }),
      ),
    ).flat(),
  );
  return groupRecordings(clips);
}

describe('a grouped split', () => {
  test.each(Array.from({ length: 30 }, (_, seed) => seed))('never divides a group (dataset %i)', (seed) => {
    const clips = randomDataset(seed, true);
    const { sides, leak, counts } = split(clips, { seed });
    expect([...sidesOfGroups(clips, sides).values()].every((ofGroup) => ofGroup.size === 1)).toBe(true);
    expect(leak).toMatchObject({ sharedRecording: 0, identicalClip: 0, either: 0 });
    expect(counts.every((count) => count.clips > 0 && count.recordings > 0)).toBe(true);
  });

  test.each(Array.from({ length: 30 }, (_, seed) => seed))(
    'comes as near to the share as groups permit (dataset %i)',
    (seed) => {
      const clips = randomDataset(seed, false);
      const validation = 0.1 + 0.05 * (seed % 9);
      const { counts } = split(clips, { seed, validation });
      for (const { code } of classesOf(clips)) {
        const ofClass = clips.filter(({ label }) => label === code);
        const sizes = [...new Set(ofClass.map(({ group }) => group))].map(
          (group) => ofClass.filter((clip) => clip.group === group).length,
        );
        const wanted = validation * ofClass.length;
        const nearest = Math.min(...reachableSums(sizes).map((sum) => Math.abs(sum - wanted)));
        const got = counts.find(({ label, side }) => label === code && side === 'validation')?.clips ?? 0;
        expect(Math.abs(got - wanted)).toBeCloseTo(nearest, 9);
      }
    },
  );

  test('keeps the share of classes that lie mostly in groups shared with others', () => {
    const random = new Random(3, 'test');
    const clips = Array.from({ length: 200 }, (_, group) =>
      Array.from({ length: 3 }, (_, clip) =>
        makeClip(random.pick(['cel', 'gac', 'pia']), `r${group}`, `${group}-${clip}`),
      ),
    ).flat();
    const { counts, leak } = split(clips);
    for (const { clips: got } of counts.filter(({ side }) => side === 'validation')) expect(got).toBeGreaterThan(35);
    expect(leak.validationClips).toBeGreaterThan(116);
    expect(leak.validationClips).toBeLessThan(124);
    expect(leak.either).toBe(0);
  });

  test('puts a class of two groups, one of them shared, on both sides', () => {
    for (let seed = 0; seed < 20; seed++) {
      const clips = [
        ...clipsOf({ gac: [3, 3, 3, 3], gel: [3, 3] }),
        makeClip('pia', 'gac0', 'shared'),
        makeClip('pia', 'own', 'own'),
      ];
      expect(split(clips, { seed }).counts.every((count) => count.clips > 0)).toBe(true);
    }
  });

  test('is the same for the same seed, whatever the order of the clips, and differs between seeds', () => {
    const clips = randomDataset(5, true);
    const once = new Map(split(clips).sides.map((side, index) => [clips[index]?.path, side]));
    const backwards = [...clips].reverse();
    const again = new Map(split(backwards).sides.map((side, index) => [backwards[index]?.path, side]));
    expect([...once].every(([path, side]) => again.get(path) === side)).toBe(true);
    expect(split(clips, { seed: 2 }).sides).not.toEqual(split(clips, { seed: 1 }).sides);
  });

  test('stays as it was decided for these clips on every machine', () => {
    const { sides } = split(clipsOf({ cel: [3, 3, 1, 2, 3], vio: [2, 2, 2, 2] }), { validation: 0.3, seed: 42 });
    expect(sides.map((side) => side[0]).join('')).toBe('vvvtttvtttttttttttvv');
  });

  test('draws each group about as often as the share says', () => {
    const clips = clipsOf({ cel: Array<number>(10).fill(3), vio: [1, 1, 1, 1, 1, 3, 3, 3, 3, 3] });
    const drawn = new Map<string, number>();
    for (let seed = 0; seed < 500; seed++) {
      const { sides } = split(clips, { seed });
      for (const [group, ofGroup] of sidesOfGroups(clips, sides)) {
        if (ofGroup.has('validation')) drawn.set(group, (drawn.get(group) ?? 0) + 1);
      }
    }
    for (let group = 0; group < 10; group++) {
      expect(drawn.get(`cel${group}`) ?? 0).toBeGreaterThan(60);
      expect(drawn.get(`cel${group}`) ?? 0).toBeLessThan(145);
      expect(drawn.get(`vio${group}`) ?? 0).toBeGreaterThan(40);
    }
  });

  test('takes a test side that shares nothing with the others', () => {
    for (let seed = 0; seed < 20; seed++) {
      const clips = randomDataset(seed + 100, true, 8);
      const { sides, testLeak, leak, counts } = split(clips, { seed, validation: 0.2, test: 0.1 });
      expect([...sidesOfGroups(clips, sides).values()].every((ofGroup) => ofGroup.size === 1)).toBe(true);
      expect(testLeak?.either).toBe(0);
      expect(leak.either).toBe(0);
      expect(counts.every((count) => count.clips > 0)).toBe(true);
      expect(new Set(sides)).toEqual(new Set(['training', 'validation', 'test']));
    }
  });

  test('three groups suffice for three sides, two for two', () => {
    expect(
      split(clipsOf({ cel: [5, 5, 5], vio: [1, 9, 1] }), { test: 0.2 }).counts.every(({ clips }) => clips > 0),
    ).toBe(true);
    expect(split(clipsOf({ cel: [1, 100], vio: [7, 7] })).counts.every(({ clips }) => clips > 0)).toBe(true);
  });

  test('names the classes with too few recordings, and what to do', () => {
    const clips = clipsOf({ cel: [3], gac: [2, 2], vio: [9] });
    expect(() => split(clips)).toThrow(
      expect.objectContaining({
        code: 'too-few-recordings',
        message: containing('cel (1), vio (1). Each class needs at least 2'),
      }),
    );
    expect(() => split(clipsOf({ cel: [3, 3], gac: [2, 2, 2] }), { test: 0.1 })).toThrow(/cel \(2\)/);
  });

  test('says so where shared groups leave a class on one side', () => {
    const clips = [
      makeClip('cel', 'r1', 'a'),
      makeClip('vio', 'r1', 'b'),
      makeClip('cel', 'r2', 'c'),
      makeClip('pia', 'r2', 'd'),
      makeClip('vio', 'r3', 'e'),
      makeClip('pia', 'r3', 'f'),
    ];
    expect(() => split(clips)).toThrow(expect.objectContaining({ code: 'too-few-recordings' }));
  });

  test('takes 100,000 clips within seconds', () => {
    const clips = clipsOf(
      Object.fromEntries(['cel', 'gac', 'pia', 'vio'].map((label) => [label, Array<number>(12_500).fill(2)])),
    );
    const before = processorSeconds();
    expect(split(clips).leak.validationClips).toBe(20_000);
    expect(processorSeconds() - before).toBeLessThan(10);
  });
});

describe('folds', () => {
  const foldsOf = (clips: readonly Clip[], of: number, options: Partial<SplitOptions> = {}) =>
    Array.from({ length: of }, (_, index) => split(clips, { ...options, fold: { number: index + 1, of } }));

  test.each(['grouped', 'random'] as const)('have every clip on the validation side once (%s)', (kind) => {
    for (let seed = 1; seed <= 20; seed++) {
      const clips = randomDataset(seed, true, 12);
      const folds = foldsOf(clips, 5, { kind, seed });
      for (const index of clips.keys()) {
        expect(folds.filter(({ sides }) => sides[index] === 'validation')).toHaveLength(1);
      }
    }
  });

  test('divide no group, so that none leaks', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const clips = randomDataset(seed, true, 12);
      for (const { sides, leak } of foldsOf(clips, 4, { seed })) {
        expect([...sidesOfGroups(clips, sides).values()].every((ofGroup) => ofGroup.size === 1)).toBe(true);
        expect(leak.either).toBe(0);
      }
    }
  });

  test('are of the same size in each class where there are many groups', () => {
    const sizes = Array.from({ length: 120 }, (_, index) => 1 + (index % 3));
    const clips = clipsOf({ cel: sizes, pia: sizes.slice(0, 61) });
    for (const { counts } of foldsOf(clips, 5)) {
      const held = counts.filter(({ side }) => side === 'validation').map((count) => count.clips);
      expect(Math.abs((held[0] ?? 0) - 240 / 5)).toBeLessThan(1);
      expect(Math.abs((held[1] ?? 0) - 121 / 5)).toBeLessThan(1);
    }
  });

  test('of few groups differ by one a class, and none has more of every class', () => {
    const clips = clipsOf(
      Object.fromEntries(['cel', 'cla', 'flu', 'gac', 'gel', 'org'].map((code) => [code, [3, 3, 3, 3]])),
    );
    const folds = foldsOf(clips, 3).map(({ counts }) =>
      counts.filter(({ side }) => side === 'validation').map((count) => count.clips),
    );
    for (const held of folds) {
      expect(held.every((count) => count === 3 || count === 6)).toBe(true);
      expect(held).toContain(3);
      expect(held.reduce((sum, count) => sum + count, 0)).toBe(72 / 3);
    }
  });

  test('each have a group of every class where there are just as many groups', () => {
    const clips = clipsOf({ cel: [1, 1, 9], pia: [3, 3, 3] });
    for (const { counts } of foldsOf(clips, 3)) expect(counts.every((count) => count.clips > 0)).toBe(true);
  });

  test('are refused where a class has fewer groups than there are folds', () => {
    const clips = clipsOf({ cel: [1, 1, 1, 1, 1], pia: [3, 3] });
    expect(() => foldsOf(clips, 3)).toThrow(/pia \(2\).*at least 3/u);
  });

  test.each(['grouped', 'random'] as const)('leave the test side alone, which is the same for all (%s)', (kind) => {
    const clips = randomDataset(3, false, 20);
    const folds = foldsOf(clips, 3, { kind, test: 0.25 });
    const tested = folds.map(({ sides }) => sides.map((side) => side === 'test'));
    expect(tested[1]).toEqual(tested[0]);
    expect(tested[2]).toEqual(tested[0]);
    for (const { sides } of folds) {
      const share = (side: Side) => sides.filter((other) => other === side).length / clips.length;
      expect(share('test')).toBeCloseTo(0.25, 1);
      expect(share('validation')).toBeCloseTo(0.25, 1);
    }
  });

  test('are the same again for a seed and others for another', () => {
    const clips = randomDataset(5, false, 20);
    const fold = { number: 2, of: 3 };
    expect(split(clips, { fold, seed: 7 }).sides).toEqual(split(clips, { fold, seed: 7 }).sides);
    expect(split(clips, { fold, seed: 8 }).sides).not.toEqual(split(clips, { fold, seed: 7 }).sides);
  });
});

describe('a random split', () => {
  const clips = clipsOf({ cel: Array<number>(40).fill(3), vio: Array<number>(60).fill(3) });

  test('has exactly the wanted share of clips and leaks recordings', () => {
    const { sides, leak } = split(clips, { kind: 'random' });
    expect(sides.filter((side) => side === 'validation')).toHaveLength(60);
    expect(leak.validationClips).toBe(60);
    expect(leak.sharedRecording).toBeGreaterThan(50);
    expect(leak.identicalClip).toBe(0);
  });

  test('is seeded, and takes a test side', () => {
    const options = { kind: 'random', test: 0.1, seed: 7 } as const;
    const { sides, testLeak } = split(clips, options);
    expect(split(clips, options).sides).toEqual(sides);
    expect(sides.filter((side) => side === 'test')).toHaveLength(30);
    expect(testLeak?.validationClips).toBe(30);
  });

  test('refuses to train on nothing of a class', () => {
    const few = [...clipsOf({ cel: [1] }), ...clipsOf({ vio: [1] })];
    expect(() => split(few, { kind: 'random', validation: 0.5 })).toThrow(
      expect.objectContaining({ code: 'too-few-recordings' }),
    );
  });
});

test.each([
  [0, 0],
  [1, 0],
  [-0.1, 0],
  [0.5, 0.5],
  [0.2, -0.1],
  [Number.NaN, 0],
])('shares of %f and %f are refused', (validation, testShare) => {
  const clips = clipsOf({ cel: [1, 1, 1], vio: [1, 1, 1] });
  expect(() => split(clips, { validation, test: testShare })).toThrow(
    expect.objectContaining({ code: 'invalid-argument' }),
  );
});

test('the total of a side counts each clip and each recording once, however many labels they have', () => {
  const pair = ['cel', 'vio'].flatMap((label) => clipsOf({ [label]: [2, 2, 2, 2] }));
  const clips = pair.map((clip) => ({ ...clip, furtherLabels: [clip.label === 'cel' ? 'vio' : 'cel'] }));
  const { counts, totals } = split(clips, { validation: 0.25, test: 0.25 });
  expect(totals.map(({ side }) => side)).toEqual(['training', 'validation', 'test']);
  expect(totals.reduce((sum, total) => sum + total.clips, 0)).toBe(16);
  expect(totals.reduce((sum, total) => sum + total.recordings, 0)).toBe(8);
  expect(counts.reduce((sum, count) => sum + count.clips, 0)).toBe(32);
});

describe('computeLeak', () => {
  const clips = [
    makeClip('cel', 'r1', 'a', { sha256: 'x' }),
    makeClip('cel', 'r1', 'b'),
    makeClip('cel', 'r2', 'c', { sha256: 'x' }),
    makeClip('cel', 'r3', 'd'),
    makeClip('cel', 'r4', 'e', { sha256: null }),
    makeClip('cel', 'r5', 'f', { sha256: null }),
  ];

  test('counts shared recordings, identical clips, and either', () => {
    const sides: Side[] = ['training', 'validation', 'validation', 'validation', 'training', 'validation'];
    expect(computeLeak(clips, sides)).toEqual({ validationClips: 4, sharedRecording: 1, identicalClip: 1, either: 2 });
  });

  test('looks from the test side at the training side alone', () => {
    const sides: Side[] = ['training', 'test', 'validation', 'test', 'validation', 'test'];
    expect(computeLeak(clips, sides, 'test')).toEqual({
      validationClips: 3,
      sharedRecording: 1,
      identicalClip: 0,
      either: 1,
    });
  });
});
