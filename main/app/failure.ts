import type { ErrorCode, Failure } from '../../preload/contract.ts';

/** Something to be answered to the page with a code of its own. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly failure: Failure;

  constructor(code: ErrorCode, message: string, details: string | null = null) {
    super(message);
    this.failure = { code, message, details };
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof BridgeError) return error.failure;
  const details = error instanceof Error ? (error.stack ?? null) : null;
  return { code: 'failed', message: error instanceof Error ? error.message : String(error), details };
}
