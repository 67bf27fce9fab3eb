import { basename, extname } from 'node:path';
import { toCsv, type CsvCell } from '../common/csv.ts';
import { toJson } from '../common/files.ts';
import { plainTable } from '../common/plain-table.ts';
import { OUTCOME_WORDS, verdictOf } from './outcome.ts';
import { SILENT, type ClassifiedFile, type ScoredClass } from './result.ts';
import { toSegments, type Segment } from './timeline.ts';

/**
 * The whole answer as one JSON document: `{model, files: [{file, verdict, outcome: {kind, heard: [{label, name, probability}]},
 * decision, top: [{label, name, probability}], windows: [{start, end, silent, outcome, top}], error, silent, duration, padded,
 * aggregation, warnings}]}`. `outcome.kind` is `instruments`, `none`, `unsure` or `silent`; `heard` is there with the first.
 * @param model path or name of what classified
 */
export function toJsonDocument(model: string, files: readonly ClassifiedFile[]): string {
  return toJson({
    model,
    files: files.map(({ file, verdict, outcome, decision, top, windows, error, ...rest }) => ({
      ...{ file, verdict, outcome, decision, top },
      windows: windows.map((window) => ({
        ...{ start: window.start, end: window.end, silent: window.silent },
        ...{ outcome: window.outcome, top: window.top },
      })),
      ...{ error, silent: rest.silent, duration: rest.duration, padded: rest.padded },
      ...{ aggregation: rest.aggregation, warnings: rest.warnings },
    })),
  });
}

/**
 * One row a window, the file's verdict repeated in each, so that a spreadsheet can filter either: `file, verdict,
 * verdict_probability, start, end, heard, label_1, name_1, probability_1, …` for as many classes as were listed, then `error`.
 * `heard` is the verdict on the window: class codes with semicolons, `none of these`, `not sure` or `silent`. A silent window has the label `silent` and no probability; a file that could not be read is one row with its error.
 */
export function toCsvTable(files: readonly ClassifiedFile[]): string {
  const listed = Math.max(1, ...files.flatMap(({ windows }) => windows.map(({ top }) => top.length)));
  const ranks = Array.from({ length: listed }, (_, index) => index);
  const header = [
    ...['file', 'verdict', 'verdict_probability', 'start', 'end', 'heard'],
    ...ranks.flatMap((rank) => [`label_${rank + 1}`, `name_${rank + 1}`, `probability_${rank + 1}`]),
    'error',
  ];
  const rows = files.flatMap(({ file, verdict, top, windows, error }): CsvCell[][] => {
    const best = top[0]?.probability ?? null;
    if (error !== null)
      return [[file, null, null, null, null, null, ...ranks.flatMap(() => [null, null, null]), error.message]];
    return windows.map((window) => [
      ...[file, verdict, best, window.start, window.end, verdictOf(window.outcome)],
      ...ranks.flatMap((rank) => classCells(window.top[rank], window.silent && rank === 0)),
      null,
    ]);
  });
  return toCsv(header, rows);
}

function classCells(scored: ScoredClass | undefined, silent: boolean): CsvCell[] {
  if (silent) return [SILENT, SILENT, null];
  return scored === undefined ? [null, null, null] : [scored.label, scored.name, scored.probability];
}

/**
 * A label track as Audacity imports it: a line `start TAB end TAB text` for each stretch with one verdict, in seconds. One
 * file gives one track; a file that could not be read gives an empty one.
 */
export function toAudacityTrack(file: ClassifiedFile): string {
  return toSegments(file.windows)
    .map(({ start, end, name, probability }) => {
      const text = probability === null ? name : `${name} ${percentage(probability)}`;
      return `${start.toFixed(6)}\t${end.toFixed(6)}\t${text.replaceAll(/\s+/g, ' ')}\n`;
    })
    .join('');
}

/** Name of the track's file: `concert.wav` gives `concert.labels.txt`. */
export function audacityTrackName(file: string): string {
  const name = basename(file);
  return `${name.slice(0, name.length - extname(name).length)}.labels.txt`;
}

const BAR_WIDTH = 20;
const NAME_WIDTH = 20;
const TIMES_WIDTH = 22;
const PERCENT_WIDTH = 6;

/**
 * What was heard, for reading in a terminal of 80 columns: for each file its name, the best classes with bars, and where
 * the verdict changes, when.
 */
export function toTextTable(files: readonly ClassifiedFile[]): string {
  return files.map((file) => `${[printable(file.file), ...bodyLines(file)].join('\n')}\n`).join('\n');
}

function bodyLines(file: ClassifiedFile): string[] {
  const { error, top, aggregation, warnings, windows } = file;
  const notes = [...(error === null ? lengthNotes(file) : [`error: ${error.message}`]), ...warnings];
  const scores = top.map(({ name, probability }): Row => [
    printable(name),
    aggregation === 'mean' ? percentage(probability) : probability.toFixed(2),
    bar(probability),
  ]);
  const segments = toSegments(windows);
  return [
    ...heardLine(file),
    ...aligned(scores, [NAME_WIDTH, PERCENT_WIDTH, BAR_WIDTH]),
    ...(segments.length > 1 ? aligned(segments.map(segmentRow), [TIMES_WIDTH, NAME_WIDTH, PERCENT_WIDTH]) : []),
    ...notes.map((note) => `  ${printable(note)}`),
  ];
}

/** What counts as heard, where the first of the bars does not say it. */
function heardLine({ outcome, decision }: ClassifiedFile): string[] {
  if (outcome === null) return [];
  if (outcome.kind !== 'instruments') return [`  ${OUTCOME_WORDS[outcome.kind]}`];
  return decision.kind === 'best' ? [] : [`  heard: ${outcome.heard.map(({ name }) => printable(name)).join(', ')}`];
}

function lengthNotes({ padded, duration, silent }: ClassifiedFile): string[] {
  if (!padded || duration === null || silent) return [];
  return [`only ${duration.toFixed(1)} s long: filled up with silence`];
}

type Row = readonly [string, string, string];

function segmentRow({ start, end, name, probability }: Segment): Row {
  return [`${clock(start)} to ${clock(end)}`, printable(name), probability === null ? '' : percentage(probability)];
}

/** Columns of these widths, indented. */
function aligned(rows: readonly Row[], widths: readonly [number, number, number]): string[] {
  return plainTable({ rows, widths, right: [widths.indexOf(PERCENT_WIDTH)] }).map((line) => `  ${line}`);
}

/** `92 %`; what rounds to all or nothing is only bounded: `> 99 %`, `< 1 %`. A network is never that sure. */
export function percentage(share: number): string {
  if (share > 0.99) return '> 99 %';
  if (share < 0.01) return '< 1 %';
  return `${Math.round(share * 100)} %`;
}

/** `share` of a bar, in eighths of a character. */
function bar(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH * 8);
  const rest = eighths % 8;
  return '█'.repeat(Math.floor(eighths / 8)) + (rest === 0 ? '' : ' ▏▎▍▌▋▊▉'.charAt(rest));
}

/** `0:04.5`, `1:02:03.5`: tenths of a second are as fine as windows tell. */
export function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/** Control characters, which a file name may hold, would move the cursor or begin a new line. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '�');
}
