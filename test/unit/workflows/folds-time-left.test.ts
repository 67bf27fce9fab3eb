import { describe, expect, it } from 'vitest';
import type { BatchEvent } from '../../../main/engine/training/fit.ts';
import { FoldsTimeLeft } from '../../../main/engine/workflows/folds-time-left.ts';

const EPOCHS = 10;
const BATCHES = 10;

/** A batch of a training that takes a second a batch. */
function batchAfter(done: number): BatchEvent {
  const epoch = Math.floor((done - 1) / BATCHES) + 1;
  return {
    ...{ type: 'batch', epoch, epochs: EPOCHS, batch: done - (epoch - 1) * BATCHES, batches: BATCHES },
    ...{ loss: 1, accuracy: 0.5, clipsPerSecond: 32, unit: 'clips', secondsLeft: EPOCHS * BATCHES - done },
  };
}

describe('what is left of a training', () => {
  it('without folds is what its batches say', () => {
    expect(new FoldsTimeLeft().secondsLeft(batchAfter(25))).toBe(75);
  });

  it('with folds counts those to come as long as this one', () => {
    const timeLeft = new FoldsTimeLeft();
    timeLeft.begin({ number: 1, of: 3 });
    expect(timeLeft.secondsLeft(batchAfter(25))).toBe(275);
    timeLeft.begin({ number: 3, of: 3 });
    expect(timeLeft.secondsLeft(batchAfter(25))).toBe(75);
  });

  it('towards the end of a fold goes by how long the fold was before', () => {
    const timeLeft = new FoldsTimeLeft();
    timeLeft.begin({ number: 1, of: 2 });
    timeLeft.secondsLeft(batchAfter(50));
    expect(timeLeft.secondsLeft({ ...batchAfter(99), secondsLeft: 8 })).toBe(108);
    expect(timeLeft.secondsLeft(batchAfter(100))).toBe(100);
  });

  it('counts the folds to come also where the first is gone on with near its end', () => {
    const timeLeft = new FoldsTimeLeft();
    timeLeft.begin({ number: 1, of: 2 });
    expect(timeLeft.secondsLeft(batchAfter(95))).toBe(105);
  });
});
