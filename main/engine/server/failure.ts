import type { Failure } from '../../../preload/contract.ts';
import { isCancellation, toEngineError } from '../common/errors.ts';

/** What was thrown, as plain values that cross processes. */
export function failureOf(error: unknown): Failure {
  if (isCancellation(error)) return { code: 'cancelled', message: 'It was cancelled.', details: null };
  const { code, message, details } = toEngineError(error);
  return { code, message, details: details ?? null };
}
