import { describe, expect, test } from 'vitest';
import {
  applyCorrections,
  countCorrections,
  effectiveCorrections,
  type Correction,
} from '../../../main/engine/dataset/corrections.ts';
import { labelsOf } from '../../../main/engine/dataset/dataset.ts';
import { makeClip, makeDataset } from '../../helpers/make-clip.ts';

const dataset = makeDataset([
  makeClip('gac', 'r1', 'a', { sha256: 'x' }),
  makeClip('gac', 'r1', 'b', { sha256: 'b' }),
  makeClip('gel', 'r2', 'c', { sha256: 'x' }),
  makeClip('gel', 'r3', 'd', { sha256: 'd' }),
]);

const correct = (clip: string, sha256: string | null, to: string | null): Correction => ({
  clip,
  sha256,
  from: 'gel',
  to,
  note: '',
  created: '2026-01-01T00:00:00.000Z',
});

const labels = (...corrections: Correction[]) =>
  Object.fromEntries(applyCorrections(dataset, corrections).clips.map(({ path, label }) => [path, label]));

describe('applyCorrections', () => {
  test('changes the label of the clip and what follows from it', () => {
    const corrected = applyCorrections(dataset, [correct('gel/c.wav', 'x', 'gac')]);
    expect(corrected.clips.find(({ path }) => path === 'gel/c.wav')).toMatchObject({
      label: 'gac',
      findings: [{ kind: 'duplicate' }],
    });
    expect(corrected.clips[0]?.findings.map(({ kind }) => kind)).toEqual(['duplicate']);
    expect(corrected.fingerprint).not.toBe(dataset.fingerprint);
  });

  test('of several labels replaces the wrong one', () => {
    const duets = makeDataset([
      makeClip('gel', 'r1', 'a', { furtherLabels: ['voi'] }),
      makeClip('pia', 'r2', 'b', { furtherLabels: ['gel', 'gac'] }),
    ]);
    const { clips, classes } = applyCorrections(duets, [
      correct('gel/a.wav', 'gel/a.wav', 'gac'),
      correct('pia/b.wav', 'pia/b.wav', 'gac'),
    ]);
    expect(clips.map(labelsOf)).toEqual([
      ['gac', 'voi'],
      ['pia', 'gac'],
    ]);
    expect(classes.map(({ code }) => code)).toEqual(['gac', 'pia', 'voi']);
  });

  test('leaves a clip out, but not the knowledge that two recordings share it', () => {
    const corrected = applyCorrections(dataset, [correct('gel/c.wav', 'x', null)]);
    expect(corrected.clips.map(({ path, group, findings }) => [path, group, findings.length])).toEqual([
      ['gac/a.wav', 'r1', 0],
      ['gac/b.wav', 'r1', 0],
      ['gel/d.wav', 'r3', 0],
    ]);
  });

  test('adds classes that come up and drops classes that lost their last clip', () => {
    const corrected = applyCorrections(dataset, [correct('gel/c.wav', 'x', 'pia'), correct('gel/d.wav', 'd', null)]);
    expect(corrected.classes.map(({ code, name }) => `${code} ${name}`)).toEqual(['gac acoustic guitar', 'pia piano']);
  });

  test('is about one clip, not about others of the same content', () => {
    expect(labels(correct('gel/c.wav', 'x', null))).toHaveProperty('gac/a.wav', 'gac');
  });

  test('finds a moved clip by its content', () => {
    expect(labels(correct('old/place.wav', 'd', 'pia'))).toHaveProperty('gel/d.wav', 'pia');
  });

  test('is not about a file that was replaced under the same name', () => {
    expect(labels(correct('gel/d.wav', 'other', 'pia'))).toHaveProperty('gel/d.wav', 'gel');
  });

  test('the last of several corrections counts, and none changes nothing', () => {
    expect(labels(correct('gel/d.wav', 'd', null), correct('gel/d.wav', 'd', 'pia'))).toHaveProperty(
      'gel/d.wav',
      'pia',
    );
    expect(applyCorrections(dataset, [])).toEqual(dataset);
  });
});

describe('effectiveCorrections', () => {
  const all = [
    correct('gel/d.wav', 'd', null),
    correct('gel/d.wav', 'd', 'pia'),
    correct('gac/b.wav', 'b', 'gac'),
    correct('gel/c.wav', 'other', 'pia'),
    correct('old/place.wav', 'x', null),
  ];

  test('are those that change something, under the path and label that the clip has now', () => {
    expect(
      effectiveCorrections(dataset.clips, all).map(({ clip, sha256, from, to }) => [clip, sha256, from, to]),
    ).toEqual([
      ['gac/a.wav', 'x', 'gac', null],
      ['gel/c.wav', 'x', 'gel', null],
      ['gel/d.wav', 'd', 'gel', 'pia'],
    ]);
  });

  test('do the same as all of them', () => {
    expect(applyCorrections(dataset, effectiveCorrections(dataset.clips, all))).toEqual(applyCorrections(dataset, all));
  });

  test('are counted by what they do', () => {
    expect(countCorrections(effectiveCorrections(dataset.clips, all))).toEqual({ relabelled: 1, leftOut: 2 });
    expect(countCorrections([])).toEqual({ relabelled: 0, leftOut: 0 });
  });
});
