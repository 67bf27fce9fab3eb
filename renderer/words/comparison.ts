import type { Compared } from '../state/comparison.svelte.ts';
import { integer } from './format.ts';
import { SPLITS } from './scores.ts';

/** Points of a per cent with their sign: `+3.1`, `−0.4`, `0.0`. */
export function signedPoints(difference: number): string {
  return signed(difference * 100, 1);
}

export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value > 0 ? '+' : '−'}${text}`;
}

/** Whether both runs were scored on the very same clips. */
export function haveSameClips({ paired: { clips } }: Compared): boolean {
  return clips.shared === clips.first && clips.shared === clips.second;
}

/** Why the two headline figures must not simply be subtracted, in sentences; none where they may be. */
export function obstacles(compared: Compared): string[] {
  const { first, second, paired } = compared;
  const [one, other] = [first.metrics, second.metrics];
  const found: string[] = [];
  if (!haveSameClips(compared)) {
    const { clips } = paired;
    found.push(
      clips.shared === 0
        ? `They were scored on different clips: none of the ${integer(clips.first)} and ${integer(clips.second)} is the same.`
        : `They were scored on different clips: ${integer(clips.shared)} of the ${integer(clips.first)} of A and ${integer(clips.second)} of B are the same.`,
    );
  }
  if (one.split !== null && other.split !== null && one.split !== other.split) {
    found.push(`One was ${SPLITS[one.split]}, the other ${SPLITS[other.split]}.`);
  }
  if ((one.leak?.either ?? 0) > 0 !== (other.leak?.either ?? 0) > 0) {
    found.push('Only one of them was scored on recordings that it was trained on.');
  }
  if (one.dataset.synthetic !== other.dataset.synthetic) {
    found.push('One was scored on synthetic sound, the other on recordings.');
  }
  return found;
}
