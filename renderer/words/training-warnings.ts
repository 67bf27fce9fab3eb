import type { SplitPreview } from '../../preload/contract.ts';
import { counted, integer } from './format.ts';

/** With fewer recordings of a class held back, its score hangs on each single one. */
const FEW_HELD_BACK = 3;
const FEW_TRAINED_ON = 5;
/** Fewer training clips than this in all teach a network little. */
const TINY = 200;
/** Names that are said before the rest is counted. */
const NAMED = 5;

type SideCount = SplitPreview['counts'][number];

/**
 * What makes a score of this split say little, a sentence each.
 * @param folded whether it is one of a cross-validation, in which every recording is held back once
 */
export function splitWarnings(
  { counts, totals }: Pick<SplitPreview, 'counts' | 'totals'>,
  nameOf: (code: string) => string,
  folded = false,
): string[] {
  const training = counts.filter(({ side }) => side === 'training');
  const validation = counts.filter(({ side }) => side === 'validation');
  const held = folded ? validation.map((own) => together(own, training)) : validation;
  const clips = totals.find(({ side }) => side === 'training')?.clips ?? 0;
  const missing = held.filter((count) => count.clips === 0).map(({ label }) => nameOf(label));
  const fewHeld = held.filter(({ recordings }) => recordings > 0 && recordings < FEW_HELD_BACK);
  const fewTrained = training.filter(({ recordings }) => recordings < FEW_TRAINED_ON);
  return [
    ...(clips < TINY
      ? [`A tiny dataset: ${counted(clips, 'clip')} to learn from. Expect little, and read the score as a first hint.`]
      : []),
    ...(missing.length > 0 ? [`No clip of ${listed(missing)} is held back: how well it is heard stays unknown.`] : []),
    ...(fewTrained.length > 0
      ? [`Few recordings to learn from: ${listed(fewTrained.map((count) => withCount(count, nameOf)))}.`]
      : []),
    ...(fewHeld.length > 0
      ? [
          `Few recordings held back, so that each decides much: ${listed(fewHeld.map((count) => withCount(count, nameOf)))}.`,
        ]
      : []),
  ];
}

function together(own: SideCount, others: readonly SideCount[]): SideCount {
  const rest = others.filter(({ label }) => label === own.label);
  return {
    ...own,
    clips: rest.reduce((sum, { clips }) => sum + clips, own.clips),
    recordings: rest.reduce((sum, { recordings }) => sum + recordings, own.recordings),
  };
}

function withCount({ label, recordings }: SideCount, nameOf: (code: string) => string): string {
  return `${nameOf(label)} (${integer(recordings)})`;
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${integer(more)} more` : names.join(', ');
}
