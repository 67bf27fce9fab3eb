import { describe, expect, it } from 'vitest';
import { MOST_FOLDS } from '../../../main/engine/dataset/fold.ts';
import { MOST_MEMBERS } from '../../../main/engine/model/members.ts';
import {
  DEFAULT_VALUES,
  OPTION_GROUPS,
  problemsOf,
  toFolds,
  toOtherSounds,
  toSplit,
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

describe('cross-validation', () => {
  const values = { ...DEFAULT_VALUES, crossValidates: true, folds: 4, validation: 30, test: 10 };

  it('holds back one part after the other, and no test side', () => {
    expect(toSplit(values)).toEqual({
      ...{ split: 'grouped', validation: 0.25, test: 0, seed: 1 },
      fold: { number: 1, of: 4 },
    });
    expect(toTraining('instrunet', values)).toMatchObject({ validation: 0.25, test: 0 });
    expect(toTraining('instrunet', values)).not.toHaveProperty('fold');
    expect(toFolds(values)).toBe(4);
  });

  it('is left out where it is not chosen, and the shares are as they were', () => {
    const plain = { ...values, crossValidates: false };
    expect(toSplit(plain)).toEqual({ split: 'grouped', validation: 0.3, test: 0.1, seed: 1 });
    expect(toFolds(plain)).toBeUndefined();
  });

  it('is asked for again with as many folds where a run with it is repeated', () => {
    expect(toValues(toTraining('instrunet', values), 4)).toMatchObject({
      crossValidates: true,
      folds: 4,
      validation: 20,
    });
    expect(toValues(toTraining('instrunet', values)).crossValidates).toBe(false);
  });

  it('has its own field wrong, and no share that is not shown', () => {
    expect(Object.keys(problemsOf({ ...values, folds: 1, validation: NaN, test: 99 }))).toEqual(['folds']);
    expect(Object.keys(problemsOf({ ...values, crossValidates: false, folds: 1, validation: NaN }))).toEqual([
      'validation',
    ]);
  });

  it('has at most as many folds as the engine makes', () => {
    const field = OPTION_GROUPS.flatMap(({ options }) => options).find(({ key }) => key === 'folds');
    expect(field).toMatchObject({ kind: 'number', min: 2, max: MOST_FOLDS });
  });
});
