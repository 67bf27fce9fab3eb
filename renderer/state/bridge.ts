import type { Failure, Input, Method, Outputs } from '../../preload/contract.ts';

/** What main or the engine refused or could not do. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';

  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** Asks for something. @throws BridgeError */
export async function call<M extends Method>(method: M, input: Input<M>): Promise<Outputs[M]> {
  const reply = await window.instrunet.call(method, input);
  if (!reply.ok) throw new BridgeError(reply.error);
  return reply.data;
}

/** Anything caught, as a failure that can be shown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof BridgeError) return error.failure;
  const message = 'Something went wrong in the window itself.';
  return { code: 'failed', message, details: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
