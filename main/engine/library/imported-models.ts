import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { toEngineError } from '../common/errors.ts';
import { OUTPUT_KINDS } from '../model/output-kind.ts';
import { readJson, temporaryBeside, toJson, writeFileAtomic } from '../common/files.ts';

/** Raised whenever an older program could no longer read the folder rightly. */
const MODEL_VERSION = 1;

/** Names of what lies in the folder of an imported network. */
const MODEL_FILES = { record: 'model.json', network: 'model.keras' } as const;

const ImportedModelSchema = z.object({
  format: z.literal('instrunet-model'),
  version: z.literal(MODEL_VERSION),
  name: z.string(),
  /** Name of the file it was imported from. */
  file: z.string(),
  /** ISO 8601, UTC. */
  imported: z.string(),
  parameters: z.number().int().nonnegative(),
  /** How it answers. */
  outputs: z.enum(OUTPUT_KINDS).default('softmax'),
  /** In the order of the network's outputs. */
  classes: z.array(z.object({ code: z.string(), name: z.string() })),
  /** Who named the outputs, in words. */
  labelsFrom: z.string(),
  /** Whether the file names its outputs itself; otherwise they are given whenever it is opened. */
  carriesLabels: z.boolean(),
});

/** What is kept beside an imported `.keras` file. */
export type ImportedModel = z.infer<typeof ImportedModelSchema>;

export function importedNetwork(folder: string): string {
  return join(folder, MODEL_FILES.network);
}

/** @throws EngineError `not-found`; `failed` where the record is damaged */
export function readImportedModel(folder: string): Promise<ImportedModel> {
  return readJson(join(folder, MODEL_FILES.record), ImportedModelSchema);
}

/** @throws EngineError `disk-full`, `permission-denied` */
export async function writeImportedModel(folder: string, model: ImportedModel): Promise<void> {
  await writeFileAtomic(join(folder, MODEL_FILES.record), toJson(ImportedModelSchema.parse(model)));
}

/**
 * Copies a `.keras` file into a new folder of the library, written beside its place and renamed.
 * @throws EngineError `exists`, `not-found`, `disk-full`, `permission-denied`
 */
export async function keepImportedModel(
  folder: string,
  file: string,
  about: Omit<ImportedModel, 'format' | 'version'>,
): Promise<ImportedModel> {
  const model: ImportedModel = { format: 'instrunet-model', version: MODEL_VERSION, ...about };
  const temporary = temporaryBeside(folder);
  try {
    await mkdir(dirname(folder), { recursive: true });
    await mkdir(temporary);
    await copyFile(file, importedNetwork(temporary));
    await writeImportedModel(temporary, model);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw toEngineError(error, folder);
  }
  return model;
}

/** Names of the folders in which imported networks lie; none where nothing was imported yet. */
export async function importedModelFolders(parent: string): Promise<string[]> {
  try {
    return (await readdir(parent)).filter((name) => !name.startsWith('.'));
  } catch (error) {
    const known = toEngineError(error, parent);
    if (known.code === 'not-found') return [];
    throw known;
  }
}
