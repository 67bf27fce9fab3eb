import { describe, expect, test } from 'vitest';
import { recordingsOf } from '../../../main/engine/dataset/recordings.ts';

/** The label is the first folder. */
const recordings = (...paths: string[]): string[] =>
  recordingsOf(paths.map((path) => ({ path, label: path.split('/')[0] ?? '' })));

describe('recordingsOf', () => {
  test('takes the number of an IRMAS name, in whatever class and folder', () => {
    expect(recordings('gac/[gac][pop_roc]0672__1.wav', 'gel/x/010__[gel][dru][pop_roc]0672__2.png')).toEqual([
      '0672',
      '0672',
    ]);
  });

  test('joins clips numbered behind two underscores', () => {
    expect(recordings('vio/duo__1.wav', 'vio/duo__23.wav', 'vio/solo.wav')).toEqual(['vio/duo', 'vio/duo', 'vio/solo']);
  });

  test('joins numbered clips where a class has several series', () => {
    expect(recordings('vio/bach_1.wav', 'vio/bach_2.wav', 'vio/biber-1.wav', 'vio/biber-2.wav')).toEqual([
      'vio/bach',
      'vio/bach',
      'vio/biber',
      'vio/biber',
    ]);
    expect(recordings('vio/anna/1.wav', 'vio/anna/2.wav', 'vio/ben/1.wav', 'vio/ben/2.wav')).toEqual([
      'vio/anna',
      'vio/anna',
      'vio/ben',
      'vio/ben',
    ]);
  });

  test('takes no number for a segment where a class is merely counted through', () => {
    expect(recordings('vio/violin_1.wav', 'vio/violin_2.wav', 'cel/cello_1.wav', 'cel/cello_2.wav')).toEqual([
      'vio/violin_1',
      'vio/violin_2',
      'cel/cello_1',
      'cel/cello_2',
    ]);
    expect(recordings('vio/1.wav', 'vio/2.wav', 'vio/intro.wav')).toEqual(['vio/1', 'vio/2', 'vio/intro']);
    expect(recordings('vio/a_001.wav', 'vio/a_002.wav', 'vio/b_001.wav', 'vio/b_002.wav')).toHaveLength(4);
  });

  test('needs two clips for a series', () => {
    expect(recordings('vio/bach_1.wav', 'vio/bach_2.wav', 'vio/opus_3.wav')).toEqual([
      'vio/bach_1',
      'vio/bach_2',
      'vio/opus_3',
    ]);
  });

  test('keeps equal names in different folders apart and joins equal names with other extensions', () => {
    expect(recordings('vio/a/take.wav', 'vio/b/take.wav', 'vio/b/take.flac')).toEqual([
      'vio/a/take',
      'vio/b/take',
      'vio/b/take',
    ]);
  });

  test('a sub-folder by itself joins nothing', () => {
    expect(recordings('vio/pizzicato/low.wav', 'vio/pizzicato/high.wav')).toEqual([
      'vio/pizzicato/low',
      'vio/pizzicato/high',
    ]);
  });

  test('gives the same recording for both Unicode forms of a name', () => {
    const [composed, decomposed] = recordings('vio/Dvořák__1.wav', 'vio/Dvořák__2.wav'.normalize('NFD'));
    expect(decomposed).toBe(composed);
  });
});
