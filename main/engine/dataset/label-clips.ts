import { labelsOf, type Layout, type ScanWarning } from './dataset.ts';
import { stemOf } from './file-kinds.ts';
import { IRMAS_INSTRUMENTS, parseIrmasName } from './irmas.ts';
import { LABELS_FILE, type LabelsTable } from './labels-csv.ts';
import { recordingsOf } from './recordings.ts';

export interface LabelledClip {
  readonly path: string;
  readonly label: string;
  readonly furtherLabels?: readonly string[] | undefined;
  readonly recording: string;
}

export interface Labelling {
  readonly layout: Layout;
  /** In the order of the paths given; those without a label are missing. */
  readonly clips: readonly LabelledClip[];
  readonly warnings: readonly ScanWarning[];
}

interface Names {
  readonly path: string;
  /** The first folder of the path; undefined for a clip that lies in the dataset's folder itself. */
  readonly folder: string | undefined;
  /** Instrument of an IRMAS name. */
  readonly irmas: string | undefined;
}

/**
 * Finds label and recording of every clip.
 *
 * With a `labels.csv` the layout is `labels-csv` and the table decides; clips it does not list keep the label of their name
 * or folder, unless the folder is no class (most of its clips are listed with other labels).
 * Otherwise, when more than half of the names are IRMAS names, the layout is `irmas-names` and the name decides, also
 * where it lies in a folder of another class; clips with other names take the label of their folder.
 * Otherwise the layout is `class-folders` and the first folder of the path is the label.
 */
export function labelClips(paths: readonly string[], table: LabelsTable | undefined): Labelling {
  const names = paths.map(namesOf);
  const irmasFirst = names.filter(({ irmas }) => irmas !== undefined).length * 2 > names.length;
  const noClasses = foldersWithoutClass(names, table);
  const labelled: (Omit<LabelledClip, 'recording'> & { recording: string | undefined })[] = [];
  const unlabelled: string[] = [];
  const contradictory: string[] = [];
  for (const name of names) {
    const row = table?.rows.get(name.path.normalize('NFC'));
    const label = row?.label ?? labelByName(name, irmasFirst, noClasses);
    if (label === undefined) {
      unlabelled.push(name.path);
      continue;
    }
    if (row === undefined && contradictsFolder(name)) contradictory.push(name.path);
    labelled.push({ path: name.path, label, furtherLabels: row?.furtherLabels, recording: row?.recording });
  }
  const recordings = recordingsOf(labelled);
  const clips = labelled.map(({ path, label, furtherLabels, recording }, index) => ({
    path,
    label,
    ...(furtherLabels === undefined ? {} : { furtherLabels }),
    recording: recording ?? recordings[index] ?? path,
  }));
  const layout = table !== undefined ? 'labels-csv' : irmasFirst ? 'irmas-names' : 'class-folders';
  const warnings = [
    ...(table?.warnings ?? []),
    ...missingFiles(paths, table),
    ...notListed(names, table, unlabelled),
    ...(table === undefined ? unlabelledWarning(unlabelled) : []),
    ...contradictionWarning(contradictory, irmasFirst),
    ...(names.some(({ irmas }) => irmas !== undefined) || labelled.some(({ recording }) => recording !== undefined)
      ? []
      : recordingWarning(clips)),
  ];
  return { layout, clips, warnings };
}

/** Gives all clips one label, for folders whose own do not matter; recordings are found as in `labelClips`. */
export function labelAlike(paths: readonly string[], label: string): Labelling {
  const recordings = recordingsOf(paths.map((path) => ({ path, label })));
  const clips = paths.map((path, index) => ({ path, label, recording: recordings[index] ?? path }));
  return { layout: 'class-folders', clips, warnings: [] };
}

function namesOf(path: string): Names {
  const slash = path.indexOf('/');
  const stem = stemOf(path.slice(path.lastIndexOf('/') + 1));
  return {
    path,
    folder: slash < 0 ? undefined : path.slice(0, slash).normalize('NFC'),
    irmas: parseIrmasName(stem)?.instrument,
  };
}

function labelByName(name: Names, irmasFirst: boolean, noClasses: ReadonlySet<string>): string | undefined {
  const { folder, irmas } = name;
  const folderLabel = folder === undefined || noClasses.has(folder) ? undefined : folder;
  return irmasFirst ? (irmas ?? folderLabel) : (folderLabel ?? irmas);
}

/** Folders such as `audio` beside a `labels.csv`: most of their clips are listed with labels other than its name. */
function foldersWithoutClass(names: readonly Names[], table: LabelsTable | undefined): Set<string> {
  const balance = new Map<string, number>();
  for (const { path, folder } of names) {
    if (folder === undefined) continue;
    const row = table?.rows.get(path.normalize('NFC'));
    const other = row !== undefined && !labelsOf(row).includes(folder);
    balance.set(folder, (balance.get(folder) ?? 0) + (other ? 1 : -1));
  }
  return new Set([...balance].filter(([, others]) => others > 0).map(([folder]) => folder));
}

/** Whether the innermost folder that is named like an IRMAS instrument is another one than the name's. */
function contradictsFolder(name: Names): boolean {
  if (name.irmas === undefined) return false;
  const folders = name.path.split('/').slice(0, -1);
  const instrument = folders.map((folder) => folder.toLowerCase()).filter((folder) => IRMAS_INSTRUMENTS.has(folder));
  const innermost = instrument.at(-1);
  return innermost !== undefined && innermost !== name.irmas;
}

function missingFiles(paths: readonly string[], table: LabelsTable | undefined): ScanWarning[] {
  if (table === undefined) return [];
  const present = new Set(paths.map((path) => path.normalize('NFC')));
  const missing = [...table.rows.keys()].filter((path) => !present.has(path));
  if (missing.length === 0) return [];
  const are = missing.length === 1 ? 'is' : 'are';
  return [{ message: `${LABELS_FILE} names ${count(missing, 'clip')} that ${are} not in the folder.`, paths: missing }];
}

function notListed(
  names: readonly Names[],
  table: LabelsTable | undefined,
  unlabelled: readonly string[],
): ScanWarning[] {
  if (table === undefined) return [];
  const without = new Set(unlabelled);
  const byName = names
    .map(({ path }) => path)
    .filter((path) => !table.rows.has(path.normalize('NFC')) && !without.has(path));
  const warnings: ScanWarning[] = [];
  if (byName.length > 0) {
    const message = `${LABELS_FILE} does not list ${count(byName, 'clip')}; the label was taken from the folder or the file name.`;
    warnings.push({ message, paths: byName });
  }
  if (unlabelled.length > 0) {
    const message = `${LABELS_FILE} does not list ${count(unlabelled, 'clip')} and neither folder nor name gives a label; left out.`;
    warnings.push({ message, paths: unlabelled });
  }
  return warnings;
}

function unlabelledWarning(paths: readonly string[]): ScanWarning[] {
  if (paths.length === 0) return [];
  return [{ message: `Left out: ${count(paths, 'clip')} in no class folder and without an IRMAS name.`, paths }];
}

function contradictionWarning(paths: readonly string[], nameTaken: boolean): ScanWarning[] {
  if (paths.length === 0) return [];
  const message =
    `Folder and file name say different instruments for ${count(paths, 'clip')}; the label of the ` +
    `${nameTaken ? 'name' : 'folder'} was taken. A ${LABELS_FILE} can say which is right.`;
  return [{ message, paths }];
}

/** Where nothing joins clips, a split cannot keep a recording together: said, because a score depends on it. */
export function recordingWarning(clips: readonly LabelledClip[]): ScanWarning[] {
  const recordings = new Set(clips.map(({ recording }) => recording)).size;
  if (clips.length < 2 || recordings < clips.length) return [];
  const message =
    'Nothing in the names says which clips were cut from the same recording, so each counts as a recording of its own. ' +
    `If some were, say so in the column recording of a ${LABELS_FILE}: otherwise the score will be too good.`;
  return [{ message, paths: [] }];
}

function count(items: readonly unknown[], unit: string): string {
  return items.length === 1 ? `one ${unit}` : `${items.length} ${unit}s`;
}
