import { FINDING_KINDS, isUsable, labelsOf, type Clip, type Dataset, type FindingKind } from './dataset.ts';

/** What one class has; a clip with several labels counts for each. Recordings, groups and seconds are of its usable clips. */
export interface ClassSummary {
  readonly code: string;
  readonly name: string;
  readonly clips: number;
  readonly usableClips: number;
  readonly recordings: number;
  readonly groups: number;
  readonly seconds: number;
}

export interface DatasetSummary {
  readonly clips: number;
  readonly usableClips: number;
  readonly recordings: number;
  readonly groups: number;
  /** Of the usable clips that are sound. */
  readonly seconds: number;
  /** Clips with each kind of finding; kinds nobody has are missing. */
  readonly findings: Readonly<Partial<Record<FindingKind, number>>>;
  /** How many clips carry so many labels, by that number; one row where every clip has one. */
  readonly labelCounts: readonly { readonly labels: number; readonly clips: number }[];
  readonly perClass: readonly ClassSummary[];
}

/** Counts of a dataset, whole and by class. */
export function summarise(dataset: Dataset): DatasetSummary {
  return {
    ...counts(dataset.clips),
    findings: findingCounts(dataset.clips),
    labelCounts: labelCounts(dataset.clips),
    perClass: dataset.classes.map(({ code, name }) => ({
      code,
      name,
      ...counts(dataset.clips.filter((clip) => labelsOf(clip).includes(code))),
    })),
  };
}

function counts(clips: readonly Clip[]): Omit<ClassSummary, 'code' | 'name'> {
  const usable = clips.filter(isUsable);
  return {
    clips: clips.length,
    usableClips: usable.length,
    recordings: new Set(usable.map(({ recording }) => recording)).size,
    groups: new Set(usable.map(({ group }) => group)).size,
    seconds: usable.reduce((total, { duration }) => total + (duration ?? 0), 0),
  };
}

function labelCounts(clips: readonly Clip[]): DatasetSummary['labelCounts'] {
  const sizes = clips.map((clip) => labelsOf(clip).length);
  return [...new Set(sizes)]
    .sort((a, b) => a - b)
    .map((labels) => ({ labels, clips: sizes.filter((size) => size === labels).length }));
}

function findingCounts(clips: readonly Clip[]): Partial<Record<FindingKind, number>> {
  const found: Partial<Record<FindingKind, number>> = {};
  for (const kind of FINDING_KINDS) {
    const count = clips.filter(({ findings }) => findings.some((finding) => finding.kind === kind)).length;
    if (count > 0) found[kind] = count;
  }
  return found;
}
