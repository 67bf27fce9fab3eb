import { expect, it } from 'vitest';
import { splitWarnings } from '../../../renderer/words/training-warnings.ts';

const side = (clips: number) => ({ side: 'training' as const, clips, recordings: 40 });
const split = (clips: number, labels: readonly string[]) => ({
  counts: labels.map((label) => ({ label, ...side(clips) })),
  totals: [{ ...side(clips), windows: clips }],
});

it('a dataset is tiny by its clips, however many labels each has', () => {
  const several = splitWarnings(split(120, ['cel', 'vio', 'voi']), (code) => code);
  expect(several.join()).toContain('A tiny dataset: 120 clips to learn from');
  expect(splitWarnings(split(240, ['cel']), (code) => code)).toEqual([]);
});

it('recordings are few where few are held back, in a cross-validation where there are few in all', () => {
  const counts = [
    { label: 'cel', side: 'training' as const, clips: 300, recordings: 8 },
    { label: 'cel', side: 'validation' as const, clips: 80, recordings: 2 },
  ];
  const one = { counts, totals: [{ ...side(300), windows: 300 }] };
  expect(splitWarnings(one, (code) => code)).toEqual(['Few recordings held back, so that each decides much: cel (2).']);
  expect(splitWarnings(one, (code) => code, true)).toEqual([]);
});
