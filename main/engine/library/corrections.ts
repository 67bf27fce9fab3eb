import { z } from 'zod';
import type { Correction } from '../dataset/corrections.ts';
import type { Sqlite } from './sqlite.ts';
import { datasetId } from './datasets.ts';

export interface StoredCorrection extends Correction {
  readonly id: number;
}

const CorrectionRow = z.object({
  id: z.number().int(),
  clip: z.string(),
  sha256: z.string().nullable(),
  from: z.string(),
  to: z.string().nullable(),
  note: z.string(),
  created: z.string(),
});

const COLUMNS = 'id, clip, sha256, from_label AS "from", to_label AS "to", note, created';

export function addCorrection(sqlite: Sqlite, root: string, correction: Omit<Correction, 'created'>): StoredCorrection {
  const [row] = sqlite.all(
    CorrectionRow,
    `INSERT INTO corrections (dataset, clip, sha256, from_label, to_label, note, created)
     VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING ${COLUMNS}`,
    datasetId(sqlite, root),
    correction.clip,
    correction.sha256,
    correction.from,
    correction.to,
    correction.note,
    new Date().toISOString(),
  );
  if (row === undefined) throw new RangeError('the library gave no correction back');
  return row;
}

export function removeCorrection(sqlite: Sqlite, id: number): boolean {
  return sqlite.run('DELETE FROM corrections WHERE id = ?', id) > 0;
}

/** @returns how many there were */
export function removeCorrectionsOf(sqlite: Sqlite, root: string, clip: string): number {
  return sqlite.run(
    'DELETE FROM corrections WHERE dataset = (SELECT id FROM datasets WHERE root = ?) AND clip = ?',
    root,
    clip,
  );
}

export function listCorrections(sqlite: Sqlite, root: string): StoredCorrection[] {
  return sqlite.all(
    CorrectionRow,
    `SELECT ${COLUMNS} FROM corrections
     WHERE dataset = (SELECT id FROM datasets WHERE root = ?) ORDER BY id`,
    root,
  );
}
