import { z } from 'zod';

/**
 * When a network is believed. `best`: it names its likeliest class, and is not sure where that is below a probability.
 * `each`: it names every class whose probability reaches a threshold of its own, which may be none.
 */
export const DecisionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('best'), sureFrom: z.number().min(0).max(1) }),
  /** In the order of the network's outputs. */
  z.strictObject({ kind: z.literal('each'), thresholds: z.array(z.number().min(0).max(1)).readonly() }),
]);

export type Decision = Readonly<z.infer<typeof DecisionSchema>>;

/** A class counts as heard where it is likelier than not, unless something better is known. */
export const EVEN_ODDS = 0.5;
