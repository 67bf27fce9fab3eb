import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, join, posix, resolve } from 'node:path';
import pLimit from 'p-limit';
import { z } from 'zod';
import { EngineError } from '../common/errors.ts';
import { ProgressReporter, type TaskOptions } from '../common/task.ts';
import type { Clip, ClipKind, Dataset, IgnoredFiles, ScanWarning } from './dataset.ts';
import { TEXT_EXTENSION } from './file-kinds.ts';
import { inspectClip, type ClipInspector, type Inspection } from './inspect-clip.ts';
import { labelAlike, labelClips, type LabelledClip, type Labelling } from './label-clips.ts';
import { labelByFiles, readLabelFiles } from './label-files.ts';
import { LABELS_FILE, readLabelsCsv } from './labels-csv.ts';
import { listFiles, type FolderListing, type FoundFile } from './list-files.ts';
import { classesOf, findIdentical, fingerprintOf, groupRecordings, ownFindings } from './relations.ts';

/** Lies in the folder of a dataset that the built-in synthesis made, and says so. */
export const SAMPLE_MARKER = 'instrunet-sample.json';

export interface ScanOptions extends TaskOptions {
  /** The clips as an earlier scan left them: those whose size and time are the same are not looked into again. */
  readonly previous?: readonly Clip[] | undefined;
  readonly inspector: ClipInspector;
  /** The label of every clip, whatever folders, names and tables say; they say it where this is left out. */
  readonly label?: string | undefined;
  /** How many files are looked into at once; as many as there are processor cores where it is not given. */
  readonly concurrency?: number | undefined;
}

/**
 * Makes a dataset of a folder: finds its layout, labels and recordings (`labelClips`, `labelByFiles`), looks into every clip, and joins
 * recordings that share an identical clip. A bad file becomes a finding or a warning and never stops the rest.
 * Where sound and pictures lie side by side, the kind that is more frequent makes the dataset.
 * @throws EngineError `not-found`, `permission-denied`; `invalid-argument` where `root` is a file or its `labels.csv` no such
 *   table; `no-clips`; `runtime-missing`
 */
export async function scanFolder(root: string, options: ScanOptions): Promise<Dataset> {
  const folder = resolve(root);
  options.signal?.throwIfAborted();
  const listing = await listFiles(folder, new Set([LABELS_FILE, SAMPLE_MARKER]), options.signal);
  const { files, warnings: kindWarnings } = oneKind(listing.files);
  const { labelling, labelFiles } = await labelFolder(folder, files, listing, options);
  if (labelling.clips.length === 0) throw noClips(folder, listing);
  const { clips: inspected, vanished } = await inspectAll(folder, files, labelling.clips, options);
  const clips = findIdentical(groupRecordings(inspected));
  return {
    root: folder,
    name: basename(folder) || folder,
    layout: labelling.layout,
    kinds: [...new Set(clips.map(({ kind }) => kind))],
    classes: classesOf(clips),
    clips,
    fingerprint: fingerprintOf(clips),
    synthetic: await isSynthetic(folder, listing.named),
    warnings: [
      ...listing.warnings,
      ...kindWarnings,
      ...nestedTables(listing.named),
      ...labelling.warnings,
      ...vanishedWarning(vanished),
    ],
    ignored: withoutTexts(listing.ignored, labelFiles),
  };
}

/** The labels of clips, and how many text files of the folder gave some. */
async function labelFolder(
  folder: string,
  files: readonly FoundFile[],
  listing: FolderListing,
  { label, signal }: ScanOptions,
): Promise<{ labelling: Labelling; labelFiles: number }> {
  const paths = files.map(({ path }) => path);
  if (label !== undefined) return { labelling: labelAlike(paths, label), labelFiles: 0 };
  const tables = listing.named.filter((path) => path.toLowerCase() === LABELS_FILE);
  const tableName = tables.includes(LABELS_FILE) ? LABELS_FILE : tables[0];
  const table = tableName === undefined ? undefined : await readLabelsCsv(folder, tableName);
  const found = table === undefined ? await readLabelFiles(folder, paths, listing.texts, signal) : undefined;
  return found === undefined
    ? { labelling: labelClips(paths, table), labelFiles: 0 }
    : { labelling: labelByFiles(paths, found), labelFiles: found.used };
}

/** Text files that label a clip were of use. */
function withoutTexts(ignored: readonly IgnoredFiles[], used: number): IgnoredFiles[] {
  return ignored
    .map(({ extension, count }) => ({ extension, count: extension === TEXT_EXTENSION ? count - used : count }))
    .filter(({ count }) => count > 0);
}

function oneKind(files: readonly FoundFile[]): { files: readonly FoundFile[]; warnings: ScanWarning[] } {
  const images = files.filter(({ kind }) => kind === 'image');
  const kind: ClipKind = images.length * 2 > files.length ? 'image' : 'audio';
  const others = files.filter((file) => file.kind !== kind).map(({ path }) => path);
  if (others.length === 0) return { files, warnings: [] };
  const words = kind === 'audio' ? 'PNG pictures beside the sound files' : 'sound files beside the pictures';
  const message = `A dataset is made of sound or of pictures: ${others.length} ${words} were left out.`;
  return { files: files.filter((file) => file.kind === kind), warnings: [{ message, paths: others }] };
}

async function inspectAll(
  root: string,
  files: readonly FoundFile[],
  labelled: readonly LabelledClip[],
  options: ScanOptions,
): Promise<{ clips: Clip[]; vanished: string[] }> {
  const { inspector, signal, concurrency = cpus().length } = options;
  const fileOf = new Map(files.map((file) => [file.path, file]));
  const earlier = new Map((options.previous ?? []).map((clip) => [clip.path, clip]));
  const progress = new ProgressReporter('scan', labelled.length, 'clips', options.onProgress);
  const stop = new AbortController();
  const vanished: string[] = [];

  const makeClip = async (names: LabelledClip): Promise<Clip | undefined> => {
    const file = fileOf.get(names.path);
    if (file === undefined) return undefined;
    signal?.throwIfAborted();
    stop.signal.throwIfAborted();
    try {
      const absolute = join(root, ...file.path.split('/'));
      const known = unchanged(file, earlier.get(file.path));
      const { sha256, duration, findings } = known ?? (await inspectClip(file, absolute, inspector, signal));
      return { ...file, ...names, group: names.recording, sha256, duration, findings };
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'not-found') {
        stop.abort();
        throw error;
      }
      vanished.push(names.path);
      return undefined;
    } finally {
      progress.advance();
    }
  };

  const results = await Promise.allSettled(labelled.map(limitedTo(concurrency, makeClip)));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  const clips = results.flatMap((result) =>
    result.status === 'fulfilled' && result.value !== undefined ? [result.value] : [],
  );
  return { clips, vanished };
}

function limitedTo<Item, Result>(concurrency: number, work: (item: Item) => Promise<Result>) {
  const limit = pLimit(concurrency);
  return (item: Item): Promise<Result> => limit(work, item);
}

/**
 * What an earlier scan found in the same file. An unreadable one is tried again: a disk or a permission may have come back
 * without any change to the file.
 */
function unchanged(file: FoundFile, earlier: Clip | undefined): Inspection | undefined {
  if (earlier?.kind !== file.kind || earlier.bytes !== file.bytes || earlier.modified !== file.modified)
    return undefined;
  const findings = ownFindings(earlier);
  if (findings.some(({ kind }) => kind === 'unreadable')) return undefined;
  return { sha256: earlier.sha256, duration: earlier.duration, findings };
}

function vanishedWarning(paths: readonly string[]): ScanWarning[] {
  if (paths.length === 0) return [];
  const message = `${paths.length === 1 ? 'One clip' : `${paths.length} clips`} disappeared while the folder was read.`;
  return [{ message, paths }];
}

function nestedTables(named: readonly string[]): ScanWarning[] {
  const paths = named.filter((path) => path.toLowerCase().endsWith(`/${LABELS_FILE}`));
  if (paths.length === 0) return [];
  return [
    { message: `Only a ${LABELS_FILE} in the dataset's own folder is read; ${paths.join(', ')} was not.`, paths },
  ];
}

function noClips(root: string, listing: FolderListing): EngineError {
  const lookedFor =
    'Looked for sound files or PNG spectrograms in one folder a class, with IRMAS names such as ' +
    '[pia][jaz_blu]1471__3.wav, with a text file of instrument codes beside each, or ' +
    `listed in a ${LABELS_FILE}.`;
  const counts = listing.ignored.map(({ extension, count }) => `${count} ${extension}`);
  const found = [
    ...(listing.files.length > 0 ? [`${listing.files.length} sound files or pictures without a label`] : []),
    ...(counts.length > 0 ? [`files that are no clips (${counts.join(', ')})`] : []),
    ...(listing.warnings.length > 0 ? [`${listing.warnings.length} that could not be read`] : []),
  ];
  const instead = found.length === 0 ? 'The folder is empty.' : `Found instead: ${found.join('; ')}.`;
  return new EngineError('no-clips', `There are no labelled clips in ${root}. ${lookedFor} ${instead}`, {
    details: listing.warnings.map(({ message }) => message).join('\n'),
  });
}

const Marker = z.object({ synthetic: z.boolean() });

/**
 * Whether any part of the folder is marked as synthetic. A marker that cannot be read still marks: nothing else writes a
 * file of its name.
 */
async function isSynthetic(root: string, named: readonly string[]): Promise<boolean> {
  const markers = named.filter((path) => posix.basename(path) === SAMPLE_MARKER);
  const marked = await Promise.all(
    markers.map(async (path) => {
      try {
        return Marker.parse(JSON.parse(await readFile(join(root, ...path.split('/')), 'utf8'))).synthetic;
      } catch {
        return true;
      }
    }),
  );
  return marked.includes(true);
}
