import type { Random } from '../common/random.ts';

/** Clips that must stay together. */
export interface ClipGroup {
  readonly id: string;
  /** Its clips of each class. */
  readonly counts: readonly number[];
}

/** More groups of several classes than this are not tried pair by pair. */
const MAX_SWAPPED = 400;
const MAX_PASSES = 20;
/** More than any deviation from the wanted shares. */
const SHORTAGE_COST = 1e9;
const NONE = -1;

/**
 * Draws groups so that of each class nearly `wanted` clips are drawn, at least one group is drawn and at least `leave` are
 * left. Groups of one class, mostly all, are drawn exactly as near as their sizes permit; those of several classes before
 * that, by improving a first choice as long as moving one or swapping two helps.
 * @param wanted clips of each class, fractions allowed
 * @returns ids; where groups of several classes make it impossible, a class may stay without a group on one side
 */
export function drawGroups(
  groups: readonly ClipGroup[],
  wanted: readonly number[],
  leave: number,
  random: Random,
): Set<string> {
  const shuffled = random.shuffle(groups);
  const mixed = shuffled.filter(isMixed);
  const pure = wanted.map((_, label) => shuffled.filter((group) => !isMixed(group) && (group.counts[label] ?? 0) > 0));
  const drawn = drawMixed(
    mixed,
    pure.map((ofClass) => ofClass.length),
    shares(groups, wanted),
    leave,
  );
  pure.forEach((ofClass, label) => {
    const drawnMixed = mixed.filter(({ id, counts }) => drawn.has(id) && (counts[label] ?? 0) > 0);
    const leftMixed = mixed.filter(({ id, counts }) => !drawn.has(id) && (counts[label] ?? 0) > 0);
    const already = drawnMixed.reduce((sum, { counts }) => sum + (counts[label] ?? 0), 0);
    const sizes = ofClass.map(({ counts }) => counts[label] ?? 0);
    const target = (wanted[label] ?? 0) - already;
    const chosen = drawSizes(sizes, target, drawnMixed.length > 0 ? 0 : 1, Math.max(0, leave - leftMixed.length));
    for (const index of chosen) {
      const group = ofClass[index];
      if (group !== undefined) drawn.add(group.id);
    }
  });
  return drawn;
}

function isMixed({ counts }: ClipGroup): boolean {
  return counts.filter((count) => count > 0).length > 1;
}

/** Of each class the share of its clips that is wanted. */
function shares(groups: readonly ClipGroup[], wanted: readonly number[]): number[] {
  return wanted.map((clips, label) => clips / groups.reduce((sum, { counts }) => sum + (counts[label] ?? 0), 0));
}

/**
 * Draws from groups of several classes the same share of each class, and so that the groups of one class (`pureCount` of
 * each) can still give every side what it lacks.
 */
function drawMixed(
  mixed: readonly ClipGroup[],
  pureCount: readonly number[],
  share: readonly number[],
  leave: number,
): Set<string> {
  const chosen = mixed.map(() => false);
  const classes = share.map((ofClass, label) => {
    const counts = mixed.map((group) => group.counts[label] ?? 0);
    const clips = counts.reduce((sum, count) => sum + count, 0);
    const groups = counts.filter((count) => count > 0).length;
    return { counts, clips, groups, target: ofClass * clips, drawnClips: 0, drawnGroups: 0 };
  });
  const flip = (index: number): void => {
    const sign = chosen[index] === true ? -1 : 1;
    chosen[index] = sign > 0;
    for (const ofClass of classes) {
      const count = ofClass.counts[index] ?? 0;
      ofClass.drawnClips += sign * count;
      if (count > 0) ofClass.drawnGroups += sign;
    }
  };
  const cost = (): number =>
    classes.reduce((sum, { clips, groups, target, drawnClips, drawnGroups }, label) => {
      if (clips === 0) return sum;
      const lacking = Math.max(0, 1 - drawnGroups) + Math.max(0, leave - (groups - drawnGroups));
      const shortage = Math.max(0, lacking - (pureCount[label] ?? 0));
      return sum + (drawnClips - target) ** 2 / clips + SHORTAGE_COST * shortage;
    }, 0);

  let best = cost();
  const improves = (...flips: number[]): boolean => {
    flips.forEach(flip);
    const next = cost();
    if (next < best) {
      best = next;
      return true;
    }
    flips.forEach(flip);
    return false;
  };
  for (let pass = 0, improved = true; improved && pass < MAX_PASSES; pass++) {
    improved = false;
    for (let index = 0; index < mixed.length; index++) {
      if (improves(index)) improved = true;
      if (mixed.length > MAX_SWAPPED) continue;
      for (let other = 0; other < index; other++) {
        if (chosen[index] !== chosen[other] && improves(index, other)) improved = true;
      }
    }
  }
  return new Set(mixed.filter((_, index) => chosen[index]).map(({ id }) => id));
}

/**
 * Chooses items whose sizes sum as near to `target` as is possible with at least `least` items (0 or 1) chosen and at
 * least `leave` not. Of all such choices it takes one from the front of the list, so that a shuffled list gives a random one.
 * @param sizes whole numbers from 1
 * @returns indices; none where it is impossible
 */
function drawSizes(sizes: readonly number[], target: number, least: number, leave: number): number[] {
  const candidates = sizes.slice(0, sizes.length - Math.max(0, leave - 1));
  const total = candidates.reduce((sum, size) => sum + size, 0);
  const high = leave > 0 ? total - 1 : total;
  const limit = Math.min(high, Math.ceil(Math.max(0, target)) + Math.max(0, ...new Set(candidates)));
  if (limit < least) return [];
  const ideal = Math.min(limit, Math.max(least, Math.round(target)));

  /** For each sum the first item with which it can be reached, or NONE. */
  const reachedWith = new Int32Array(limit + 1).fill(NONE);
  const reached = (sum: number): boolean => sum === 0 || reachedWith[sum] !== NONE;
  for (let item = 0; item < candidates.length && !reached(ideal); item++) {
    const size = candidates[item] ?? 0;
    for (let sum = limit; sum >= size; sum--) {
      if (!reached(sum) && reached(sum - size)) reachedWith[sum] = item;
    }
  }

  let nearest: number | undefined;
  for (let sum = least; sum <= limit; sum++) {
    if (!reached(sum)) continue;
    if (nearest === undefined || Math.abs(sum - target) < Math.abs(nearest - target)) nearest = sum;
  }
  const items: number[] = [];
  for (let sum = nearest ?? 0; sum > 0;) {
    const item = reachedWith[sum] ?? NONE;
    items.push(item);
    sum -= candidates[item] ?? sum;
  }
  return items;
}
