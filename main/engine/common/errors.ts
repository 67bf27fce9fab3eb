/**
 * What can go wrong, as a closed set. Words for people are made from these by whoever shows them;
 * `message` is the engine's own plain sentence, `details` is for engineers (a stack, ffmpeg's last lines).
 */
export const ERROR_CODES = [
  'invalid-argument',
  'not-found',
  'exists',
  'permission-denied',
  'disk-full',
  'unreadable-audio',
  'unreadable-image',
  'no-clips',
  'too-few-classes',
  'too-few-recordings',
  'unsupported-model',
  'incompatible-run',
  'runtime-missing',
  'failed',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error with a message meant to be read by the user. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: ErrorCode;
  readonly details: string | undefined;

  constructor(code: ErrorCode, message: string, options: { details?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details;
  }
}

/** Whether this is a cancellation, which is a wish of the user and no error. */
export function isCancellation(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The exception that `signal.throwIfAborted()` throws by default, for places that reject by themselves. */
export function cancellation(): DOMException {
  return new DOMException('The operation was cancelled.', 'AbortError');
}

const CODE_OF_ERRNO: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  EROFS: 'permission-denied',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EEXIST: 'exists',
  ENOTEMPTY: 'exists',
};

const WORDS_OF_CODE: Readonly<Partial<Record<ErrorCode, string>>> = {
  'not-found': 'does not exist',
  'permission-denied': 'may not be opened: permission denied',
  'disk-full': 'could not be written: the disk is full',
  exists: 'exists already',
};

function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Brings anything caught into an `EngineError`, keeping one that is already.
 * System errors (ENOENT, ENOSPC, …) become their own codes with a sentence that names `path`.
 */
export function toEngineError(error: unknown, path?: string): EngineError {
  if (error instanceof EngineError) return error;
  const errno = errnoOf(error);
  const code = errno === undefined ? undefined : CODE_OF_ERRNO[errno];
  const text = error instanceof Error ? error.message : String(error);
  if (code === undefined) return new EngineError('failed', text, { cause: error, ...stackOf(error) });
  const words = WORDS_OF_CODE[code] ?? text;
  const message = path === undefined ? text : `${path} ${words}`;
  return new EngineError(code, message, { cause: error, details: text });
}

function stackOf(error: unknown): { details?: string } {
  return error instanceof Error && error.stack !== undefined ? { details: error.stack } : {};
}
