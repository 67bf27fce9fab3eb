import { describe, expect, test } from 'vitest';
import { labelClips } from '../../../main/engine/dataset/label-clips.ts';
import { parseLabelsCsv } from '../../../main/engine/dataset/labels-csv.ts';
import { containing } from '../../helpers/containing.ts';

const labelsOf = (paths: readonly string[], csv?: string) => {
  const { layout, clips, warnings } = labelClips(paths, csv === undefined ? undefined : parseLabelsCsv(csv));
  return { layout, labels: Object.fromEntries(clips.map(({ path, label }) => [path, label])), clips, warnings };
};

describe('class folders', () => {
  test('the first folder is the label, at any depth below it', () => {
    const { layout, labels } = labelsOf(['vio/a.wav', 'vio/x/y/b.WAV', 'Flûte [alto]/c.mp3']);
    expect(layout).toBe('class-folders');
    expect(labels).toEqual({ 'vio/a.wav': 'vio', 'vio/x/y/b.WAV': 'vio', 'Flûte [alto]/c.mp3': 'Flûte [alto]' });
  });

  test('both Unicode forms of a folder are one class', () => {
    const { clips } = labelsOf(['Flûte/a.wav', `${'Flûte'.normalize('NFD')}/b.wav`]);
    expect(new Set(clips.map(({ label }) => label)).size).toBe(1);
  });

  test('clips without a folder are left out with a warning', () => {
    const { labels, warnings } = labelsOf(['vio/a.wav', 'stray.wav', 'vio/b__1.wav', 'vio/b__2.wav']);
    expect(labels).not.toHaveProperty('stray.wav');
    expect(warnings).toEqual([
      { message: 'Left out: one clip in no class folder and without an IRMAS name.', paths: ['stray.wav'] },
    ]);
  });

  test('a few IRMAS names among others do not decide the label, but give the recording', () => {
    const { layout, clips } = labelsOf([
      'bowed/a.wav',
      'bowed/[vio][cla]0123__1.wav',
      'struck/[pia][cla]0200__1.wav',
      'struck/b.wav',
    ]);
    expect(layout).toBe('class-folders');
    expect(clips.map(({ label, recording }) => [label, recording])).toEqual([
      ['bowed', 'bowed/a'],
      ['bowed', '0123'],
      ['struck', '0200'],
      ['struck', 'struck/b'],
    ]);
  });

  test('says that nothing tells recordings apart where nothing does', () => {
    expect(labelsOf(['vio/a.wav', 'vio/b.wav']).warnings[0]?.message).toContain(
      'each counts as a recording of its own',
    );
    expect(labelsOf(['vio/a__1.wav', 'vio/a__2.wav']).warnings).toEqual([]);
  });
});

describe('IRMAS names', () => {
  test('the first tag is the label, whatever the folder', () => {
    const { layout, labels, warnings } = labelsOf([
      'IRMAS-TrainingData/cla/[cla][cla]0150__1.wav',
      'IRMAS-TrainingData/cel/031__[cel][nod][cla]0020__1.wav',
      '[pia][jaz_blu]1471__3.wav',
    ]);
    expect(layout).toBe('irmas-names');
    expect(Object.values(labels)).toEqual(['cla', 'cel', 'pia']);
    expect(warnings).toEqual([]);
  });

  test('where folder and name contradict, the name is taken and a warning names the clips', () => {
    const { labels, warnings } = labelsOf(['vio/[cel][cla]0150__1.wav', 'vio/[vio][cla]0151__1.wav']);
    expect(labels['vio/[cel][cla]0150__1.wav']).toBe('cel');
    expect(warnings).toEqual([
      { message: containing('the label of the name was taken'), paths: ['vio/[cel][cla]0150__1.wav'] },
    ]);
  });

  test('clips of other names take the label of their folder', () => {
    const { layout, labels } = labelsOf(['vio/[vio][cla]0151__1.wav', 'vio/[vio][cla]0151__2.wav', 'vio/own take.wav']);
    expect(layout).toBe('irmas-names');
    expect(labels['vio/own take.wav']).toBe('vio');
  });
});

describe('labels.csv', () => {
  test('overrides folder and name, label and recording', () => {
    const { layout, clips, warnings } = labelsOf(
      ['cel/[cel][cla]0150__1.wav', 'cel/[cel][cla]0151__1.wav'],
      'path,label,recording\ncel/[cel][cla]0150__1.wav,vio,tape 1\ncel/[cel][cla]0151__1.wav,cel,\n',
    );
    expect(layout).toBe('labels-csv');
    expect(clips).toEqual([
      { path: 'cel/[cel][cla]0150__1.wav', label: 'vio', recording: 'tape 1' },
      { path: 'cel/[cel][cla]0151__1.wav', label: 'cel', recording: '0151' },
    ]);
    expect(warnings).toEqual([]);
  });

  test('reports rows about files that are not there', () => {
    const { warnings } = labelsOf(['a.wav'], 'path,label,recording\na.wav,vio,r\ngone.wav,vio,r\n');
    expect(warnings).toEqual([
      { message: 'labels.csv names one clip that is not in the folder.', paths: ['gone.wav'] },
    ]);
  });

  test('clips it does not list keep the label of their class folder, with a warning', () => {
    const { labels, warnings } = labelsOf(
      ['vio/a.wav', 'vio/b.wav', 'vio/c.wav'],
      'path,label,recording\nvio/a.wav,cel,r1\n',
    );
    expect(labels).toEqual({ 'vio/a.wav': 'cel', 'vio/b.wav': 'vio', 'vio/c.wav': 'vio' });
    expect(warnings.map(({ paths }) => paths)).toEqual([['vio/b.wav', 'vio/c.wav']]);
  });

  test('a folder whose clips it lists with other labels is no class', () => {
    const { labels, warnings } = labelsOf(
      ['audio/a.wav', 'audio/b.wav', 'audio/c.wav'],
      'path,label,recording\naudio/a.wav,vio,r1\naudio/b.wav,cel,r2\n',
    );
    expect(labels).toEqual({ 'audio/a.wav': 'vio', 'audio/b.wav': 'cel' });
    expect(warnings.map(({ paths }) => paths)).toEqual([['audio/c.wav']]);
  });

  test('finds files whose names are in the other Unicode form', () => {
    const path = 'café.wav'.normalize('NFD');
    expect(labelsOf([path], 'path,label\ncafé.wav,vio\n').labels).toEqual({ [path]: 'vio' });
  });
});
