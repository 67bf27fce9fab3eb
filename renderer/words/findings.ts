import type { ClipRow } from '../../preload/contract.ts';

export type FindingKind = ClipRow['findings'][number]['kind'];

interface FindingWords {
  readonly title: string;
  readonly meaning: string;
  /** Whether such clips are kept out of training. */
  readonly leftOut: boolean;
}

/** What can be said about a clip, the worst first. */
export const FINDINGS: Readonly<Record<FindingKind, FindingWords>> = {
  unreadable: { title: 'Unreadable', meaning: 'could not be opened', leftOut: true },
  empty: { title: 'Empty', meaning: 'nothing in it', leftOut: true },
  'too-short': { title: 'Too short', meaning: 'not enough to learn from', leftOut: true },
  silent: { title: 'Silent', meaning: 'nothing to be heard', leftOut: true },
  'contradictory-label': { title: 'Contradictory label', meaning: 'the same sound under two classes', leftOut: false },
  duplicate: { title: 'Duplicate', meaning: 'the same sound twice', leftOut: false },
  damaged: { title: 'Damaged', meaning: 'readable only in part', leftOut: false },
  clipped: { title: 'Clipped', meaning: 'too loud when recorded', leftOut: false },
};

const KINDS: ReadonlySet<string> = new Set(Object.keys(FINDINGS));

export function isFindingKind(value: string): value is FindingKind {
  return KINDS.has(value);
}
