import type { Metrics } from './scores.ts';
import { counted } from './format.ts';

type CorrectionCounts = NonNullable<Metrics['corrections']>;

/** What a mark says of its clip, for a sentence that begins with it. */
export function markInWords(to: string | null): string {
  return to === null ? 'is left out' : `is ${to}`;
}

/** `3 labels corrected, 2 clips left out`. */
export function correctionsInWords({ relabelled, leftOut }: CorrectionCounts): string {
  return [
    ...(relabelled > 0 ? [`${counted(relabelled, 'label')} corrected`] : []),
    ...(leftOut > 0 ? [`${counted(leftOut, 'clip')} left out`] : []),
  ].join(', ');
}
