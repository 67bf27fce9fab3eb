import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Meter } from '../../../main/engine/training/meter.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('gives means over clips, not over batches, and clips a second', () => {
  const meter = new Meter(100, []);
  vi.advanceTimersByTime(1000);
  meter.add({ count: 30, lossSum: 30, correct: 30 });
  vi.advanceTimersByTime(1000);
  meter.add({ count: 10, lossSum: 50, correct: 0 });
  expect(meter.measured()).toEqual({ loss: 2, accuracy: 0.75, clipsPerSecond: 20 });
});

it('estimates the time left from the rate, and from what earlier epochs took besides training', () => {
  const earlier = { epoch: 1, loss: 1, accuracy: 1, valLoss: 1, valAccuracy: 1, seconds: 7, clipsPerSecond: 20 };
  const meter = new Meter(100, [earlier]);
  vi.advanceTimersByTime(2000);
  meter.add({ count: 40, lossSum: 0, correct: 0 });
  expect(meter.secondsLeft(2)).toBeCloseTo((60 + 200) / 20 + 3 * 2);
});
