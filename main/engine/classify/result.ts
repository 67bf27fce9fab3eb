import type { ErrorCode } from '../common/errors.ts';
import type { ClassName } from '../dataset/dataset.ts';
import type { Decision } from '../model/decision.ts';

/** How the windows of a file become one verdict. */
export type Aggregation = 'mean' | 'sum-max';

/** The verdict on a file or a window in which nothing is to be heard. */
export const SILENT = 'silent';

export interface ScoredClass {
  /** Class code. */
  readonly label: string;
  readonly name: string;
  /** 0 to 1. With the aggregation `sum-max` a file's strongest class has 1, and they do not sum to 1. */
  readonly probability: number;
}

/** What counts as heard: never a class that the network itself does not believe in. */
export type Outcome =
  /** The most probable first; just one where the network names one class out of all. */
  | { readonly kind: 'instruments'; readonly heard: readonly ScoredClass[] }
  /** Something sounds, and it is none of the network's classes. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unsure' }
  | { readonly kind: 'silent' };

export interface ClassifiedWindow {
  /** Seconds from the beginning of the file. */
  readonly start: number;
  readonly end: number;
  readonly silent: boolean;
  /** The most probable classes, best first; empty for a silent window. */
  readonly top: readonly ScoredClass[];
  /** One probability a class, in the order of the network's; none for a silent window. */
  readonly scores: readonly number[];
  readonly outcome: Outcome;
}

export interface FileError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: string;
}

/** What became of one file. */
export interface ClassifiedFile {
  /** Path as it was given, or within the folder that was given. */
  readonly file: string;
  /** The outcome in one line: class codes with semicolons, `none of these`, `not sure`, `silent`; null where it could not be read. */
  readonly verdict: string | null;
  /** Null where the file could not be read. */
  readonly outcome: Outcome | null;
  /** By what the outcome was decided. */
  readonly decision: Decision;
  /** All that the network knows, in the order of its outputs. */
  readonly classes: readonly ClassName[];
  readonly top: readonly ScoredClass[];
  /** The mean of the windows' probabilities, one a class; none where nothing is to be heard. */
  readonly scores: readonly number[];
  /** In time. A spectrogram image is one window, as long as the clips that the model was trained on. */
  readonly windows: readonly ClassifiedWindow[];
  readonly error: FileError | null;
  readonly silent: boolean;
  /** Seconds; null for a spectrogram image and where the file could not be read. */
  readonly duration: number | null;
  /** Whether the file is shorter than a window, so that silence was put behind it. */
  readonly padded: boolean;
  readonly aggregation: Aggregation;
  /** Sentences about damage that did not prevent reading. */
  readonly warnings: readonly string[];
}
