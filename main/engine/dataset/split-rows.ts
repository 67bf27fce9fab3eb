import { EngineError } from '../common/errors.ts';
import { parseCsvLines, toCsv } from '../common/csv.ts';
import { z } from 'zod';
import { labelsOf, type Clip } from './dataset.ts';
import type { Side } from './split.ts';

/** Between the labels of one cell. */
const SEPARATOR = ';';

const COLUMNS = ['clip', 'sha256', 'recording', 'group', 'label', 'side'] as const;

const SplitRowSchema = z.object({
  clip: z.string(),
  sha256: z.string(),
  recording: z.string(),
  group: z.string(),
  label: z.string(),
  side: z.enum(['training', 'validation', 'test']),
});

/** One line of a run's `split.csv`. Several labels of a clip stand in one cell, as in `labels.csv`. */
export type SplitRow = Readonly<z.infer<typeof SplitRowSchema>>;

/** The rows of a split, in the order of the clips it was made of. */
export function splitRows(clips: readonly Clip[], sides: readonly Side[]): SplitRow[] {
  return clips.map((clip, index) => {
    const side = sides[index];
    if (side === undefined) throw new EngineError('invalid-argument', 'The split is of other clips.');
    const { path, sha256, recording, group } = clip;
    return { clip: path, sha256: sha256 ?? '', recording, group, label: labelCell(clip), side };
  });
}

export function toSplitCsv(rows: readonly SplitRow[]): string {
  return toCsv(
    COLUMNS,
    rows.map((row) => COLUMNS.map((column) => row[column])),
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
 * @throws EngineError `incompatible-run` where a clip is missing from the split, has other content or another label by now,
 *   or is in the split and no longer among the clips
 */
export function sidesFromRows(clips: readonly Clip[], rows: readonly SplitRow[]): Side[] {
  const rowOf = new Map(rows.map((row) => [row.clip, row]));
  const sides = clips.map((clip) => {
    const row = rowOf.get(clip.path);
    if (row === undefined) throw changed(`${clip.path} is new`);
    if (row.sha256 !== (clip.sha256 ?? '')) throw changed(`${clip.path} has other content`);
    if (row.label !== labelCell(clip)) throw changed(`${clip.path} is labelled ${labelCell(clip)}, not ${row.label}`);
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

/** Whether a clip carried a label; a code may hold semicolons itself where every clip has one. */
export function carries({ label: cell }: Pick<SplitRow, 'label'>, label: string): boolean {
  return cell === label || cell.split(SEPARATOR).includes(label);
}

function changed(what: string): EngineError {
  return new EngineError('incompatible-run', `The clips are no longer those of the run's split: ${what}.`);
}
