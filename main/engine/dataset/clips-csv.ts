import { toCsv } from '../common/csv.ts';
import { isUsable, type Clip } from './dataset.ts';

const COLUMNS = ['clip', 'label', 'recording', 'group', 'seconds', 'usable', 'findings', 'notes'] as const;

/** A list of clips with what was found of each, a line a clip; several findings have `; ` between them. */
export function clipsToCsv(clips: readonly Clip[]): string {
  return toCsv(
    COLUMNS,
    clips.map((clip) => [
      ...[clip.path, clip.label, clip.recording, clip.group, clip.duration],
      isUsable(clip),
      clip.findings.map(({ kind }) => kind).join('; '),
      clip.findings.map(({ message }) => message).join('; '),
    ]),
  );
}
