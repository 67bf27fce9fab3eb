import { basename, join } from 'node:path';
import type { ModelCard, ModelChoice } from '../../../preload/contract.ts';
import { EngineError } from '../common/errors.ts';
import {
  importedModelFolders,
  importedNetwork,
  readImportedModel,
  type ImportedModel,
} from '../library/imported-models.ts';
import type { RunShelf } from './run-shelf.ts';

/** A network as the engine's workflows take it. */
export interface ShelvedModel {
  readonly name: string;
  /** A run folder or a `.keras` file. */
  readonly path: string;
  /** Class codes of the outputs where the file carries none. */
  readonly labels: readonly string[] | undefined;
}

/** The networks that can be used: those of finished runs, and those that were imported, a folder each. */
export class ModelShelf {
  readonly #folder: string;
  readonly #runs: RunShelf;

  constructor(libraryFolder: string, runs: RunShelf) {
    this.#folder = join(libraryFolder, 'models');
    this.#runs = runs;
  }

  /** @throws EngineError `not-found` for an id that is no plain name of a folder */
  folderOf(id: string): string {
    if (basename(id) !== id || id.startsWith('.') || id.includes('\\')) {
      throw new EngineError('not-found', 'There is no such network.');
    }
    return join(this.#folder, id);
  }

  /** The last imported first. Folders that hold no network are passed over. */
  async list(): Promise<ModelCard[]> {
    const cards = await Promise.all(
      (await importedModelFolders(this.#folder)).map((id) =>
        this.get(id).then(
          (model) => ({ id, model }),
          () => null,
        ),
      ),
    );
    return cards.flatMap((card) => card ?? []).sort((a, b) => b.model.imported.localeCompare(a.model.imported));
  }

  /** @throws EngineError as `readImportedModel` */
  get(id: string): Promise<ImportedModel> {
    return readImportedModel(this.folderOf(id));
  }

  /** @throws EngineError `not-found`, `incompatible-run` for a run that has no finished network */
  async open(choice: ModelChoice): Promise<ShelvedModel> {
    switch (choice.kind) {
      case 'run': {
        const { run } = await this.#runs.card(choice.id);
        if (run.kind === 'training' && run.status === 'done') {
          return { name: run.name, path: this.#runs.folderOf(choice.id), labels: undefined };
        }
        const why =
          run.kind === 'training'
            ? `The training “${run.name}” has not finished; it cannot name anything yet.`
            : `“${run.name}” is an evaluation: choose the network that it has scored.`;
        throw new EngineError('incompatible-run', why);
      }
      case 'imported': {
        const { name, classes, carriesLabels } = await this.get(choice.id);
        const labels = carriesLabels ? undefined : classes.map(({ code }) => code);
        return { name, path: importedNetwork(this.folderOf(choice.id)), labels };
      }
    }
  }
}
