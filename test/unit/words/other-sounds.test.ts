import { describe, expect, it } from 'vitest';
import { Random } from '../../../main/engine/common/random.ts';
import type { Run } from '../../../main/engine/library/run-folder.ts';
import { describeOtherSounds } from '../../../main/engine/workflows/describe-other-sounds.ts';
import { learnedInWords, takenInShort, takenInWords } from '../../../renderer/words/other-sounds.ts';

const CODES = ['cel', 'flu', 'vio'];
const DRAWS = 200;

type Tried = Pick<Run, 'classes' | 'otherSounds' | 'result'>;

/** Of a run, what the words are made of. */
function tried(takenForClasses: NonNullable<Run['result']>['takenForClasses'], name = 'Rain and speech'): Run {
  const otherSounds = { name, root: '/home/someone/rain', fingerprint: 'x', training: 1200, heldBack: 300 };
  const run = {
    classes: CODES.map((code) => ({ code, name: `the ${code}` })),
    otherSounds,
    result: { takenForClasses } as Run['result'],
  } satisfies Tried;
  return run as Run;
}

describe('what the page says of other sounds that were taken for an instrument', () => {
  it('is what the engine says', () => {
    const random = new Random(1, 'other sounds');
    const beginnings = new Set<string>();
    for (let draw = 0; draw < DRAWS; draw++) {
      const sounds = 1 + random.integer(draw % 2 === 0 ? 4 : 3000);
      const taken = random.integer(sounds + 1);
      const classes =
        taken === 0 ? [] : [...CODES, 'gone'].map((code) => ({ code, sounds: random.integer(taken) + 1 }));
      const run = tried({ sounds, taken, classes });
      const words = takenInWords(run);
      expect(words).toBe(describeOtherSounds(run));
      beginnings.add(taken === 0 ? 'none' : taken === 1 ? 'one' : 'several');
    }
    expect(beginnings.size).toBe(3);
  });

  it('is told in short where there is little room', () => {
    const short = (taken: number) => takenInShort(tried({ sounds: 1300, taken, classes: [] }));
    expect(short(1204)).toBe('mistook 1,204 of 1,300 other sounds');
    expect(short(0)).toBe('mistook none of 1,300 other sounds');
  });

  it('is nothing where none was tried, as the engine has it', () => {
    for (const run of [tried(null), { ...tried(null), otherSounds: null }, { ...tried(null), result: null }]) {
      expect(takenInWords(run)).toBeNull();
      expect(takenInShort(run)).toBeNull();
      expect(describeOtherSounds(run)).toBeNull();
    }
  });
});

describe('what the page says of other sounds that are learned from', () => {
  it('is how many, and how many are held back to try them on', () => {
    expect(learnedInWords(tried(null))).toBe(
      'Learns from 1,200 sounds without an instrument (Rain and speech), too; 300 held back.',
    );
    const { otherSounds } = tried(null);
    const one = otherSounds === null ? null : { ...otherSounds, training: 1, heldBack: 0 };
    expect(learnedInWords({ otherSounds: one })).toContain('1 sound without an instrument');
    expect(learnedInWords({ otherSounds: one })).toContain('none is held back');
    expect(learnedInWords({ otherSounds: null })).toBeNull();
  });
});
