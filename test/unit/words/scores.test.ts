import { describe, expect, it } from 'vitest';
import { heardInWords, scoredInWords } from '../../../renderer/words/scores.ts';
import { starterOnWords } from '../../../renderer/words/starter.ts';

const unknown = { clips: 40, side: 'folder', leak: null } as const;
const from = (alike: number) => heardInWords({ ...unknown, origin: { data: 'IRMAS', clips: 3883, alike } });

describe('what a network may have heard of the clips that are scored', () => {
  it('is what is known of its training where that is not known clip by clip', () => {
    expect(heardInWords({ ...unknown, origin: null }).words).toContain('trained on is not known');
    expect(from(0)).toEqual({
      words:
        'Trained on 3,883 clips of IRMAS, not known on which: if these recordings were among them, the score flatters.',
      bad: false,
    });
  });

  it('is a warning where the clips are named like those', () => {
    expect(from(40)).toMatchObject({ bad: true });
    expect(from(40).words).toContain('and these are named like those: it has probably heard many of these very clips');
    expect(from(1).words).toContain('1 of these is named like those');
  });

  it('is the leak where that is known', () => {
    const leak = { validationClips: 40, sharedRecording: 3, identicalClip: 0, either: 3 };
    expect(heardInWords({ ...unknown, leak, origin: null })).toMatchObject({ bad: true });
    expect(heardInWords({ ...unknown, leak: { ...leak, sharedRecording: 0, either: 0 }, origin: null }).bad).toBe(
      false,
    );
  });
});

it('the clips of a cross-validation are no side, and are told with what each fold had', () => {
  const folds = [0.5, 0.625].map((accuracy) => ({ clips: 40, accuracy, temperature: null }));
  const scored = { clips: 80, recordings: 30, side: 'validation', windows: undefined } as const;
  expect(scoredInWords(scored)).toBe('80 validation clips of 30 recordings');
  expect(scoredInWords({ ...scored, folds })).toBe(
    '80 clips of 30 recordings, 2-fold cross-validation (50.0 %, 62.5 %)',
  );
});

describe('before the network of the app is scored', () => {
  it('is said what it was trained on, and of a folder named like IRMAS that it has probably heard it', () => {
    const on = (layout: 'irmas-names' | 'class-folders', synthetic = false) =>
      starterOnWords({ data: 'irmas' }, { layout, synthetic });
    expect(on('irmas-names')).toMatchObject({ bad: true });
    expect(on('irmas-names').words).toContain('probably heard many of these very clips');
    expect(on('irmas-names', true).bad).toBe(false);
    expect(on('class-folders').words).toBe(
      'It was trained on clips of IRMAS; it is not known on which, and those would flatter the score.',
    );
  });
});
