import { describe, expect, test } from 'vitest';
import type { Side } from '../../../main/engine/dataset/split.ts';
import { parseSplitCsv, sidesFromRows, splitRows, toSplitCsv } from '../../../main/engine/dataset/split-rows.ts';
import { makeClip } from '../../helpers/make-clip.ts';
import { matching } from '../../helpers/containing.ts';

const clips = [
  makeClip('cel', '0041', ' a "b", c\nd '),
  makeClip('vio', 'vio/x', 'é', { path: ' vio/é.wav ', group: '0041' }),
];
const sides: Side[] = ['training', 'validation'];

describe('the rows of a split', () => {
  test('are a table of clip, sha256, recording, group, label and side', () => {
    const csv = toSplitCsv(splitRows(clips.slice(1), ['test']));
    expect(csv).toBe('clip,sha256,recording,group,label,side\n vio/é.wav ,vio/é.wav,vio/x,0041,vio,test\n');
  });

  test('come back from the table as they were, whatever the names', () => {
    const rows = splitRows(clips, sides);
    expect(parseSplitCsv(toSplitCsv(rows))).toEqual(rows);
    expect(sidesFromRows([...clips].reverse(), rows)).toEqual(['validation', 'training']);
  });

  test.each([
    ['a new clip', [...clips, makeClip('vio', 'r', 'new')], /vio\/new\.wav is new/],
    ['a clip that is gone', clips.slice(1), /is gone/],
    ['other content', [{ ...clips[0], sha256: 'y' }, clips[1]], /has other content/],
    ['another label', [{ ...clips[0], label: 'pia' }, clips[1]], /is labelled pia, not cel/],
  ])('do not fit a dataset with %s', (_, changed, message) => {
    const rows = splitRows(clips, sides);
    expect(() => sidesFromRows(changed as typeof clips, rows)).toThrow(
      expect.objectContaining({ code: 'incompatible-run', message: matching(message) }),
    );
  });

  test('tell how many windows clips are heard in, where that is not one each', () => {
    const rows = splitRows(clips, sides, [4, 1]);
    const csv = toSplitCsv(rows);
    expect(csv.split('\n')[0]).toBe('clip,sha256,recording,group,label,side,windows');
    expect(parseSplitCsv(csv)).toEqual(rows);
    expect(sidesFromRows(clips, rows, [4, 1])).toEqual(sides);
    expect(() => sidesFromRows(clips, rows, [3, 1])).toThrow(/is heard in 3 windows, not in 4 windows/u);
    expect(() => sidesFromRows(clips, splitRows(clips, sides), [1, 2])).toThrow(/in 2 windows, not in one window/u);
  });

  test.each([
    ['another side', 'clip,sha256,recording,group,label,side\na,b,c,d,e,left\n'],
    ['a missing column', 'clip,sha256\na,b\n'],
    ['a broken quote', 'clip,sha256,recording,group,label,side\n"a,b\n'],
  ])('a table with %s is refused', (_, text) => {
    expect(() => parseSplitCsv(text)).toThrow(expect.objectContaining({ code: 'incompatible-run' }));
  });
});
