import { holdsSeveralLabels, type Dataset, type FindingKind } from '../engine/dataset/dataset.ts';
import { summarise, type DatasetSummary } from '../engine/dataset/summary.ts';
import { keptAsideWords, type OpenedDataset } from '../engine/workflows/scan.ts';
import { tableText } from './table.ts';
import { countOf, formatDuration } from './words.ts';

const LAYOUT_WORDS: Readonly<Record<Dataset['layout'], string>> = {
  'class-folders': 'one folder a class',
  'irmas-names': 'IRMAS names (label and recording in the file name)',
  'irmas-test': "as IRMAS's test set (instrument codes in a text file beside each clip)",
  'labels-csv': 'labels.csv',
};

/** Clips named under one finding before the rest is only counted. */
const EXAMPLES_SHOWN = 3;

/** Everything a scan found, for `--json`. */
export function datasetDocument({ dataset, ...rest }: OpenedDataset): unknown {
  return { ...dataset, summary: summarise(dataset), ...rest };
}

/** What a scan found, for people: layout, classes, findings. */
export function datasetText({ dataset, changes, libraryKeptAside }: OpenedDataset): string {
  const summary = summarise(dataset);
  const blocks = [headline(dataset, summary), classTable(summary), findings(dataset, summary), leftOut(dataset)];
  if (changes !== null) {
    const { added, changed, unchanged, removed } = changes;
    blocks.push(`Since the last scan: ${added} new, ${changed} changed, ${removed} gone, ${unchanged} as before.`);
  }
  if (libraryKeptAside !== undefined) blocks.push(keptAsideWords(libraryKeptAside));
  return blocks.filter((block) => block !== '').join('\n\n');
}

function headline(dataset: Dataset, summary: DatasetSummary): string {
  const kind = dataset.kinds.includes('image') ? 'spectrogram images' : 'sound';
  const lines = [
    `${dataset.name}: ${countOf(summary.clips, 'clip')} of ${countOf(summary.perClass.length, 'class', 'classes')}`,
    `Layout: ${LAYOUT_WORDS[dataset.layout]}, ${kind}`,
    `${countOf(summary.recordings, 'recording')} in ${countOf(summary.groups, 'group')} that share no clip` +
      (summary.seconds > 0 ? `, ${formatDuration(summary.seconds)} of sound` : ''),
  ];
  if (holdsSeveralLabels(dataset)) {
    const labels = summary.labelCounts.map((row) => `${row.clips} with ${countOf(row.labels, 'label')}`);
    lines.push(`${labels.join(', ')}: to be learned with sigmoid outputs, or to score a finished network on`);
  }
  if (dataset.synthetic) lines.push('Synthetic sound, computed by InstruNet: no measure of real music.');
  return lines.join('\n');
}

function classTable({ perClass }: DatasetSummary): string {
  const rows = perClass.map(({ code, name, clips, usableClips, recordings, groups, seconds }) => [
    code,
    name === code ? '' : name,
    String(clips),
    String(usableClips),
    String(recordings),
    String(groups),
    seconds === 0 ? '' : formatDuration(seconds),
  ]);
  return tableText(['class', 'name', 'clips', 'usable', 'recordings', 'groups', 'sound'], rows, [2, 3, 4, 5, 6]);
}

function findings(dataset: Dataset, summary: DatasetSummary): string {
  const kinds = Object.entries(summary.findings) as [FindingKind, number][];
  if (kinds.length === 0) return 'No findings: every clip can be used.';
  return kinds.map(([kind, count]) => `${kind}: ${countOf(count, 'clip')}\n${exampleLines(dataset, kind)}`).join('\n');
}

function exampleLines(dataset: Dataset, kind: FindingKind): string {
  const found = dataset.clips.flatMap((clip) =>
    clip.findings
      .filter((finding) => finding.kind === kind)
      .map(({ message }) => `  ${printable(clip.path)}: ${message}`),
  );
  const rest = found.length - EXAMPLES_SHOWN;
  return [...found.slice(0, EXAMPLES_SHOWN), ...(rest > 0 ? [`  … and ${rest} more (--json lists all)`] : [])].join(
    '\n',
  );
}

/** File names may hold line ends. */
function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '\u{fffd}');
}

function leftOut(dataset: Dataset): string {
  const warnings = dataset.warnings.map(({ message }) => `Note: ${printable(message)}`);
  const ignored = dataset.ignored.map(({ extension, count }) => `${count} ${extension}`);
  if (ignored.length > 0) warnings.push(`Left alone, as they are no clips: ${ignored.join(', ')}.`);
  return warnings.join('\n');
}
