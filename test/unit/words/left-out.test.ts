import { describe, expect, it } from 'vitest';
import type { RunCard } from '../../../preload/contract.ts';
import { leftOutInWords } from '../../../renderer/words/left-out.ts';

const clean = { clips: 3000, usableClips: 3000, findings: { duplicate: 4 } };

function run(found: Partial<RunCard['run']['dataset']>, failed: RunCard['failedClips'] = { count: 0, first: [] }) {
  return { run: { dataset: { ...clean, ...found } as RunCard['run']['dataset'] }, failedClips: failed };
}

describe('what is said of clips that could not be used', () => {
  it('is nothing where all could be, whatever else was found', () => {
    expect(leftOutInWords(run({}))).toBeNull();
  });

  it('is how many, and what was found', () => {
    const found = { usableClips: 1798, findings: { duplicate: 4, unreadable: 1200, silent: 2 } };
    expect(leftOutInWords(run(found))).toEqual({
      title: '1,202 clips of the folder could not be used',
      reasons: ['Found when the folder was looked through: unreadable 1,200, silent 2.'],
    });
  });

  it('names the first of those that were found out later, and counts the rest', () => {
    const one = { clip: 'vio/a.wav', message: 'a.wav is gone.' };
    expect(leftOutInWords(run({}, { count: 1, first: [one] }))).toEqual({
      title: '1 clip of the folder could not be used',
      reasons: ['vio/a.wav: a.wav is gone.'],
    });
    const many = leftOutInWords(run({ usableClips: 2999 }, { count: 1500, first: [one] }));
    expect(many?.title).toContain('1,501 clips');
    expect(many?.reasons.at(-1)).toBe('And 1,499 more, named in run.json.');
  });
});
