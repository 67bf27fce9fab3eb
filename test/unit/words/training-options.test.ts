import { describe, expect, it } from 'vitest';
import { DEFAULT_VALUES, toOtherSounds, toTraining, toValues } from '../../../renderer/words/training-options.ts';

const ownSounds = { name: 'Rain', choice: { kind: 'folder', grant: 'a' } } as const;

describe('a folder of sounds without an instrument', () => {
  it('is asked for where each instrument is judged by itself, and only there', () => {
    expect(toOtherSounds({ ...DEFAULT_VALUES, outputs: 'sigmoid', ownSounds })).toEqual(ownSounds.choice);
    expect(toOtherSounds({ ...DEFAULT_VALUES, outputs: 'softmax', ownSounds })).toBeUndefined();
    expect(toOtherSounds({ ...DEFAULT_VALUES, outputs: 'sigmoid' })).toBeUndefined();
  });

  it('is none of the options that are stored', () => {
    const options = toTraining('instrunet', { ...DEFAULT_VALUES, outputs: 'sigmoid', ownSounds });
    expect(options).not.toHaveProperty('ownSounds');
    expect(toValues(options).ownSounds).toBeNull();
  });
});
