import { expect, it } from 'vitest';
import { heardEach } from '../../../main/engine/evaluation/heard-each.ts';

const classes = ['a', 'b', 'c'].map((code) => ({ code, name: code }));
const row = (label: number, ...probabilities: number[]) => ({
  ...{ clip: 'x', group: 'x', recording: 'x', label, probabilities },
});

it('counts what is heard, what of that is right, and what is right and heard alone, each class from its own threshold on', () => {
  const rows = [
    row(0, 0.5, 0.1, 0.1),
    row(0, 0.5, 0.3, 0.1),
    row(1, 0.6, 0.29, 0.1),
    row(2, 0.49, 0.29, 0.89),
    row(2, 0, 0, 0.9),
  ];
  expect(heardEach({ classes, outputs: 'sigmoid', rows }, [0.5, 0.3, 0.9])).toEqual({
    ...{ clips: 5, named: 4, right: 3, alone: 2 },
  });
});
