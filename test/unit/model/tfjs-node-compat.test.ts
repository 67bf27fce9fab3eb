import { expect, it } from 'vitest';
import { restoreUtilFunctions } from '../../../main/engine/model/tfjs-node-compat.ts';

it('puts the removed functions back where they are missing', () => {
  const target: NonNullable<Parameters<typeof restoreUtilFunctions>[0]> = {};
  restoreUtilFunctions(target);
  expect([null, undefined, 0, ''].map((value) => target.isNullOrUndefined?.(value))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([[], {}, 'text'].map((value) => target.isArray?.(value))).toEqual([true, false, false]);
});

it('leaves functions that are there alone, however often it is called', () => {
  const isArray = (): boolean => false;
  const target = { isArray };
  restoreUtilFunctions(target);
  restoreUtilFunctions(target);
  expect(target.isArray).toBe(isArray);
});
