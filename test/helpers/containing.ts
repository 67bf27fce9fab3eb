import { expect } from 'vitest';

/** A text with `part` in it, for comparisons. */
export function containing(part: string): unknown {
  return expect.stringContaining(part);
}

/** A text that fits, for comparisons. */
export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}
