import { z } from 'zod';
import { parseCsvLines, toCsv } from '../common/csv.ts';
import { EngineError } from '../common/errors.ts';
import type { Correction } from './corrections.ts';

/** `sha256` is empty for a clip that could not be read, `to` for one that is left out. */
const COLUMNS = ['clip', 'sha256', 'from', 'to', 'note', 'created'] as const;

const Row = z.tuple([z.string(), z.string(), z.string(), z.string(), z.string(), z.string()]);

/** Corrections as a table for people and other programs; a run keeps those it was trained with so. */
export function toCorrectionsCsv(corrections: readonly Correction[]): string {
  return toCsv(
    COLUMNS,
    corrections.map((correction) => COLUMNS.map((column) => correction[column])),
  );
}

/** @throws EngineError `incompatible-run` where the text is no such table */
export function parseCorrectionsCsv(text: string): Correction[] {
  try {
    const [header, ...lines] = parseCsvLines(text);
    if (header?.join() !== COLUMNS.join()) throw new RangeError('the columns are others');
    return lines.map((line) => {
      const [clip, sha256, from, to, note, created] = Row.parse(line);
      return { clip, sha256: sha256 === '' ? null : sha256, from, to: to === '' ? null : to, note, created };
    });
  } catch (error) {
    throw new EngineError('incompatible-run', 'The corrections.csv of the run is damaged.', { cause: error });
  }
}
