import { join, resolve } from 'node:path';
import type { Correction } from '../dataset/corrections.ts';
import type { Dataset } from '../dataset/dataset.ts';
import * as corrections from './corrections.ts';
import * as datasets from './datasets.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';

/** The file in the library folder that holds what the user did. */
export const LIBRARY_FILE = 'library.db';

/**
 * What the user did: the datasets scanned and the corrections made. Folders are named by any path to them.
 * Every method may throw EngineError `failed`, `disk-full` or `permission-denied`, and then has changed nothing.
 */
export class Library {
  readonly #sqlite: Sqlite;

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite;
  }

  /** Where a damaged library was put aside when this one was opened; to be told to the user. */
  get keptAside(): string | undefined {
    return this.#sqlite.keptAside;
  }

  /** Keeps a scanned dataset in place of what was kept of the same folder. Its corrections stay. */
  saveDataset(dataset: Dataset): void {
    datasets.saveDataset(this.#sqlite, dataset);
  }

  /** The dataset of a folder as it was saved last, without corrections; undefined where it never was. */
  loadDataset(root: string): Dataset | undefined {
    return datasets.loadDataset(this.#sqlite, resolve(root));
  }

  /** The last scanned first. */
  listDatasets(): datasets.ListedDataset[] {
    return datasets.listDatasets(this.#sqlite);
  }

  /** Forgets a dataset and its corrections; the folder itself is not touched. @returns whether there was one */
  removeDataset(root: string): boolean {
    return datasets.removeDataset(this.#sqlite, resolve(root));
  }

  /**
   * Keeps what the user said about a clip of a saved dataset.
   * @throws EngineError `not-found` where the dataset was never saved
   */
  addCorrection(root: string, correction: Omit<Correction, 'created'>): corrections.StoredCorrection {
    return corrections.addCorrection(this.#sqlite, resolve(root), correction);
  }

  /** Takes a correction back; an earlier one of the same clip counts again. @returns whether there was one */
  removeCorrection(id: number): boolean {
    return corrections.removeCorrection(this.#sqlite, id);
  }

  /** Takes back all that was said of the clip of this path. @returns how many corrections that were */
  removeCorrectionsOf(root: string, clip: string): number {
    return corrections.removeCorrectionsOf(this.#sqlite, resolve(root), clip);
  }

  /** In the order in which they were made, as `applyCorrections` wants them. */
  listCorrections(root: string): corrections.StoredCorrection[] {
    return corrections.listCorrections(this.#sqlite, resolve(root));
  }

  close(): void {
    this.#sqlite.close();
  }
}

/**
 * Opens the library of a folder, making it where it is missing. A damaged one is put aside (`keptAside`), never deleted.
 * @throws EngineError `failed` where a newer program made it or another one holds it; `permission-denied`, `disk-full`
 */
export async function openLibrary(folder: string): Promise<Library> {
  return new Library(await openSqlite(join(resolve(folder), LIBRARY_FILE)));
}
