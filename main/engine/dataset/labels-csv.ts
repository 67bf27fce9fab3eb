import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { EngineError, toEngineError } from '../common/errors.ts';
import type { ScanWarning } from './dataset.ts';

/** The file in a dataset's folder that says label and recording of each clip. */
export const LABELS_FILE = 'labels.csv';

export interface LabelsRow {
  readonly label: string;
  /** Further right answers, where the cell names several: `vio;pia`. */
  readonly furtherLabels?: readonly string[] | undefined;
  /** Undefined where the table does not say it. */
  readonly recording: string | undefined;
}

export interface LabelsTable {
  /** Path inside the folder, in Unicode's composed form (NFC), to what the table says. */
  readonly rows: ReadonlyMap<string, LabelsRow>;
  readonly warnings: readonly ScanWarning[];
}

/** A column behind the last one: a row that has it has more cells than the table has columns. */
const SURPLUS = '\0surplus';

const Records = z.array(z.record(z.string(), z.string()));

/**
 * Reads a dataset's `labels.csv` (`name` is how it is spelt there): a header line with the columns `path`, `label` and, if wanted, `recording`, in any order; further
 * columns are passed over. Commas, semicolons or tabs part the columns; a semicolon in a label's cell parts several labels.
 * @throws EngineError `invalid-argument` where it is no such table or not UTF-8
 */
export async function readLabelsCsv(root: string, name: string): Promise<LabelsTable> {
  const file = join(root, name);
  try {
    return parseLabelsCsv(textOf(await readFile(file)));
  } catch (error) {
    throw toEngineError(error, file);
  }
}

/** Letters of another encoding would end up garbled in labels and match no path, so they are refused. */
function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const message = `${LABELS_FILE} is not written in UTF-8. Save it as "CSV UTF-8" and scan again.`;
    throw new EngineError('invalid-argument', message, { cause: error });
  }
}

/** @throws EngineError `invalid-argument` where the text is no such table */
export function parseLabelsCsv(text: string): LabelsTable {
  const records = parseRecords(text);
  const rows = new Map<string, LabelsRow>();
  const unlabelled: string[] = [];
  const repeated: string[] = [];
  const surplus: string[] = [];
  for (const record of records) {
    const path = normalizePath(record['path'] ?? '');
    if (path === '') continue;
    if (record[SURPLUS] !== undefined) surplus.push(path);
    const [label = '', ...further] = labelsIn(record['label'] ?? '');
    const furtherLabels = further.length === 0 ? undefined : further;
    const row = { label, furtherLabels, recording: record['recording']?.normalize('NFC') || undefined };
    const earlier = rows.get(path);
    if (label === '') unlabelled.push(path);
    else if (earlier === undefined) rows.set(path, row);
    else if (!sameRow(earlier, row)) repeated.push(path);
  }
  const warnings: ScanWarning[] = [];
  if (unlabelled.length > 0) {
    warnings.push({ message: `${LABELS_FILE} gives no label in ${rowCount(unlabelled)}.`, paths: unlabelled });
  }
  if (repeated.length > 0) {
    const message = `${LABELS_FILE} contradicts itself in ${rowCount(repeated)}; the first row about a clip was taken.`;
    warnings.push({ message, paths: repeated });
  }
  if (surplus.length > 0) {
    const message = `${LABELS_FILE} has more cells than columns in ${rowCount(surplus)}; several labels need quotes there: "vio;pia".`;
    warnings.push({ message, paths: surplus });
  }
  return { rows, warnings };
}

/** The labels of a cell, each once. */
function labelsIn(cell: string): string[] {
  const labels = cell.normalize('NFC').split(';');
  return [...new Set(labels.map((label) => label.trim()).filter((label) => label !== ''))];
}

function sameRow(a: LabelsRow, b: LabelsRow): boolean {
  return (
    a.label === b.label &&
    a.recording === b.recording &&
    String(a.furtherLabels ?? []) === String(b.furtherLabels ?? [])
  );
}

function parseRecords(text: string): Record<string, string>[] {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const header = content.slice(0, content.search(/[\r\n]|$/));
  const delimiter = [';', '\t'].find((candidate) => header.includes(candidate)) ?? ',';
  let records: Record<string, string>[];
  // Not taken from a row, which may be shorter than the header.
  let found: string[] = [];
  try {
    const columns = (names: string[]) => {
      found = names.map((name) => name.trim().toLowerCase());
      return [...found, SURPLUS];
    };
    records = Records.parse(
      parse(content, { columns, delimiter, skip_empty_lines: true, trim: true, relax_column_count: true }),
    );
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new EngineError('invalid-argument', `${LABELS_FILE} is no valid table: ${words}`, { cause: error });
  }
  if (records.length > 0 && !(found.includes('path') && found.includes('label'))) {
    const message = `${LABELS_FILE} needs the columns path and label in its first line; it has ${found.join(', ')}.`;
    throw new EngineError('invalid-argument', message);
  }
  return records;
}

/** Windows' separators and a leading `./` are understood. */
function normalizePath(path: string): string {
  return path === '' ? '' : posix.normalize(path.replaceAll('\\', '/')).normalize('NFC');
}

function rowCount(rows: readonly unknown[]): string {
  return rows.length === 1 ? 'one row' : `${rows.length} rows`;
}
