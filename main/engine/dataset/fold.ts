import { z } from 'zod';

/** More folds than that are more networks than anybody trains. */
export const MOST_FOLDS = 20;

/** One of the parts of equal size into which cross-validation divides the clips; each is the validation side once. */
export const FoldSchema = z
  .strictObject({
    /** From 1. */
    number: z.int().min(1),
    /** How many parts there are. */
    of: z.int().min(2).max(MOST_FOLDS),
  })
  .refine(({ number, of }) => number <= of, 'There are not so many folds.');

export type Fold = Readonly<z.infer<typeof FoldSchema>>;

/** `fold 2 of 5`. */
export function foldInWords({ number, of }: Fold): string {
  return `fold ${number} of ${of}`;
}
