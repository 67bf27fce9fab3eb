import { readFile } from 'node:fs/promises';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { z } from 'zod';
import { EngineError, toEngineError } from '../common/errors.ts';
import { writeFileAtomic } from '../common/files.ts';
import { readWeights, writeWeights } from './hdf5-weights.ts';
import { configFromArchitecture } from './keras-config-writer.ts';
import { architectureFromConfig } from './keras-config.ts';
import { LABELS_FILE, labelsToJson, parseLabels, type ModelLabels } from './model-labels.ts';
import type { Network } from './network.ts';

/** The version of Keras whose file format is written. */
const KERAS_VERSION = '3.15.1';

const ENTRIES = {
  config: 'config.json',
  metadata: 'metadata.json',
  weights: 'model.weights.h5',
  labels: LABELS_FILE,
} as const;

export interface KerasFile {
  readonly network: Network;
  /** Null in files that Keras itself has written. */
  readonly labels: ModelLabels | null;
  readonly kerasVersion: string;
}

const metadataSchema = z.object({ keras_version: z.string() });

/**
 * Writes a network as Keras 3 does: a zip of configuration, metadata and weights, with labels and recipe beside them.
 * @param level of compression, 0 (none, as Keras does) to 9
 * @throws EngineError `disk-full`, `permission-denied`
 */
export async function writeKerasFile(
  path: string,
  network: Network,
  labels: ModelLabels,
  level: 0 | 9 = 0,
): Promise<void> {
  const { config, groups } = configFromArchitecture(network);
  const metadata = { keras_version: KERAS_VERSION, date_saved: kerasDate(new Date()) };
  const entries = {
    [ENTRIES.metadata]: strToU8(JSON.stringify(metadata)),
    [ENTRIES.config]: strToU8(JSON.stringify(config)),
    [ENTRIES.weights]: await writeWeights(network, network.weights, groups),
    [ENTRIES.labels]: strToU8(labelsToJson(labels)),
  };
  await writeFileAtomic(path, zipSync(entries, { level }));
}

/**
 * Reads a `.keras` file, made here or by Keras 3 of the layer kinds there are here.
 * @throws EngineError `not-found`, `permission-denied`; `unsupported-model` when it is damaged, too new, or has a layer that
 * is not supported, which is named
 */
export async function readKerasFile(path: string): Promise<KerasFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw toEngineError(error, path);
  }
  try {
    return await parseKerasFile(bytes);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(error.code, `${path}: ${error.message}`, {
      cause: error,
      ...(error.details === undefined ? {} : { details: error.details }),
    });
  }
}

async function parseKerasFile(bytes: Uint8Array): Promise<KerasFile> {
  const entries = unzip(bytes);
  const metadata = metadataSchema.safeParse(parseEntry(entries, ENTRIES.metadata));
  if (!metadata.success) throw unsupported(`its ${ENTRIES.metadata} names no version of Keras`, metadata.error);
  const kerasVersion = metadata.data.keras_version;
  if (!kerasVersion.startsWith('3.'))
    throw unsupported(`it was written by Keras ${kerasVersion}, and files of Keras 3 are read`);
  const { architecture, groups } = architectureFromConfig(parseEntry(entries, ENTRIES.config));
  const weights = await readWeights(entry(entries, ENTRIES.weights), architecture, groups);
  return { network: { ...architecture, weights }, labels: readLabels(entries), kerasVersion };
}

function unzip(bytes: Uint8Array): Record<string, Uint8Array> {
  const wanted = new Set<string>(Object.values(ENTRIES));
  try {
    return unzipSync(bytes, { filter: ({ name }) => wanted.has(name) });
  } catch (error) {
    throw unsupported('it is no .keras file, or only a part of one', error);
  }
}

function entry(entries: Record<string, Uint8Array>, name: string): Uint8Array {
  const bytes = entries[name];
  if (bytes === undefined) throw unsupported(`there is no ${name} in it`);
  return bytes;
}

function parseEntry(entries: Record<string, Uint8Array>, name: string): unknown {
  const text = strFromU8(entry(entries, name));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unsupported(`its ${name} is no valid JSON`, error);
  }
}

function readLabels(entries: Record<string, Uint8Array>): ModelLabels | null {
  if (entries[ENTRIES.labels] === undefined) return null;
  const labels = parseLabels(parseEntry(entries, ENTRIES.labels));
  if (labels === 'newer') throw unsupported('it was written by a newer version of this program');
  if (labels === 'damaged') throw unsupported(`its ${ENTRIES.labels} (labels and recipe) is not what was expected`);
  return labels;
}

/** Like `2026-01-31@23:59:59`. */
function kerasDate(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', '@');
}

function unsupported(reason: string, cause?: unknown): EngineError {
  const details = cause instanceof Error ? { details: cause.message } : {};
  return new EngineError('unsupported-model', `This model cannot be opened: ${reason}.`, { cause, ...details });
}
