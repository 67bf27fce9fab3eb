import type { RunDetail, SplitPreview } from '../../preload/contract.ts';
import { counted, integer } from './format.ts';

export type Metrics = NonNullable<RunDetail['metrics']>;
export type SplitKind = NonNullable<Metrics['split']>;

export const SPLITS: Readonly<Record<SplitKind, string>> = {
  grouped: 'split by recording',
  random: 'split at random by clip',
};

/** What the held-back clips have in common with training, in a sentence. */
export function leakInWords(
  { validationClips, sharedRecording, identicalClip, either }: SplitPreview['leak'],
  side: string,
): string {
  const clips = `${integer(validationClips)} ${side} ${validationClips === 1 ? 'clip' : 'clips'}`;
  if (either === 0) return `0 of ${clips} share a recording with training.`;
  const what =
    identicalClip === 0
      ? 'share a recording with training'
      : sharedRecording === 0
        ? 'are identical to a training clip'
        : 'share a recording with training or are identical to a clip there';
  return `${integer(either)} of ${clips} ${what}: expect less on new recordings.`;
}

/** Which clips were scored. */
export function scoredInWords({
  clips,
  recordings,
  side,
  windows,
}: Pick<Metrics, 'clips' | 'recordings' | 'side' | 'windows'>): string {
  const heard = windows === undefined ? '' : `, heard in ${counted(windows, 'window')}`;
  return `${counted(clips, side === 'folder' ? 'clip' : `${side} clip`)} of ${counted(recordings, 'recording')}${heard}`;
}

/** What a network that was trained further had perhaps heard before; null where nothing speaks against the score. */
export function baseCaveat({ base, clips }: Metrics): string | null {
  if (base === null) return null;
  const began = `Trained further from ${base.name}`;
  if (base.suspected) {
    return `${began}, which learned from recordings that these are named like: it has probably heard some of them.`;
  }
  if (base.leak === null) return `${began}: whether that had heard these recordings is not known.`;
  if (base.leak.either > 0) {
    return `${began}, which has learned from the recordings of ${integer(base.leak.either)} of these ${counted(clips, 'clip')}.`;
  }
  return base.complete ? null : `${began}: what that was itself begun from is not known clip by clip.`;
}
