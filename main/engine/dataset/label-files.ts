import { join } from 'node:path';
import pLimit from 'p-limit';
import { EngineError, toEngineError } from '../common/errors.ts';
import type { ScanWarning } from './dataset.ts';
import { stemOf } from './file-kinds.ts';
import { recordingWarning, type Labelling } from './label-clips.ts';
import { readLabelFile, type LabelFile } from './label-file.ts';
import { recordingsOf } from './recordings.ts';

const READ_CONCURRENCY = 32;

/** The text files of a folder in which each clip has its labels in a file of its own. */
export interface LabelFiles {
  /** By the path of clip and text without extension (NFC); an error where the text could not be read as labels. */
  readonly byStem: ReadonlyMap<string, LabelFile | EngineError>;
  /** Texts of labels, by their path, that have no clip beside them. */
  readonly orphans: readonly string[];
  /** How many text files label a clip. */
  readonly used: number;
}

/**
 * Reads the label files of a folder that is laid out as IRMAS's test set is published: beside each `X.wav` an `X.txt` of
 * instrument codes, in whatever folders. It is such a folder when more than half of its clips have a text beside them and
 * more than half of these texts name nothing but instruments of IRMAS; notes and lyrics do not.
 * @returns undefined where the folder is none
 * @throws AbortError
 */
export async function readLabelFiles(
  root: string,
  clips: readonly string[],
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<LabelFiles | undefined> {
  const stems = new Set(clips.map(keyOf));
  const beside = texts.filter((path) => stems.has(keyOf(path)));
  if (new Set(beside.map(keyOf)).size * 2 <= stems.size) return undefined;
  const limit = pLimit(READ_CONCURRENCY);
  const read = await Promise.all(
    texts.map((path) =>
      limit(async () => {
        signal?.throwIfAborted();
        return { path, key: keyOf(path), file: await labelsIn(root, path) };
      }),
    ),
  );
  const byStem = new Map<string, LabelFile | EngineError>();
  for (const { key, file } of read) if (stems.has(key) && !byStem.has(key)) byStem.set(key, file);
  if ([...byStem.values()].filter(namesInstruments).length * 2 <= byStem.size) return undefined;
  const orphans = read.filter(({ key, file }) => !stems.has(key) && namesInstruments(file)).map(({ path }) => path);
  return { byStem, orphans, used: beside.length };
}

function keyOf(path: string): string {
  return stemOf(path).normalize('NFC');
}

async function labelsIn(root: string, path: string): Promise<LabelFile | EngineError> {
  try {
    return await readLabelFile(join(root, ...path.split('/')));
  } catch (error) {
    return toEngineError(error, path);
  }
}

function namesInstruments(file: LabelFile | EngineError): boolean {
  return !(file instanceof EngineError) && file.labels.length > 0 && file.unknown.length === 0;
}

/**
 * Labels clips by the text files beside them. Excerpts of one piece are told by their names as any clips' are, but across
 * the labels, since other instruments may play in another part of it.
 */
export function labelByFiles(paths: readonly string[], { byStem, orphans }: LabelFiles): Labelling {
  const labelled: { path: string; labels: readonly string[] }[] = [];
  const missing: string[] = [];
  const empty: string[] = [];
  const unreadable: { path: string; error: EngineError }[] = [];
  const unknown: { path: string; codes: readonly string[] }[] = [];
  for (const path of paths) {
    const file = byStem.get(keyOf(path));
    if (file === undefined) missing.push(path);
    else if (file instanceof EngineError) unreadable.push({ path, error: file });
    else if (file.labels.length === 0) empty.push(path);
    else {
      labelled.push({ path, labels: file.labels });
      if (file.unknown.length > 0) unknown.push({ path, codes: file.unknown });
    }
  }
  const recordings = recordingsOf(labelled.map(({ path }) => ({ path, label: '' })));
  const clips = labelled.map(({ path, labels: [label = '', ...further] }, index) => ({
    path,
    label,
    ...(further.length === 0 ? {} : { furtherLabels: further }),
    recording: recordings[index] ?? path,
  }));
  const warnings = [
    ...warning(missing, (clipsOf) => `Left out: ${clipsOf} without a label file (X.txt beside X.wav).`),
    ...warning(empty, (clipsOf) => `Left out: ${clipsOf} with an empty label file.`),
    ...unreadable.map(({ path, error }) => ({
      message: `Left out: ${path}, whose label file cannot be read. ${error.message}`,
      paths: [path],
    })),
    ...warning(
      unknown.map(({ path }) => path),
      (clipsOf) => {
        const codes = [...new Set(unknown.flatMap((entry) => entry.codes))].sort();
        return `The label files of ${clipsOf} name what is no instrument of IRMAS: ${codes.join(', ')}. It was kept as a class.`;
      },
    ),
    ...(orphans.length === 0 ? [] : [orphanWarning(orphans)]),
    ...recordingWarning(clips),
  ];
  return { layout: 'irmas-test', clips, warnings };
}

function warning(paths: readonly string[], words: (clips: string) => string): ScanWarning[] {
  if (paths.length === 0) return [];
  return [{ message: words(paths.length === 1 ? 'one clip' : `${paths.length} clips`), paths }];
}

function orphanWarning(paths: readonly string[]): ScanWarning {
  const one = paths.length === 1;
  const files = one ? 'One label file has no sound beside it' : `${paths.length} label files have no sound beside them`;
  return { message: `${files}.`, paths };
}
