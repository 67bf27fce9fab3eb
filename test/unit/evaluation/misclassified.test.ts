import { describe, expect, it } from 'vitest';
import { confusedPairs, confusions, misclassifiedClips } from '../../../main/engine/evaluation/misclassified.ts';
import { IRMAS_CLASSES } from '../../fixtures/evaluation/synthetic-predictions.ts';

const classes = IRMAS_CLASSES.slice(0, 3);
const matrix = [
  [8, 2, 0],
  [1, 3, 0],
  [2, 0, 0],
];

describe('misclassified clips', () => {
  it('come most confident first, equally confident ones by name, right ones not at all', () => {
    const row = (clip: string, label: number, probabilities: number[]) => ({
      ...{ clip, group: 'g', recording: `recording of ${clip}`, label, probabilities },
    });
    const wrong = misclassifiedClips({
      classes,
      rows: [
        row('unsure.wav', 0, [0.3, 0.4, 0.3]),
        row('right.wav', 2, [0, 0.1, 0.9]),
        row('b.wav', 1, [0.8, 0.15, 0.05]),
        row('a.wav', 2, [0.1, 0.8, 0.1]),
      ],
    });
    expect(wrong.map(({ clip }) => clip)).toEqual(['a.wav', 'b.wav', 'unsure.wav']);
    expect(wrong[1]).toEqual({
      ...{ clip: 'b.wav', recording: 'recording of b.wav', label: 'cla', predicted: 'cel' },
      ...{ probability: 0.8, labelProbability: 0.15 },
    });
  });

  it('add up to confusions with a direction, most clips and then the larger share first', () => {
    expect(confusions(matrix, classes)).toEqual([
      { label: 'flu', predicted: 'cel', clips: 2, share: 1 },
      { label: 'cel', predicted: 'cla', clips: 2, share: 0.2 },
      { label: 'cla', predicted: 'cel', clips: 1, share: 0.25 },
    ]);
  });

  it('add up to pairs whichever way they were confused', () => {
    expect(confusedPairs(matrix, classes)).toEqual([
      { first: 'cel', second: 'cla', clips: 3, firstAsSecond: 2, secondAsFirst: 1 },
      { first: 'cel', second: 'flu', clips: 2, firstAsSecond: 0, secondAsFirst: 2 },
    ]);
  });
});
