import Table from 'cli-table3';

export interface PlainTable {
  readonly header?: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns that are aligned to the right, as figures are. */
  readonly right: readonly number[];
  /** Characters of each column, null for as many as it needs; what does not fit ends in an ellipsis. */
  readonly widths?: readonly (number | null)[];
  /** Between columns; two spaces by default. */
  readonly gap?: string;
}

/** Lines of columns without any rules, as readable in a log file as on a screen. Wide and combining characters count as shown. */
export function plainTable({ header = [], rows, right, widths = [], gap = '  ' }: PlainTable): string[] {
  const columns = Math.max(header.length, ...rows.map((row) => row.length));
  if (columns === 0) return [];
  const table = new Table({
    head: [...header],
    chars: { ...NO_RULES, middle: gap },
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    colWidths: [...widths],
    colAligns: Array.from({ length: columns }, (_, column) => (right.includes(column) ? 'right' : 'left')),
  });
  // A line end or another control character in a cell would break the columns.
  table.push(...rows.map((row) => row.map((cell) => cell.replace(/\p{Cc}/gu, '\u{fffd}'))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

const NO_RULES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '' },
};
