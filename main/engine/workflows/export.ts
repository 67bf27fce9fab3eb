import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EngineError } from '../common/errors.ts';
import { copyFileAtomic } from '../common/files.ts';
import { runFile } from '../library/run-folder.ts';
import { loadBackend } from '../model/backend.ts';
import { exportTfjs } from '../model/tfjs-export.ts';
import { openModel } from './open-model.ts';

export type ExportFormat = 'keras' | 'tfjs';

export interface ExportRequest {
  /** A finished run folder or a `.keras` file. */
  readonly model: string;
  readonly format: ExportFormat;
  /** The file (`keras`) or folder (`tfjs`) to be made. */
  readonly out: string;
  /** A file that is there already is replaced, as the user has agreed; a folder never is. */
  readonly replace?: boolean | undefined;
}

/**
 * Copies a network to where other programs use it.
 * @throws EngineError `exists`; otherwise as `openModel`; `disk-full`, `permission-denied`
 */
export async function exportModel(request: ExportRequest): Promise<{ path: string; format: ExportFormat }> {
  const path = resolve(request.out);
  if (request.replace !== true || request.format === 'tfjs') await refuseTaken(path);
  const model = await openModel({ model: request.model });
  if (request.format === 'tfjs') {
    const { classes, recipe, temperature, decision } = model;
    const labels = { classes, recipe, temperature: temperature ?? undefined, decision: decision ?? undefined };
    await exportTfjs(await loadBackend(), model.network, labels, path);
  } else {
    await copyFileAtomic(model.trainedIn === null ? request.model : runFile(request.model, 'model'), path);
  }
  return { path, format: request.format };
}

async function refuseTaken(path: string): Promise<void> {
  const taken = await stat(path).then(
    () => true,
    () => false,
  );
  if (taken) throw new EngineError('exists', `${path} exists already. Choose another name; nothing was overwritten.`);
}
