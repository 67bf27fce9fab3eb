import { z } from 'zod';
import { parseCsvLines, toCsv } from '../common/csv.ts';
import { EngineError } from '../common/errors.ts';
import { labelsOf, type Clip } from './dataset.ts';

const COLUMNS = ['clip', 'sha256', 'recording', 'group', 'label'] as const;

const ClipRowSchema = z.object({
  clip: z.string(),
  sha256: z.string(),
  recording: z.string(),
  group: z.string(),
  label: z.string(),
});

/** One line of an evaluation's `clips.csv`: a clip that was scored, and where it comes from. */
export type ClipRow = Readonly<z.infer<typeof ClipRowSchema>>;

/** Several labels of a clip stand in one cell, as in `labels.csv`. */
export function toClipsCsv(clips: readonly Clip[]): string {
  return toCsv(
    COLUMNS,
    clips.map((clip) => [clip.path, clip.sha256 ?? '', clip.recording, clip.group, labelsOf(clip).join(';')]),
  );
}

/** @throws EngineError `incompatible-run` where the text is no such table */
export function parseClipsCsv(text: string): ClipRow[] {
  try {
    const [header = [], ...lines] = parseCsvLines(text);
    const records = lines.map((cells) => Object.fromEntries(header.map((column, index) => [column, cells[index]])));
    return z.array(ClipRowSchema).parse(records);
  } catch (error) {
    throw new EngineError('incompatible-run', 'The clips.csv of the run is damaged.', { cause: error });
  }
}
