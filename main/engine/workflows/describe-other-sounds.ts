import { count, counted, percent } from '../evaluation/figures-in-words.ts';
import type { Run } from '../library/run-folder.ts';

/** What a trained network makes of sounds in which none of its classes sounds, in one sentence; null where it was not tried. */
export function describeOtherSounds({ classes, otherSounds, result }: Run): string | null {
  const tried = result?.takenForClasses ?? null;
  if (tried === null || otherSounds === null) return null;
  const { sounds, taken } = tried;
  const which = `${counted(sounds, 'sound')} without an instrument (${otherSounds.name}) held back from training`;
  const chosen = 'Its thresholds were chosen on these, too.';
  if (taken === 0) return `Of ${which} none was taken for an instrument. ${chosen}`;
  const nameOf = (code: string): string => classes.find((entry) => entry.code === code)?.name ?? code;
  const as = tried.classes.map(({ code, sounds: heard }) => `${nameOf(code)} ${count(heard)}`).join(', ');
  return `Of ${which} ${count(taken)} (${percent(taken / sounds)}) ${taken === 1 ? 'was' : 'were'} taken for an instrument: ${as}. ${chosen}`;
}
