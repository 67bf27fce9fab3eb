import { describe, expect, it } from 'vitest';
import { bestEpoch, shouldStop } from '../../../main/engine/training/early-stopping.ts';
import type { EpochRecord } from '../../../main/engine/training/history.ts';

function historyOf(valLosses: number[]): EpochRecord[] {
  return valLosses.map((valLoss, index) => ({
    epoch: index + 1,
    loss: 1,
    accuracy: 0.5,
    valLoss,
    valAccuracy: 1 - valLoss,
    seconds: 1,
    clipsPerSecond: 1,
  }));
}

describe('bestEpoch', () => {
  it('is the smallest loss or the largest accuracy, the earlier of equals', () => {
    const history = historyOf([0.5, 0.3, 0.4, 0.3]);
    expect(bestEpoch(history, 'valLoss')?.epoch).toBe(2);
    expect(bestEpoch(history, 'valAccuracy')?.epoch).toBe(2);
    expect(bestEpoch([], 'valLoss')).toBeUndefined();
  });

  it('counts only improvements of more than minDelta', () => {
    expect(bestEpoch(historyOf([0.5, 0.45, 0.41, 0.35]), 'valLoss', 0.1)?.epoch).toBe(4);
    expect(bestEpoch(historyOf([0.5, 0.45, 0.41]), 'valLoss', 0.1)?.epoch).toBe(1);
  });
});

describe('shouldStop', () => {
  const options = { monitor: 'valLoss', minDelta: 0, patience: 2, restoreBestWeights: false } as const;

  it('stops once the best epoch lies `patience` epochs back', () => {
    expect(shouldStop(historyOf([0.5]), options)).toBe(false);
    expect(shouldStop(historyOf([0.5, 0.6]), options)).toBe(false);
    expect(shouldStop(historyOf([0.5, 0.6, 0.7]), options)).toBe(true);
    expect(shouldStop(historyOf([0.5, 0.6, 0.4]), options)).toBe(false);
  });

  it('stops at the first epoch that is no better when there is no patience', () => {
    expect(shouldStop(historyOf([0.5]), { ...options, patience: 0 })).toBe(false);
    expect(shouldStop(historyOf([0.5, 0.5]), { ...options, patience: 0 })).toBe(true);
  });
});
