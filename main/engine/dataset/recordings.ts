import { stemOf } from './file-kinds.ts';
import { parseIrmasName } from './irmas.ts';

/** A clip as far as its name goes. */
export interface LabelledPath {
  readonly path: string;
  readonly label: string;
}

const MARKED_SEGMENT = /^(.+)__\d+$/;
const NUMBERED = /^(?:(.*[^ _-])[ _-])?\d{1,2}$/;

/**
 * What each clip was cut from, as far as its name says. Clips are of one recording when
 *
 * 1. their names are IRMAS names with the same four-digit number, in whatever class;
 * 2. their names differ only in a number behind two underscores: `duo__1`, `duo__2`;
 * 3. their names differ only in a number of one or two digits behind an underscore, a hyphen or a space (`bach_1`,
 *    `bach_2`), or are such numbers alone (`anna/1`, `anna/2`), and at least two such series exist in the class. A class
 *    with a single series is merely counted through (`violin_01` to `violin_60`), and the number says nothing;
 * 4. their names differ only in the extension.
 *
 * Rules 2 to 4 hold within one folder. Any other clip is its own recording. A sub-folder by itself joins nothing: as often
 * as a session it is a technique, a dynamic or a half of the data.
 * @returns one name a clip, in the order given: the number (rule 1) or a path without the segment's number
 */
export function recordingsOf(clips: readonly LabelledPath[]): string[] {
  const series = numberedSeries(clips);
  return clips.map(({ path, label }) => {
    const { folder, stem } = split(path);
    const irmas = parseIrmasName(stem);
    if (irmas !== undefined) return irmas.recording;
    const marked = MARKED_SEGMENT.exec(stem)?.[1];
    if (marked !== undefined) return joinPath(folder, marked);
    const numbered = seriesOf(folder, stem);
    const isSegment = numbered !== undefined && (series.get(label)?.has(numbered) ?? false);
    return isSegment ? numbered : joinPath(folder, stem);
  });
}

/** For each class the series of rule 3; none where there is only one. */
function numberedSeries(clips: readonly LabelledPath[]): Map<string, Set<string>> {
  const sizes = new Map<string, Map<string, number>>();
  for (const { path, label } of clips) {
    const { folder, stem } = split(path);
    const series = seriesOf(folder, stem);
    if (series === undefined) continue;
    const ofLabel = sizes.get(label) ?? new Map<string, number>();
    ofLabel.set(series, (ofLabel.get(series) ?? 0) + 1);
    sizes.set(label, ofLabel);
  }
  const result = new Map<string, Set<string>>();
  for (const [label, ofLabel] of sizes) {
    const several = [...ofLabel].filter(([, size]) => size > 1).map(([series]) => series);
    if (several.length > 1) result.set(label, new Set(several));
  }
  return result;
}

function seriesOf(folder: string, stem: string): string | undefined {
  const match = NUMBERED.exec(stem);
  if (match === null) return undefined;
  return match[1] === undefined ? folder : joinPath(folder, match[1]);
}

function split(path: string): { folder: string; stem: string } {
  const normalized = path.normalize('NFC');
  const slash = normalized.lastIndexOf('/');
  return { folder: slash < 0 ? '' : normalized.slice(0, slash), stem: stemOf(normalized.slice(slash + 1)) };
}

function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
