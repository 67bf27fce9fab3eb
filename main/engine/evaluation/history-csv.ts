import { parseCsv, toCsv } from '../common/csv.ts';
import { EngineError } from '../common/errors.ts';
import type { EpochRecord } from '../training/history.ts';

/** Columns of `history.csv`, in their order, and what each holds of a record. */
const COLUMNS = [
  ['epoch', 'epoch'],
  ['loss', 'loss'],
  ['accuracy', 'accuracy'],
  ['val_loss', 'valLoss'],
  ['val_accuracy', 'valAccuracy'],
  ['seconds', 'seconds'],
  ['clips_per_second', 'clipsPerSecond'],
] as const satisfies readonly (readonly [string, keyof EpochRecord])[];

/** `history.csv`: a line an epoch. A loss that ran away is written as `NaN` or `Infinity`, which pandas reads too. */
export function historyToCsv(history: readonly EpochRecord[]): string {
  return toCsv(
    COLUMNS.map(([column]) => column),
    history.map((record) => COLUMNS.map(([, key]) => record[key])),
  );
}

/** @throws EngineError `incompatible-run` where it is no CSV, or a column is missing or holds something else than a number */
export function historyFromCsv(text: string): EpochRecord[] {
  return rowsOf(text).map((row, index) => {
    const cell = (column: (typeof COLUMNS)[number][0]): number => cellToNumber(row[column], column, index + 1);
    return {
      epoch: cell('epoch'),
      loss: cell('loss'),
      accuracy: cell('accuracy'),
      valLoss: cell('val_loss'),
      valAccuracy: cell('val_accuracy'),
      seconds: cell('seconds'),
      clipsPerSecond: cell('clips_per_second'),
    };
  });
}

function rowsOf(text: string): Record<string, string>[] {
  try {
    return parseCsv(text);
  } catch (error) {
    throw new EngineError('incompatible-run', 'The training history is no valid CSV.', { cause: error });
  }
}

function cellToNumber(cell: string | undefined, column: string, row: number): number {
  const value = cell === undefined || cell === '' ? NaN : Number(cell);
  if (!Number.isNaN(value) || cell === 'NaN') return value;
  throw new EngineError(
    'incompatible-run',
    `Row ${row} of the training history has no number in the column ${column}.`,
  );
}
