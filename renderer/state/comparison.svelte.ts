import type { Failure, Outputs, RunDetail } from '../../preload/contract.ts';
import { call, failureOf } from './bridge.ts';

type Scored = RunDetail & { readonly metrics: NonNullable<RunDetail['metrics']> };
export type PairedScores = Outputs['runs.compare'];

export interface Compared {
  readonly first: Scored;
  readonly second: Scored;
  readonly paired: PairedScores;
}

/** Two runs beside each other; the older one is the first. */
class Comparison {
  /** Ids of the runs; null while all are listed. */
  pair = $state.raw<readonly [string, string] | null>(null);
  result = $state.raw<Compared | null>(null);
  failure = $state.raw<Failure | null>(null);

  async open(first: string, second: string): Promise<void> {
    const pair = [first, second] as const;
    this.pair = pair;
    this.result = null;
    this.failure = null;
    try {
      const [one, other, paired] = await Promise.all([
        call('runs.get', { run: first }),
        call('runs.get', { run: second }),
        call('runs.compare', { first, second }),
      ]);
      if (this.pair !== pair || !isScored(one) || !isScored(other)) return;
      this.result = { first: one, second: other, paired };
    } catch (error) {
      if (this.pair === pair) this.failure = failureOf(error);
    }
  }

  close(): void {
    this.pair = null;
  }
}

function isScored(detail: RunDetail): detail is Scored {
  return detail.metrics !== null;
}

export const comparison = new Comparison();
