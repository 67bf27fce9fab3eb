import { InvalidArgumentError } from 'commander';
import { MOST_FOLDS, type Fold } from '../engine/dataset/fold.ts';

/** Parsers for commander: each throws `InvalidArgumentError`, which ends in exit code 2 with the option named. */

export function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/u.test(text.trim()) || value < low || value > high) {
      const range = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`;
      throw new InvalidArgumentError(`It must be a whole number ${range}.`);
    }
    return value;
  };
}

/** A number above `low` and, where given, below `high`. */
export function numberBetween(low: number, high: number, lowIncluded = false): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const aboveLow = lowIncluded ? value >= low : value > low;
    if (text.trim() === '' || !Number.isFinite(value) || !aboveLow || value >= high) {
      const from = lowIncluded ? `at least ${low}` : `above ${low}`;
      throw new InvalidArgumentError(`It must be a number ${from}${high === Infinity ? '' : ` and below ${high}`}.`);
    }
    return value;
  };
}

/** One part of a cross-validation, such as 2/5. */
export function foldOf(text: string): Fold {
  const [number = 0, of = 0] = /^(\d+)\/(\d+)$/u.exec(text.trim())?.slice(1).map(Number) ?? [];
  if (of < 2 || of > MOST_FOLDS || number < 1 || number > of) {
    throw new InvalidArgumentError(
      `It must be one part of at least two, such as 2/5: the second of five. More than ${MOST_FOLDS} parts are not made.`,
    );
  }
  return { number, of };
}

/** Class codes separated by commas, in the order of a network's outputs. */
export function codeList(text: string): string[] {
  const codes = text.split(',').map((code) => code.trim());
  if (codes.some((code) => code === '') || new Set(codes).size !== codes.length || codes.length < 2) {
    throw new InvalidArgumentError('It must be two or more different class codes separated by commas.');
  }
  return codes;
}
