/** Whether a key belongs to a field that is being filled in, and not to the view. */
export function isTyping({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest('input, select, textarea') !== null;
}
