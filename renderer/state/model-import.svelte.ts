import type { DroppedItem, Failure, ModelFile, ModelLabels } from '../../preload/contract.ts';
import { call, failureOf } from './bridge.ts';
import { classification } from './classify.svelte.ts';
import { datasets } from './datasets.svelte.ts';
import { models } from './models.svelte.ts';
import { notices } from './notices.svelte.ts';

interface Candidate {
  readonly grant: string;
  readonly file: ModelFile;
}

/** A `.keras` file on its way into the library: what is in it, and what the user says about it. */
class ModelImport {
  candidate = $state.raw<Candidate | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  name = $state('');
  from = $state<'dataset' | 'typed'>('dataset');
  dataset = $state('');
  typed = $state('');
  #waiting: DroppedItem[] = [];

  /** Codes that were typed, with commas, spaces or line ends between them. */
  readonly codes = $derived(this.typed.split(/[\s,;]+/u).filter(Boolean));
  /** Datasets with as many classes as the network has outputs. */
  readonly fitting = $derived(
    datasets.cards.filter(({ summary }) => summary.perClass.length === this.candidate?.file.outputs),
  );

  async choose(): Promise<void> {
    try {
      const chosen = await call('models.choose', null);
      if (chosen !== null) await this.begin([chosen]);
    } catch (error) {
      notices.fail(error);
    }
  }

  /** Looks into files one after the other; each waits until the one before has been decided on. */
  async begin(items: readonly DroppedItem[]): Promise<void> {
    this.#waiting.push(...items);
    if (this.candidate === null) await this.#next();
  }

  async #next(): Promise<void> {
    this.candidate = null;
    this.failure = null;
    const item = this.#waiting.shift();
    if (item === undefined) return;
    try {
      const file = await call('models.look', { grant: item.grant });
      this.name = file.name.replace(/\.keras$/iu, '');
      this.typed = '';
      this.candidate = { grant: item.grant, file };
      this.from = this.fitting.length > 0 ? 'dataset' : 'typed';
      this.dataset = this.fitting[0]?.id ?? '';
    } catch (error) {
      notices.fail(error);
      await this.#next();
    }
  }

  async cancel(): Promise<void> {
    await this.#next();
  }

  /** Copies the file into the library and chooses it. */
  async accept(): Promise<void> {
    if (this.candidate === null) return;
    const { grant, file } = this.candidate;
    this.busy = true;
    try {
      const labels = this.#labels(file);
      const { id } = await call('models.import', { grant, name: this.name.trim() || file.name, labels });
      await models.load();
      classification.choose(`imported ${id}`);
      await this.#next();
    } catch (error) {
      this.failure = failureOf(error);
    }
    this.busy = false;
  }

  #labels({ classes }: ModelFile): ModelLabels {
    if (classes !== null) return { from: 'file' };
    return this.from === 'dataset' ? { from: 'dataset', dataset: this.dataset } : { from: 'typed', codes: this.codes };
  }
}

export const modelImport = new ModelImport();
