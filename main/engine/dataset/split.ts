import { EngineError } from '../common/errors.ts';
import { Random } from '../common/random.ts';
import { labelsOf, type ClassName, type Clip } from './dataset.ts';
import { drawFold } from './draw-fold.ts';
import { drawGroups, type ClipGroup } from './draw-groups.ts';
import type { Fold } from './fold.ts';
import { computeLeak } from './leak.ts';

export type SplitKind = 'grouped' | 'random';
export type Side = 'training' | 'validation' | 'test';

export interface SplitOptions {
  readonly kind: SplitKind;
  /** Share of clips on the validation side, above 0 and below 1; that of a fold goes by `fold` alone. */
  readonly validation: number;
  /** The part that is the validation side; null (the default) where it is drawn by its share. */
  readonly fold?: Fold | null | undefined;
  /** Share of clips on a test side that training and validation never touch; 0 (the default) for none. */
  readonly test?: number | undefined;
  readonly seed: number;
}

/** How much the validation side has in common with the training side: clips it could be recognised by. */
export interface Leak {
  readonly validationClips: number;
  /** Validation clips whose recording also gave training clips. */
  readonly sharedRecording: number;
  /** Validation clips of which a training clip is identical. */
  readonly identicalClip: number;
  /** Validation clips with either of these. */
  readonly either: number;
}

/** What one class has on one side; a clip with several labels counts for each. */
export interface SideCount {
  readonly label: string;
  readonly side: Side;
  readonly clips: number;
  readonly recordings: number;
}

/** What one side has in all, each clip and each recording once. */
export type SideTotal = Omit<SideCount, 'label'>;

export interface Split {
  /** One for each clip, in the order of the clips. */
  readonly sides: readonly Side[];
  readonly leak: Leak;
  /** The same counted for the test side, or null where there is none. */
  readonly testLeak: Leak | null;
  /** Every class on every side, in the order of the classes. */
  readonly counts: readonly SideCount[];
  readonly totals: readonly SideTotal[];
}

/**
 * Puts every clip on a side. The same clips, options and seed give the same split on every machine.
 *
 * `grouped`: no group is divided; each class's share comes as near to the wanted one as its groups permit, and each class
 * has at least one group on every side. `random`: every clip by itself, without regard to group or class, as most
 * published splits are made; the first `round(share * clips)` of a seeded shuffle are held back.
 *
 * With a fold, the clips that are not on the test side are dealt into so many parts by the same rules, and every clip is in
 * one of them: the folds of one seed validate on each clip once (scikit-learn: `StratifiedGroupKFold`).
 * @param clips usable clips only
 * @throws EngineError `invalid-argument` for shares that make no sense; `too-few-recordings` where a class cannot be on every
 *   side (`grouped`) or got no training clip (`random`)
 */
export function splitDataset(clips: readonly Clip[], classes: readonly ClassName[], options: SplitOptions): Split {
  const test = options.test ?? 0;
  checkShares(validationShare(options), test);
  const codes = classes.map(({ code }) => code);
  const sides = options.kind === 'grouped' ? grouped(clips, codes, options) : random(clips, options);
  const counts = countSides(clips, sides, codes, test > 0);
  const untrained = counts.find((count) => count.side === 'training' && count.clips === 0);
  if (untrained !== undefined) {
    throw new EngineError(
      'too-few-recordings',
      `No clip of ${untrained.label} came to the training side. Add clips of it, or split by recording.`,
    );
  }
  return {
    sides,
    leak: computeLeak(clips, sides),
    testLeak: test > 0 ? computeLeak(clips, sides, 'test') : null,
    counts,
    totals: sidesOf(test > 0).map((side) => totalOf(side, clips, sides)),
  };
}

/** Share of all clips that is wanted on the validation side. */
export function validationShare({ validation, fold, test = 0 }: Omit<SplitOptions, 'kind' | 'seed'>): number {
  return fold == null ? validation : (1 - test) / fold.of;
}

function checkShares(validation: number, test: number): void {
  if (validation > 0 && test >= 0 && validation + test < 1) return;
  throw new EngineError(
    'invalid-argument',
    `The validation share must be above 0 and, with the test share, below 1; given were ${validation} and ${test}.`,
  );
}

function random(clips: readonly Clip[], options: SplitOptions): Side[] {
  const order = new Random(options.seed, 'random split').shuffle(clips.map((_, index) => index));
  const sides = clips.map((): Side => 'training');
  const test = Math.round(clips.length * (options.test ?? 0));
  const rest = clips.length - test;
  const { fold } = options;
  const start = fold == null ? 0 : Math.round((rest * (fold.number - 1)) / fold.of);
  const end = fold == null ? Math.round(clips.length * options.validation) : Math.round((rest * fold.number) / fold.of);
  // The test side of all folds is the same.
  const testStart = fold == null ? end : rest;
  for (const index of order.slice(start, end)) sides[index] = 'validation';
  for (const index of order.slice(testStart, testStart + test)) sides[index] = 'test';
  return sides;
}

function grouped(clips: readonly Clip[], codes: readonly string[], options: SplitOptions): Side[] {
  const groups = groupsOf(clips, codes);
  const test = options.test ?? 0;
  const { fold } = options;
  const sideOf = new Map<string, Side>();
  const parts = fold?.of ?? 2;
  checkGroups(groups, codes, test > 0 ? parts + 1 : parts);
  const wanted = (share: number): number[] =>
    codes.map((_, index) => share * groups.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0));
  let rest = groups;
  if (test > 0) {
    const drawn = drawGroups(rest, wanted(test), parts, new Random(options.seed, 'test side'));
    for (const id of drawn) sideOf.set(id, 'test');
    rest = rest.filter(({ id }) => !drawn.has(id));
  }
  const drawn =
    fold == null
      ? drawGroups(rest, wanted(options.validation), 1, new Random(options.seed, 'validation side'))
      : drawFold(rest, codes.length, fold, options.seed);
  for (const id of drawn) sideOf.set(id, 'validation');
  checkSides(groups, codes, sideOf, test > 0);
  return clips.map(({ group }) => sideOf.get(group) ?? 'training');
}

/** Sorted by id, so that the order of the clips has no part in the draw. */
function groupsOf(clips: readonly Clip[], codes: readonly string[]): ClipGroup[] {
  const indexOf = new Map(codes.map((code, index) => [code, index]));
  const counts = new Map<string, number[]>();
  for (const clip of clips) {
    const ofGroup = counts.get(clip.group) ?? codes.map(() => 0);
    for (const label of labelsOf(clip)) {
      const index = indexOf.get(label);
      if (index === undefined) throw new EngineError('invalid-argument', `${label} is none of the classes to split.`);
      ofGroup[index] = (ofGroup[index] ?? 0) + 1;
    }
    counts.set(clip.group, ofGroup);
  }
  return [...counts.keys()].sort().map((id) => ({ id, counts: counts.get(id) ?? [] }));
}

function checkGroups(groups: readonly ClipGroup[], codes: readonly string[], needed: number): void {
  const short = codes.flatMap((code, index) => {
    const count = groups.filter(({ counts }) => (counts[index] ?? 0) > 0).length;
    return count < needed ? [`${code} (${count})`] : [];
  });
  if (short.length === 0) return;
  throw new EngineError(
    'too-few-recordings',
    `Too few independent recordings to split: ${short.join(', ')}. Each class needs at least ${needed}, so that no ` +
      'recording is on two sides. Add recordings of the class, take it out, or split at random, whose score will be too good.',
  );
}

/** Groups of several classes can make it impossible even where every class has enough of them. */
function checkSides(
  groups: readonly ClipGroup[],
  codes: readonly string[],
  sideOf: ReadonlyMap<string, Side>,
  withTest: boolean,
): void {
  for (const side of sidesOf(withTest)) {
    const onSide = groups.filter(({ id }) => (sideOf.get(id) ?? 'training') === side);
    const missing = codes.filter((_, index) => !onSide.some(({ counts }) => (counts[index] ?? 0) > 0));
    if (missing.length === 0) continue;
    throw new EngineError(
      'too-few-recordings',
      `The recordings of ${missing.join(', ')} hang together with those of other classes, so that none could be put on ` +
        `the ${side} side. Add recordings that hold only this class, or change the shares.`,
    );
  }
}

function sidesOf(withTest: boolean): readonly Side[] {
  return withTest ? ['training', 'validation', 'test'] : ['training', 'validation'];
}

function totalOf(side: Side, clips: readonly Clip[], sides: readonly Side[]): SideTotal {
  const own = clips.filter((_, index) => sides[index] === side);
  return { side, clips: own.length, recordings: new Set(own.map(({ recording }) => recording)).size };
}

function countSides(
  clips: readonly Clip[],
  sides: readonly Side[],
  codes: readonly string[],
  withTest: boolean,
): SideCount[] {
  const cells = new Map<string, { clips: number; recordings: Set<string> }>();
  clips.forEach((clip, index) => {
    for (const label of labelsOf(clip)) {
      const key = JSON.stringify([label, sides[index]]);
      const cell = cells.get(key) ?? { clips: 0, recordings: new Set<string>() };
      cell.clips++;
      cell.recordings.add(clip.recording);
      cells.set(key, cell);
    }
  });
  return codes.flatMap((label) =>
    sidesOf(withTest).map((side) => {
      const cell = cells.get(JSON.stringify([label, side]));
      return { label, side, clips: cell?.clips ?? 0, recordings: cell?.recordings.size ?? 0 };
    }),
  );
}
