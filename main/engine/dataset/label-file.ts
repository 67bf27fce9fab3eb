import { open } from 'node:fs/promises';
import { EngineError, toEngineError } from '../common/errors.ts';
import { IRMAS_INSTRUMENTS } from './irmas.ts';

/** A list of labels is short; what is longer is a text about something else. */
const MOST_BYTES = 2048;

/** A text file beside a clip, taken for its labels: one code a line, as IRMAS's test set has them. */
export interface LabelFile {
  /** Each once, in the order of the file; IRMAS's codes in lower case, others as they are written. */
  readonly labels: readonly string[];
  /** Those of them that are no instruments of IRMAS. */
  readonly unknown: readonly string[];
}

/**
 * Reads what a text says. IRMAS ends each line by a tab and a line feed; Windows' line ends, spaces, empty lines and a byte
 * order mark are understood, too.
 */
export function parseLabelFile(text: string): LabelFile {
  const codes = text
    .normalize('NFC')
    .split(/[\t\r\n\u{feff}]+/u)
    .map((code) => code.trim())
    .filter((code) => code !== '')
    .map((code) => (IRMAS_INSTRUMENTS.has(code.toLowerCase()) ? code.toLowerCase() : code));
  const labels = [...new Set(codes)];
  return { labels, unknown: labels.filter((code) => !IRMAS_INSTRUMENTS.has(code)) };
}

/** @throws EngineError `invalid-argument` for what is no short text in UTF-8, `permission-denied`, `not-found` */
export async function readLabelFile(path: string): Promise<LabelFile> {
  const bytes = await beginning(path).catch((error: unknown) => {
    throw toEngineError(error, path);
  });
  if (bytes.length > MOST_BYTES) throw new EngineError('invalid-argument', 'It is too long for a list of labels.');
  if (bytes.includes(0)) throw new EngineError('invalid-argument', 'It is no text.');
  try {
    return parseLabelFile(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new EngineError('invalid-argument', 'It is not written in UTF-8.', { cause: error });
  }
}

/** As much of a file as shows whether it is too long. */
async function beginning(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const buffer = new Uint8Array(MOST_BYTES + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
