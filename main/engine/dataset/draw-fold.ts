import { Random } from '../common/random.ts';
import { drawGroups, type ClipGroup } from './draw-groups.ts';
import type { Fold } from './fold.ts';

/** With fewer groups of a class in a fold than this, one more or less is a difference that counts. */
const FEW_IN_FOLD = 10;

/**
 * Divides groups into folds that have nearly the same number of clips of each class, and at least one group of it, and gives
 * one of the folds. Those of one seed are disjoint and hold all groups.
 * @param classes how many there are
 * @returns ids; where groups of several classes make it impossible, a class may stay without a group
 */
export function drawFold(
  groups: readonly ClipGroup[],
  classes: number,
  { number, of }: Fold,
  seed: number,
): ReadonlySet<string> {
  let rest = groups;
  for (let drawn = 1; drawn < of; drawn++) {
    const wanted = Array.from({ length: classes }, (_, label) => {
      const all = countOf(groups, label);
      const left = countOf(rest, label);
      // Of what is left an equal part, so that what the folds before lack does not all come to the last one.
      if (all.groups >= FEW_IN_FOLD * of) return left.clips / (of - drawn + 1);
      // Few groups do not come out even. Shifted by up to half a group, from class to class, they do so in other folds, so that
      // no fold has more of every class (systematic sampling).
      const shift = ((label + 0.5) / classes - 0.5) * (all.clips / Math.max(1, all.groups));
      return Math.max(0, (drawn * all.clips) / of + shift - (all.clips - left.clips));
    });
    const ids = drawGroups(rest, wanted, of - drawn, new Random(seed, `fold ${drawn}`));
    if (drawn === number) return ids;
    rest = rest.filter(({ id }) => !ids.has(id));
  }
  return new Set(rest.map(({ id }) => id));
}

function countOf(groups: readonly ClipGroup[], label: number): { readonly clips: number; readonly groups: number } {
  const counts = groups.map((group) => group.counts[label] ?? 0).filter((count) => count > 0);
  return { clips: counts.reduce((sum, count) => sum + count, 0), groups: counts.length };
}
