import { createHash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * A seeded source of random numbers whose sequence is the same on every machine: integer arithmetic only.
 * `key` names the purpose, so that drawing more numbers for one purpose never shifts another's.
 */
export class Random {
  readonly #generator;

  constructor(seed: number, key = '') {
    const digest = createHash('sha256')
      .update(`${String(seed)}\n${key}`)
      .digest();
    this.#generator = xoroshiro128plus(digest.readInt32LE(0));
  }

  /** A whole number from 0 to `limit` - 1. */
  integer(limit: number): number {
    return uniformInt(this.#generator, 0, limit - 1);
  }

  /** A number from 0 (included) to 1 (excluded), in steps of 2^-32. */
  next(): number {
    return (this.#generator.next() >>> 0) / 0x100000000;
  }

  /** A number from `low` (included) to `high` (excluded). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(items.length)];
    if (item === undefined) throw new RangeError('cannot pick from an empty list');
    return item;
  }

  /** A shuffled copy (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const order = [...items];
    for (let last = order.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const a = order[last] as T;
      order[last] = order[other] as T;
      order[other] = a;
    }
    return order;
  }
}
