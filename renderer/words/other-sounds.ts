import type { RunDetail } from '../../preload/contract.ts';
import { counted, integer, percent } from './format.ts';

type Run = RunDetail['run'];

/** What a training makes of the user's own sounds without an instrument, in a sentence; null where there are none. */
export function learnedInWords({ otherSounds }: Pick<Run, 'otherSounds'>): string | null {
  if (otherSounds === null) return null;
  const { name, training, heldBack } = otherSounds;
  const held = heldBack === 0 ? 'none is held back, as they are one recording' : `${integer(heldBack)} held back`;
  return `Learns from ${counted(training, 'sound')} without an instrument (${name}), too; ${held}.`;
}

/** How many of them were taken for an instrument, for where there is little room; {@link takenInWords} says it whole. */
export function takenInShort({ otherSounds, result }: Pick<Run, 'otherSounds' | 'result'>): string | null {
  const tried = result?.takenForClasses ?? null;
  if (tried === null || otherSounds === null) return null;
  return `mistook ${tried.taken === 0 ? 'none' : integer(tried.taken)} of ${counted(tried.sounds, 'other sound')}`;
}

/** How many of them were taken for an instrument, as the engine says it (`describeOtherSounds`); null where none was tried. */
export function takenInWords({
  classes,
  otherSounds,
  result,
}: Pick<Run, 'classes' | 'otherSounds' | 'result'>): string | null {
  const tried = result?.takenForClasses ?? null;
  if (tried === null || otherSounds === null) return null;
  const { sounds, taken } = tried;
  const which = `${counted(sounds, 'sound')} without an instrument (${otherSounds.name}) held back from training`;
  const chosen = 'Its thresholds were chosen on these, too.';
  if (taken === 0) return `Of ${which} none was taken for an instrument. ${chosen}`;
  const nameOf = (code: string): string => classes.find((entry) => entry.code === code)?.name ?? code;
  const as = tried.classes.map(({ code, sounds: heard }) => `${nameOf(code)} ${integer(heard)}`).join(', ');
  return `Of ${which} ${integer(taken)} (${percent(taken / sounds)}) ${taken === 1 ? 'was' : 'were'} taken for an instrument: ${as}. ${chosen}`;
}
