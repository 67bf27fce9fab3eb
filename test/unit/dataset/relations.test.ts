import { describe, expect, test } from 'vitest';
import { classesOf, findIdentical, fingerprintOf, groupRecordings } from '../../../main/engine/dataset/relations.ts';
import { makeClip } from '../../helpers/make-clip.ts';

const silent = { kind: 'silent', message: 'Nothing but silence.' } as const;

describe('groupRecordings', () => {
  test('joins recordings that share an identical clip, over several steps, under the smallest name', () => {
    const clips = groupRecordings([
      makeClip('gac', '0674', 'a', { sha256: 'x' }),
      makeClip('gac', '0674', 'b'),
      makeClip('gel', '0759', 'c', { sha256: 'x' }),
      makeClip('gel', '0759', 'd', { sha256: 'y' }),
      makeClip('gel', '0101', 'e', { sha256: 'y' }),
      makeClip('gel', '0900', 'f'),
    ]);
    expect(clips.map(({ group }) => group)).toEqual(['0101', '0101', '0101', '0101', '0101', '0900']);
  });

  test('the order of the clips does not matter', () => {
    const contents = ['a', 'b', 'b', 'c', 'c', 'd', 'a', 'e'];
    const clips = contents.map((sha256, index) => makeClip('vio', `r${index % 5}`, `${index}`, { sha256 }));
    const groupOf = (list: typeof clips) => new Map(groupRecordings(list).map(({ path, group }) => [path, group]));
    const reversed = groupOf([...clips].reverse());
    expect([...groupOf(clips)].every(([path, group]) => reversed.get(path) === group)).toBe(true);
  });

  test('silences and unreadable clips join nothing', () => {
    const clips = groupRecordings([
      makeClip('vio', 'r1', 'a', { sha256: 'x', findings: [silent] }),
      makeClip('vio', 'r2', 'b', { sha256: 'x', findings: [silent] }),
      makeClip('vio', 'r3', 'c', { sha256: null }),
      makeClip('vio', 'r4', 'd', { sha256: null }),
    ]);
    expect(clips.map(({ group }) => group)).toEqual(['r1', 'r2', 'r3', 'r4']);
  });
});

describe('findIdentical', () => {
  test('knows the same labels in another order, and others', () => {
    const [first, , third] = findIdentical([
      makeClip('gac', 'r1', 'a', { sha256: 'x', furtherLabels: ['voi'] }),
      makeClip('voi', 'r2', 'b', { sha256: 'x', furtherLabels: ['gac'] }),
      makeClip('gac', 'r3', 'c', { sha256: 'y', furtherLabels: ['voi'] }),
      makeClip('gac', 'r4', 'd', { sha256: 'y' }),
    ]);
    expect(first?.findings.map(({ kind }) => kind)).toEqual(['duplicate']);
    expect(third?.findings[1]?.message).toBe('Labelled gac, voi, but identical to gac/d.wav (gac).');
  });

  test('names the identical clips and their labels', () => {
    const findings = findIdentical([
      makeClip('gac', 'r1', 'a', { sha256: 'x' }),
      makeClip('gac', 'r2', 'b', { sha256: 'x' }),
      makeClip('gel', 'r3', 'c', { sha256: 'x' }),
      makeClip('gel', 'r4', 'd'),
    ]).map((clip) => clip.findings);
    expect(findings).toEqual([
      [
        { kind: 'duplicate', message: 'Identical to gac/b.wav, gel/c.wav.' },
        { kind: 'contradictory-label', message: 'Labelled gac, but identical to gel/c.wav (gel).' },
      ],
      [
        { kind: 'duplicate', message: 'Identical to gac/a.wav, gel/c.wav.' },
        { kind: 'contradictory-label', message: 'Labelled gac, but identical to gel/c.wav (gel).' },
      ],
      [
        { kind: 'duplicate', message: 'Identical to gac/a.wav, gac/b.wav.' },
        { kind: 'contradictory-label', message: 'Labelled gel, but identical to gac/a.wav (gac), gac/b.wav (gac).' },
      ],
      [],
    ]);
  });

  test('counts the rest where there are many', () => {
    const clips = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => makeClip('vio', name, name, { sha256: 'x' }));
    expect(findIdentical(clips)[0]?.findings[0]?.message).toBe(
      'Identical to vio/b.wav, vio/c.wav, vio/d.wav and 2 more.',
    );
  });

  test('replaces what an earlier comparison found and keeps what is the clip’s own', () => {
    const clipped = { kind: 'clipped', message: 'Clipped.' } as const;
    const stale = { kind: 'duplicate', message: 'Identical to vio/gone.wav.' } as const;
    expect(findIdentical([makeClip('vio', 'r', 'a', { findings: [stale, clipped] })])[0]?.findings).toEqual([clipped]);
  });
});

test('classes are in alphabetical order by code unit', () => {
  const clips = ['vio', 'Zither', 'cel', 'vio', 'éolienne'].map((label, index) => makeClip(label, 'r', `${index}`));
  expect(classesOf(clips).map(({ code }) => code)).toEqual(['Zither', 'cel', 'vio', 'éolienne']);
});

test('the fingerprint depends on path, label, recording and content, and on nothing else', () => {
  const clip = makeClip('vio', 'r', 'a');
  const of = (changes: Partial<typeof clip>) => fingerprintOf([{ ...clip, ...changes }]);
  const fingerprints = [{}, { path: 'b' }, { label: 'cel' }, { recording: 's' }, { sha256: null }].map(of);
  expect(new Set(fingerprints).size).toBe(5);
  expect(of({ modified: 1, bytes: 2, group: 'g', duration: 9 })).toBe(fingerprintOf([clip]));
});
