import { expect, it } from 'vitest';
import { splitWarnings } from '../../../renderer/words/training-warnings.ts';

const side = (clips: number) => ({ side: 'training' as const, clips, recordings: 40 });
const split = (clips: number, labels: readonly string[]) => ({
  counts: labels.map((label) => ({ label, ...side(clips) })),
  totals: [side(clips)],
});

it('a dataset is tiny by its clips, however many labels each has', () => {
  const several = splitWarnings(split(120, ['cel', 'vio', 'voi']), (code) => code);
  expect(several.join()).toContain('A tiny dataset: 120 clips to learn from');
  expect(splitWarnings(split(240, ['cel']), (code) => code)).toEqual([]);
});
