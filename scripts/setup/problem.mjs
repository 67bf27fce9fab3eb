/** Why a step could not be done, and what a person can try next. */
export class SetupProblem extends Error {
  /**
   * @param {string} message one sentence: the cause
   * @param {string} next one sentence: the next thing to try
   */
  constructor(message, next) {
    super(message);
    this.name = 'SetupProblem';
    this.next = next;
  }
}

/**
 * @param {unknown} error
 * @returns {string} its message, on one line
 */
export function messageOf(error) {
  return (error instanceof Error ? error.message : String(error)).trim().replace(/\s*\n\s*/g, ' | ');
}

/**
 * @param {string} official why the official source could not be used
 * @param {unknown} error why the fall-back could not either
 */
export function neitherSource(official, error) {
  const next = error instanceof SetupProblem ? error.next : 'mend either and start again.';
  return new SetupProblem(`official source: ${official}; fall-back: ${messageOf(error)}`, next);
}
