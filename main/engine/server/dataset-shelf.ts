import { resolve } from 'node:path';
import { EngineError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import type { Clip, Dataset } from '../dataset/dataset.ts';
import { summarise, type DatasetSummary } from '../dataset/summary.ts';
import type { StoredCorrection } from '../library/corrections.ts';
import { openLibrary, type Library } from '../library/database.ts';

/** Enough of the hash that no two folders of one library share it. */
const ID_LENGTH = 16;
const CLIP_ID_LENGTH = 24;

/** The stable id of a dataset folder. */
export function datasetIdOf(root: string): string {
  return sha256(resolve(root)).slice(0, ID_LENGTH);
}

/** The id of a clip: that of its dataset, and one of its own that says nothing of where it lies. */
export function clipIdOf(dataset: string, path: string): string {
  return `${dataset}-${sha256(path).slice(0, CLIP_ID_LENGTH)}`;
}

/** A dataset of the library as it is held here. */
export interface ShelvedDataset {
  readonly id: string;
  readonly dataset: Dataset;
  readonly summary: DatasetSummary;
  readonly scanned: string;
  /** By the second half of {@link clipIdOf}. */
  readonly clips: ReadonlyMap<string, Clip>;
}

/** The datasets of the library, read once and held until they are scanned again. */
export class DatasetShelf {
  readonly #libraryFolder: string;
  readonly #held = new Map<string, ShelvedDataset>();

  constructor(libraryFolder: string) {
    this.#libraryFolder = libraryFolder;
  }

  /** The last scanned first. */
  async list(): Promise<ShelvedDataset[]> {
    return this.inLibrary((library) =>
      library.listDatasets().flatMap(({ root, scanned }) => this.#hold(library, root, scanned) ?? []),
    );
  }

  /** @throws EngineError `not-found` */
  async get(id: string): Promise<ShelvedDataset> {
    const found = await this.find(id);
    if (found === null) throw new EngineError('not-found', 'This dataset is no longer in the library.');
    return found;
  }

  async find(id: string): Promise<ShelvedDataset | null> {
    const held = this.#held.get(id);
    if (held !== undefined) return held;
    return this.inLibrary((library) => {
      const listed = library.listDatasets().find(({ root }) => datasetIdOf(root) === id);
      return listed === undefined ? null : this.#hold(library, listed.root, listed.scanned);
    });
  }

  /** @throws EngineError `not-found` where no clip of the library has this id */
  async clip(clipId: string): Promise<{ readonly dataset: Dataset; readonly clip: Clip }> {
    const [id = '', ofClip = ''] = clipId.split('-');
    const shelved = await this.find(id);
    const clip = shelved?.clips.get(ofClip);
    if (shelved === null || clip === undefined) {
      throw new EngineError('not-found', 'This clip is no longer in the library.');
    }
    return { dataset: shelved.dataset, clip };
  }

  /** All that was said of its clips, in the order in which it was said. @throws EngineError `not-found` */
  async corrections(id: string): Promise<StoredCorrection[]> {
    const { dataset } = await this.get(id);
    return this.inLibrary((library) => library.listCorrections(dataset.root));
  }

  /** Forgets what is held of a folder that was scanned anew. */
  drop(root: string): void {
    this.#held.delete(datasetIdOf(root));
  }

  /** Takes a dataset out of the library; its folder is not touched. @throws EngineError `not-found` */
  async remove(id: string): Promise<void> {
    const { dataset } = await this.get(id);
    await this.inLibrary((library) => library.removeDataset(dataset.root));
    this.#held.delete(id);
  }

  #hold(library: Library, root: string, scanned: string): ShelvedDataset | null {
    const id = datasetIdOf(root);
    const held = this.#held.get(id);
    if (held?.scanned === scanned) return held;
    const dataset = library.loadDataset(root);
    if (dataset === undefined) return null;
    const clips = new Map(dataset.clips.map((clip) => [sha256(clip.path).slice(0, CLIP_ID_LENGTH), clip]));
    const shelved = { id, dataset, summary: summarise(dataset), scanned, clips };
    this.#held.set(id, shelved);
    return shelved;
  }

  /** Opens the library for as long as `work` takes. */
  async inLibrary<T>(work: (library: Library) => T): Promise<T> {
    const library = await openLibrary(this.#libraryFolder);
    try {
      return work(library);
    } finally {
      library.close();
    }
  }
}
