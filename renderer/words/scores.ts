import type { RunDetail, SplitPreview } from '../../preload/contract.ts';
import { counted, integer, percent } from './format.ts';

export type Metrics = NonNullable<RunDetail['metrics']>;
export type SplitKind = NonNullable<Metrics['split']>;

/** Those of a cross-validation; micro F1 where clips have several labels. */
export interface FoldScores {
  readonly folds?: readonly (Readonly<{ accuracy: number }> | Readonly<{ microF1: number }>)[] | null;
}

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

/** What the network may have heard of the scored clips in its training; `bad` where it has, or probably has. */
export function heardInWords({
  clips,
  folds = null,
  leak,
  origin,
  side,
}: Pick<Metrics, 'clips' | 'leak' | 'origin' | 'side'> & FoldScores): {
  readonly words: string;
  readonly bad: boolean;
} {
  const which = side === 'folder' || folds !== null ? '' : side;
  if (leak !== null) return { words: leakInWords(leak, which), bad: leak.either > 0 };
  if (origin === null) {
    const words =
      'What the network was trained on is not known: if these recordings were among it, the score flatters.';
    return { words, bad: false };
  }
  const learned = `Trained on ${counted(origin.clips, 'clip')} of ${origin.data}`;
  if (origin.alike === 0) {
    const words = `${learned}, not known on which: if these recordings were among them, the score flatters.`;
    return { words, bad: false };
  }
  const alike = origin.alike === clips ? 'these' : `${integer(origin.alike)} of these`;
  const are = origin.alike === 1 ? 'is' : 'are';
  const words = `${learned}, and ${alike} ${are} named like those: it has probably heard many of these very clips, which flatters the score.`;
  return { words, bad: true };
}

/** Which clips were scored. */
export function scoredInWords({
  clips,
  folds = null,
  recordings,
  side,
  windows,
}: Pick<Metrics, 'clips' | 'recordings' | 'side' | 'windows'> & FoldScores): string {
  const heard = windows === undefined ? '' : `, heard in ${counted(windows, 'window')}`;
  const noun = side === 'folder' || folds !== null ? 'clip' : `${side} clip`;
  const each = folds === null ? '' : `, ${foldsInWords(folds)}`;
  return `${counted(clips, noun)} of ${counted(recordings, 'recording')}${heard}${each}`;
}

/** `3-fold cross-validation (64.4 %, 65.5 %, 65.1 %)`, or `(0.64, 0.66, 0.65)` of micro F1. */
function foldsInWords(folds: NonNullable<FoldScores['folds']>): string {
  const each = folds.map((fold) => ('accuracy' in fold ? percent(fold.accuracy) : fold.microF1.toFixed(2))).join(', ');
  return `${String(folds.length)}-fold cross-validation (${each})`;
}

/** Whether the scored clips had a say in which epoch was kept; null where they had not. */
export function selectionCaveat({ folds = null, training }: Pick<Metrics, 'training'> & FoldScores): string | null {
  if (training?.selectedOnValidation !== true) return null;
  const epoch = folds === null ? `Epoch ${String(training.selectedEpoch)}` : 'The epoch of each fold';
  return `${epoch} was chosen on these clips, which flatters the score.`;
}

/** What a network that was trained further had perhaps heard before; null where nothing speaks against the score. */
export function baseCaveat({ base, clips }: Pick<Metrics, 'base' | 'clips'>): string | null {
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
