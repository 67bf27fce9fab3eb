import { basename } from 'node:path';
import { EngineError } from '../common/errors.ts';
import type { ClassName } from '../dataset/dataset.ts';
import { keepImportedModel, type ImportedModel } from '../library/imported-models.ts';
import { countParameters, outputKind } from '../model/network.ts';
import { readModel } from './open-model.ts';

export interface ModelContents {
  readonly outputs: number;
  readonly parameters: number;
  /** Null where the file does not name its outputs. */
  readonly classes: readonly ClassName[] | null;
}

/**
 * Opens a `.keras` file to see what is in it.
 * @throws EngineError as `readModel`
 */
export async function lookIntoModel(file: string): Promise<ModelContents> {
  const { outputs, network, named } = await readModel({ model: file });
  return { outputs, parameters: countParameters(network), classes: named?.classes ?? null };
}

export interface ImportRequest {
  readonly file: string;
  /** The folder of the library to be made. */
  readonly folder: string;
  readonly name: string;
  /** Who names the outputs of a file that does not; null to take the file's own names. */
  readonly labels: { readonly codes: readonly string[]; readonly from: string } | null;
}

/**
 * Copies a `.keras` file into the library once it has been opened.
 * @throws EngineError `invalid-argument` where nobody names the outputs or not as many as there are; otherwise as
 *   `readModel` and `keepImportedModel`
 */
export async function importModel({ file, folder, name, labels }: ImportRequest): Promise<ImportedModel> {
  const { network, named, outputs } = await readModel({ model: file, labels: labels?.codes });
  if (named === null) {
    throw new EngineError(
      'invalid-argument',
      `${basename(file)} tells ${outputs} classes apart and does not name them. Name them in the order of its outputs.`,
    );
  }
  return keepImportedModel(folder, file, {
    name,
    file: basename(file),
    imported: new Date().toISOString(),
    parameters: countParameters(network),
    outputs: outputKind(network),
    classes: named.classes.map(({ code, name: called }) => ({ code, name: called })),
    labelsFrom: labels?.from ?? 'the file itself',
    carriesLabels: labels === null,
  });
}
