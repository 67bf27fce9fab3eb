import { EngineError } from '../common/errors.ts';
import { parseCsvLines, toCsv } from '../common/csv.ts';
import { z } from 'zod';
import { labelsOf, type Clip } from './dataset.ts';
import type { Side } from './split.ts';

/** Between the labels of one cell. */
const SEPARATOR = ';';

const COLUMNS = ['clip', 'sha256', 'recording', 'group', 'label', 'side'] as const;
/** Where clips are heard in several windows there is one more. */
const WITH_WINDOWS = [...COLUMNS, 'windows'] as const;

const SplitRowSchema = z.object({
  clip: z.string(),
  sha256: z.string(),
  recording: z.string(),
  group: z.string(),
  label: z.string(),
  side: z.enum(['training', 'validation', 'test']),
  /** In how many windows the clip is heard; left out where every clip is one. */
  windows: z.coerce.number().int().min(1).optional(),
});

/** One line of a run's `split.csv`. Several labels of a clip stand in one cell, as in `labels.csv`. */
export type SplitRow = Readonly<z.infer<typeof SplitRowSchema>>;

/**
 * The rows of a split, in the order of the clips it was made of.
 * @param windows of each clip; null where every clip is one
 */
export function splitRows(
  clips: readonly Clip[],
  sides: readonly Side[],
  windows: readonly number[] | null = null,
): SplitRow[] {
  return clips.map((clip, index) => {
    const side = sides[index];
    if (side === undefined) throw new EngineError('invalid-argument', 'The split is of other clips.');
    const { path, sha256, recording, group } = clip;
    const row = { clip: path, sha256: sha256 ?? '', recording, group, label: labelCell(clip), side };
    return windows === null ? row : { ...row, windows: windows[index] ?? 1 };
  });
}

export function toSplitCsv(rows: readonly SplitRow[]): string {
  const columns = rows.some(({ windows }) => windows !== undefined) ? WITH_WINDOWS : COLUMNS;
  return toCsv(
    columns,
    rows.map((row) => columns.map((column) => row[column] ?? '')),
  );
}

/** @throws EngineError `incompatible-run` where the text is no such table */
export function parseSplitCsv(text: string): SplitRow[] {
  try {
    const [header = [], ...lines] = parseCsvLines(text);
    const records = lines.map((cells) => Object.fromEntries(header.map((column, index) => [column, cells[index]])));
    return z.array(SplitRowSchema).parse(records);
  } catch (error) {
    throw new EngineError('incompatible-run', 'The split.csv of the run is damaged.', { cause: error });
  }
}

/**
 * The sides of these clips as a finished split has them.
 * @param windows of each clip; null where every clip is one
 * @throws EngineError `incompatible-run` where a clip is missing from the split, has other content, another label or other
 *   windows by now, or is in the split and no longer among the clips
 */
export function sidesFromRows(
  clips: readonly Clip[],
  rows: readonly SplitRow[],
  windows: readonly number[] | null = null,
): Side[] {
  const rowOf = new Map(rows.map((row) => [row.clip, row]));
  const sides = clips.map((clip, index) => {
    const row = rowOf.get(clip.path);
    if (row === undefined) throw changed(`${clip.path} is new`);
    if (row.sha256 !== (clip.sha256 ?? '')) throw changed(`${clip.path} has other content`);
    if (row.label !== labelCell(clip)) throw changed(`${clip.path} is labelled ${labelCell(clip)}, not ${row.label}`);
    const [heard, before] = [windows?.[index] ?? 1, row.windows ?? 1];
    if (heard !== before) throw changed(`${clip.path} is heard in ${inWindows(heard)}, not in ${inWindows(before)}`);
    rowOf.delete(clip.path);
    return row.side;
  });
  const [gone] = rowOf.keys();
  if (gone !== undefined) throw changed(`${gone} is gone`);
  return sides;
}

function labelCell(clip: Clip): string {
  return labelsOf(clip).join(SEPARATOR);
}

function inWindows(count: number): string {
  return count === 1 ? 'one window' : `${count} windows`;
}

/** Whether a clip carried a label; a code may hold semicolons itself where every clip has one. */
export function carries({ label: cell }: Pick<SplitRow, 'label'>, label: string): boolean {
  return cell === label || cell.split(SEPARATOR).includes(label);
}

function changed(what: string): EngineError {
  return new EngineError('incompatible-run', `The clips are no longer those of the run's split: ${what}.`);
}
