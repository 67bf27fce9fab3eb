import type { ErrorCode } from '../common/errors.ts';

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

export interface ClassifiedWindow {
  /** Seconds from the beginning of the file. */
  readonly start: number;
  readonly end: number;
  readonly silent: boolean;
  /** The most probable classes, best first; empty for a silent window. */
  readonly top: readonly ScoredClass[];
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
  /** Class code of the best class, `silent`, or null where the file could not be read. */
  readonly verdict: string | null;
  readonly top: readonly ScoredClass[];
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
