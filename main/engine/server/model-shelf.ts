import { basename, join } from 'node:path';
import type { ModelCard, ModelChoice, StarterCard } from '../../../preload/contract.ts';
import { EngineError } from '../common/errors.ts';
import {
  importedModelFolders,
  importedNetwork,
  readImportedModel,
  type ImportedModel,
} from '../library/imported-models.ts';
import { readStarter, starterNetwork } from '../library/starter-folder.ts';
import type { RunShelf } from './run-shelf.ts';

/** A network as the engine's workflows take it. */
export interface ShelvedModel {
  /** Undefined where the network itself says how it is called. */
  readonly name: string | undefined;
  /** A run folder or a `.keras` file. */
  readonly path: string;
  /** Class codes of the outputs where the file carries none. */
  readonly labels: readonly string[] | undefined;
}

/** The networks that can be used: those of finished runs, those that were imported, a folder each, and the one of the app. */
export class ModelShelf {
  readonly #folder: string;
  readonly #runs: RunShelf;
  readonly #starterFolder: string | undefined;

  constructor(libraryFolder: string, runs: RunShelf, starterFolder: string | undefined) {
    this.#folder = join(libraryFolder, 'models');
    this.#runs = runs;
    this.#starterFolder = starterFolder;
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

  /** Null where the app comes without one. @throws EngineError as `readStarter` */
  async starter(): Promise<StarterCard | null> {
    const found = await readStarter(this.#starterFolder);
    if (found === null) return null;
    const { starter, metrics, card } = found;
    const { accuracy, side, clips, intervals, leak, dataset } = metrics;
    const unheard = leak?.either === 0;
    const { name, classes, data, sure, training } = starter;
    const score = {
      accuracy,
      side,
      clips,
      accuracyInterval: intervals.accuracy,
      unheard,
      synthetic: dataset.synthetic,
    };
    return { name, classes, data, sure, outputs: training.outputs, score, card };
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
      case 'starter': {
        const path = await starterNetwork(this.#starterFolder);
        return { name: undefined, path, labels: undefined };
      }
      case 'imported': {
        const { name, classes, carriesLabels } = await this.get(choice.id);
        const labels = carriesLabels ? undefined : classes.map(({ code }) => code);
        return { name, path: importedNetwork(this.folderOf(choice.id)), labels };
      }
    }
  }
}
