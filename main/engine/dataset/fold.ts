/** More folds than that are more networks than anybody trains. */
export const MOST_FOLDS = 20;

/** One of the parts of equal size into which cross-validation divides the clips; each is the validation side once. */
export interface Fold {
  /** From 1. */
  readonly number: number;
  /** How many parts there are, from 2 to `MOST_FOLDS`. */
  readonly of: number;
}

/** `fold 2 of 5`. */
export function foldInWords({ number, of }: Fold): string {
  return `fold ${number} of ${of}`;
}
