import { describe, expect, it } from 'vitest';
import { isNamedLike, namedLike } from '../../../main/engine/workflows/named-like.ts';
import { makeClip, makeDataset } from '../../helpers/make-clip.ts';

const named = [makeClip('cel', '0001', '[cel][cla]0001__1'), makeClip('cel', '0001', '012__[cel][nod]0001__2')];
const other = makeClip('vio', 'bach', 'bach_1');

describe('clips named like those a network was trained on', () => {
  it('are counted by their names, whatever says their labels', () => {
    const dataset = { ...makeDataset([...named, other]), layout: 'labels-csv' } as const;
    expect(namedLike('irmas', dataset, dataset.clips)).toBe(2);
    expect(isNamedLike('irmas', dataset)).toBe(true);
    expect(isNamedLike('irmas', makeDataset([...named, other, makeClip('vio', 'bach', 'bach_2')]))).toBe(false);
  });

  it('are none of the sample dataset, nor of a network of which nothing is known', () => {
    const dataset = makeDataset(named);
    expect(namedLike('irmas', { ...dataset, synthetic: true }, named)).toBe(0);
    expect(namedLike(null, dataset, named)).toBe(0);
    expect(isNamedLike(null, makeDataset([]))).toBe(false);
  });
});
