/** Which bytes of a file were asked for; both ends belong to it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const SINGLE_RANGE = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/u;

/**
 * Reads the header `Range` (RFC 9110, 14.2). Several ranges and other units are answered with the whole file, as the
 * standard permits.
 * @param size bytes of the file
 * @returns null for the whole file; `unsatisfiable` where no byte of the file was asked for
 */
export function parseRange(header: string | null, size: number): ByteRange | 'unsatisfiable' | null {
  const match = header === null ? null : SINGLE_RANGE.exec(header.trim());
  if (match === null) return null;
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === undefined || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  // An end before its start makes the header meaningless, not unsatisfiable.
  if (last !== undefined && last !== '' && Number(last) < start) return null;
  return start >= size ? 'unsatisfiable' : { start, end };
}
