import type { CorrectionCounts } from '../dataset/corrections.ts';
import type { Interval } from './bootstrap.ts';

const WHOLE = new Intl.NumberFormat('en');

/** `1072` → `1,072`. */
export function count(value: number): string {
  return WHOLE.format(value);
}

/** `count(1, 'clip')` → `1 clip`, `count(2, 'clip')` → `2 clips`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `0.4689` → `46.9 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** ` [44.1–49.8]`, in per cent with a space before it, or nothing where there is no interval. */
export function bracket(interval: Interval | null): string {
  if (interval === null) return '';
  const [low, high] = interval.map((share) => (share * 100).toFixed(1));
  return ` [${low ?? ''}–${high ?? ''}]`;
}

/** `3 labels corrected, 2 clips left out`. */
export function correctionsInWords({ relabelled, leftOut }: CorrectionCounts): string {
  const parts = [
    ...(relabelled > 0 ? [`${counted(relabelled, 'label')} corrected`] : []),
    ...(leftOut > 0 ? [`${counted(leftOut, 'clip')} left out`] : []),
  ];
  return parts.join(', ');
}
