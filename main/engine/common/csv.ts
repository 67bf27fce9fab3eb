import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

export type CsvCell = string | number | boolean | null;

/** One header line, then a line a row; `\n` ends each; numbers in JavaScript's shortest exact form; null is empty. */
export function toCsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'boolean' ? String(cell) : cell)));
  return stringify([[...header], ...cells]);
}

/**
 * Rows as records by the header line. A byte order mark and empty lines are skipped.
 * @throws Error of csv-parse, with the line, when quotes or columns do not fit
 */
export function parseCsv(text: string): Record<string, string>[] {
  return parse(text, { bom: true, columns: true, skip_empty_lines: true, trim: true });
}

/** Every line as its cells, the header's among them, exactly as written: spaces at their ends are kept. A byte order mark is skipped. */
export function parseCsvLines(text: string): string[][] {
  return parse(text, { bom: true, skip_empty_lines: true });
}
