import { labelsOf, type Clip, type Dataset } from './dataset.ts';
import { classesOf, findIdentical, fingerprintOf } from './relations.ts';

/** What the user said about one clip. The audio itself is never touched. */
export interface Correction {
  /** Path of the clip when it was corrected. */
  readonly clip: string;
  /** Content of the clip then, by which it is found again when it was moved; null for a clip that could not be read. */
  readonly sha256: string | null;
  /** The label that was wrong. */
  readonly from: string;
  /** The right label, or null: the clip is left out. */
  readonly to: string | null;
  readonly note: string;
  /** ISO 8601, UTC. */
  readonly created: string;
}

/**
 * The dataset as corrected. A correction is about the clip of its path and content; where that path is gone, about clips of
 * its content; where the path has other content by now, about nothing. Of several about one clip the last one counts.
 * Groups stay: what joined two recordings is still so when the clip that showed it is left out.
 */
export function applyCorrections(dataset: Dataset, corrections: readonly Correction[]): Dataset {
  const paths = new Set(dataset.clips.map(({ path }) => path));
  const byPath = new Map<string, Correction>();
  const byContent = new Map<string, Correction>();
  for (const correction of corrections) {
    if (paths.has(correction.clip)) byPath.set(correction.clip, correction);
    else if (correction.sha256 !== null) byContent.set(correction.sha256, correction);
  }
  const corrected = dataset.clips.flatMap((clip): Clip[] => {
    const correction = correctionOf(clip, byPath, byContent);
    if (correction === undefined) return [clip];
    return correction.to === null ? [] : [relabelled(clip, correction.from, correction.to)];
  });
  const clips = findIdentical(corrected);
  return { ...dataset, clips, classes: classesOf(clips), fingerprint: fingerprintOf(clips) };
}

/** Of several labels only the wrong one is replaced. */
function relabelled(clip: Clip, from: string, to: string): Clip {
  const labels = labelsOf(clip);
  if (labels.length === 1) return { ...clip, label: to };
  const [label = to, ...furtherLabels] = new Set(labels.map((given) => (given === from ? to : given)));
  return { ...clip, label, furtherLabels };
}

function correctionOf(
  clip: Clip,
  byPath: ReadonlyMap<string, Correction>,
  byContent: ReadonlyMap<string, Correction>,
): Correction | undefined {
  const own = byPath.get(clip.path);
  if (own !== undefined && own.sha256 === clip.sha256) return own;
  return clip.sha256 === null ? undefined : byContent.get(clip.sha256);
}
