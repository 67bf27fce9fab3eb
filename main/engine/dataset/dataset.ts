/** How labels were found in a folder. */
export const LAYOUTS = ['class-folders', 'irmas-names', 'irmas-test', 'labels-csv'] as const;

export type Layout = (typeof LAYOUTS)[number];

/** What the clips are: sound, or pictures of spectrograms. */
export type ClipKind = 'audio' | 'image';

/** What a scan can say about one clip. Unreadable, empty, too short and silent clips are not trained on (`isUsable`). */
export const FINDING_KINDS = [
  'unreadable',
  'empty',
  'too-short',
  'silent',
  'clipped',
  'damaged',
  'duplicate',
  'contradictory-label',
] as const;

export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  readonly kind: FindingKind;
  /** One sentence for the user: what is wrong, with the other clips named where there are some. */
  readonly message: string;
}

/** One labelled piece of sound (or its picture) in a dataset folder. */
export interface Clip {
  /** Path inside the dataset folder, with `/` on every system. Identifies the clip. */
  readonly path: string;
  readonly kind: ClipKind;
  /** Class code, for example `vio`; the first one where the clip has several. */
  readonly label: string;
  /** The other right answers of a clip that has more than one. `labelsOf` gives all. */
  readonly furtherLabels?: readonly string[] | undefined;
  /** What the clip was cut from. Clips of one recording are never independent. */
  readonly recording: string;
  /** Recordings joined because they share an identical clip. */
  readonly group: string;
  readonly bytes: number;
  /** Milliseconds since 1970; with `bytes` it tells a rescan whether the file changed. */
  readonly modified: number;
  /** SHA-256 of the decoded content (samples or pixels), or null where it could not be read. */
  readonly sha256: string | null;
  /** Seconds of sound; null for pictures and unreadable clips. */
  readonly duration: number | null;
  readonly findings: readonly Finding[];
}

export interface ClassName {
  readonly code: string;
  /** Full name: the IRMAS name for its codes, otherwise the code itself. */
  readonly name: string;
}

/** Something about the folder or about files that became no clips: one sentence for the user, and the files it is about. */
export interface ScanWarning {
  readonly message: string;
  /** Paths inside the dataset folder. */
  readonly paths: readonly string[];
}

/** Files that are not the dataset's clips, counted by what they are. */
export interface IgnoredFiles {
  /** Lower case with its dot, for example `.txt`; `no extension`; or `hidden` for files that systems hide. */
  readonly extension: string;
  readonly count: number;
}

/** A folder of labelled clips, as found. */
export interface Dataset {
  /** Absolute path of the folder. */
  readonly root: string;
  readonly name: string;
  readonly layout: Layout;
  readonly kinds: readonly ClipKind[];
  /** In alphabetical order of the code: the order of the network's outputs. */
  readonly classes: readonly ClassName[];
  /** Sorted by path. Unusable clips are among them, with their finding. */
  readonly clips: readonly Clip[];
  /** SHA-256 over paths, labels, recordings and content hashes: the same folder gives the same fingerprint. */
  readonly fingerprint: string;
  /** True where the clips were made by the built-in synthesis; said wherever the dataset is shown. */
  readonly synthetic: boolean;
  readonly warnings: readonly ScanWarning[];
  readonly ignored: readonly IgnoredFiles[];
}

const UNUSABLE: ReadonlySet<FindingKind> = new Set(['unreadable', 'empty', 'too-short', 'silent']);

/** All right answers about a clip, in the order in which they were given. */
export function labelsOf({ label, furtherLabels = [] }: Pick<Clip, 'label' | 'furtherLabels'>): readonly string[] {
  return [label, ...furtherLabels];
}

/**
 * Whether a folder holds recordings with several right answers, which only a network that judges each class by itself can
 * learn from. IRMAS's test set is one as a whole, though many of its excerpts carry a single label.
 */
export function holdsSeveralLabels({ layout, clips }: Pick<Dataset, 'layout' | 'clips'>): boolean {
  return layout === 'irmas-test' || clips.some((clip) => labelsOf(clip).length > 1);
}

/** Whether a clip can be trained on and scored. */
export function isUsable(clip: Clip): boolean {
  return clip.sha256 !== null && !clip.findings.some((finding) => UNUSABLE.has(finding.kind));
}
