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

/** How many clips corrections changed. */
export interface CorrectionCounts {
  /** Clips that were given another label. */
  readonly relabelled: number;
  readonly leftOut: number;
}

/**
 * Which correction counts for which clip, by the clip's path. A correction is about the clip of its path and content; where
 * that path is gone, about clips of its content; where the path has other content by now, about nothing. Of several about
 * one clip the last one counts.
 */
export function correctionsByClip<C extends Correction>(
  clips: readonly Pick<Clip, 'path' | 'sha256'>[],
  corrections: readonly C[],
): Map<string, C> {
  const paths = new Set(clips.map(({ path }) => path));
  const byPath = new Map<string, C>();
  const byContent = new Map<string, C>();
  for (const correction of corrections) {
    if (paths.has(correction.clip)) byPath.set(correction.clip, correction);
    else if (correction.sha256 !== null) byContent.set(correction.sha256, correction);
  }
  const found = new Map<string, C>();
  for (const { path, sha256 } of clips) {
    const own = byPath.get(path);
    const correction =
      own !== undefined && own.sha256 === sha256 ? own : sha256 === null ? undefined : byContent.get(sha256);
    if (correction !== undefined) found.set(path, correction);
  }
  return found;
}

/**
 * The dataset as corrected. Groups stay: what joined two recordings is still so when the clip that showed it is left out.
 */
export function applyCorrections(dataset: Dataset, corrections: readonly Correction[]): Dataset {
  const byClip = correctionsByClip(dataset.clips, corrections);
  const corrected = dataset.clips.flatMap((clip): Clip[] => {
    const correction = byClip.get(clip.path);
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

/**
 * The corrections that change something about these clips, each under the path that its clip has now and with the label
 * that it has there, in the order of the clips. Applied to the same clips they do the same as all of them.
 */
export function effectiveCorrections(clips: readonly Clip[], corrections: readonly Correction[]): Correction[] {
  const byClip = correctionsByClip(clips, corrections);
  return clips.flatMap(({ path, sha256, label }): Correction[] => {
    const found = byClip.get(path);
    if (found === undefined || found.to === label) return [];
    const { to, note, created } = found;
    return [{ clip: path, sha256, from: label, to, note, created }];
  });
}

export function countCorrections(corrections: readonly Pick<Correction, 'to'>[]): CorrectionCounts {
  const leftOut = corrections.filter(({ to }) => to === null).length;
  return { relabelled: corrections.length - leftOut, leftOut };
}
