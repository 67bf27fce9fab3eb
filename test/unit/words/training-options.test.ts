import { describe, expect, it } from 'vitest';
import { MOST_MEMBERS } from '../../../main/engine/model/members.ts';
import {
  DEFAULT_VALUES,
  OPTION_GROUPS,
  toOtherSounds,
  toTraining,
  toValues,
} from '../../../renderer/words/training-options.ts';

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

describe('networks side by side', () => {
  const field = OPTION_GROUPS.flatMap(({ options }) => options).find(({ key }) => key === 'members');

  it('are as many as the run had that is repeated', () => {
    expect(toValues(toTraining('instrunet', { ...DEFAULT_VALUES, members: 3 })).members).toBe(3);
    expect(toValues({ ...toTraining('instrunet', DEFAULT_VALUES), members: undefined }).members).toBe(1);
  });

  it('can be chosen for a new network only', () => {
    const shown = (preset: string | null): boolean | undefined =>
      field?.when?.(toValues(toTraining(preset, DEFAULT_VALUES)));
    expect(shown('instrunet')).toBe(true);
    expect(shown(null)).toBe(false);
  });

  it('are at most as many as the engine trains', () => {
    expect(field).toMatchObject({ kind: 'number', min: 1, max: MOST_MEMBERS });
  });
});
