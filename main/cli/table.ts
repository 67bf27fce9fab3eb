import { plainTable } from '../engine/common/plain-table.ts';

/** Columns of text; those named in `right` are aligned to the right, as figures are. */
export function tableText(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  return plainTable({ header, rows, right }).join('\n');
}
