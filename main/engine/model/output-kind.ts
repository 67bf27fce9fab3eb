/**
 * How a network answers. `softmax`: one class out of all, and its probabilities sum to 1. `sigmoid`: each class by itself,
 * so that several may be there, or none.
 */
export const OUTPUT_KINDS = ['softmax', 'sigmoid'] as const;

export type OutputKind = (typeof OUTPUT_KINDS)[number];
