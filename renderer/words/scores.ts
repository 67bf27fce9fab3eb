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
export function scoredInWords({ clips, recordings, side }: Pick<Metrics, 'clips' | 'recordings' | 'side'>): string {
  return `${counted(clips, side === 'folder' ? 'clip' : `${side} clip`)} of ${counted(recordings, 'recording')}`;
}
