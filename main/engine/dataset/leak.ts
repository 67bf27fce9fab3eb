import type { Clip } from './dataset.ts';
import type { Leak, Side } from './split.ts';

/**
 * Counts how many clips of a held-back side could be recognised by a training clip. Looks at recordings and contents alone,
 * whatever made the split.
 * @param sides one for each clip
 */
export function computeLeak(
  clips: readonly Pick<Clip, 'recording' | 'sha256'>[],
  sides: readonly Side[],
  heldBack: Exclude<Side, 'training'> = 'validation',
): Leak {
  const recordings = new Set<string>();
  const contents = new Set<string>();
  clips.forEach((clip, index) => {
    if (sides[index] !== 'training') return;
    recordings.add(clip.recording);
    if (clip.sha256 !== null) contents.add(clip.sha256);
  });
  const leak = { validationClips: 0, sharedRecording: 0, identicalClip: 0, either: 0 };
  clips.forEach((clip, index) => {
    if (sides[index] !== heldBack) return;
    const sharesRecording = recordings.has(clip.recording);
    const isIdentical = clip.sha256 !== null && contents.has(clip.sha256);
    leak.validationClips++;
    if (sharesRecording) leak.sharedRecording++;
    if (isIdentical) leak.identicalClip++;
    if (sharesRecording || isIdentical) leak.either++;
  });
  return leak;
}
