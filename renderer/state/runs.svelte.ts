import type { Failure, ModelChoice, RunCard, RunExport } from '../../preload/contract.ts';
import { call, failureOf } from './bridge.ts';
import { notices } from './notices.svelte.ts';

/** The runs of the library. */
class Runs {
  #cards = $state.raw<readonly RunCard[]>([]);
  /** Removed, but not yet in the trash, as it can still be undone. */
  #removed = $state.raw<readonly string[]>([]);
  readonly cards = $derived(this.#cards.filter(({ id }) => !this.#removed.includes(id)));
  readonly finished = $derived(this.cards.filter(({ run }) => run.status === 'done'));
  /** Those that have been scored on clips with one label each, so that they can be compared clip by clip. */
  readonly comparable = $derived(this.finished.filter(({ run }) => run.result?.labelScore === undefined));
  /** Those that can name instruments. */
  readonly networks = $derived(this.finished.filter(({ run }) => run.kind === 'training'));
  loaded = $state(false);
  failure = $state.raw<Failure | null>(null);

  async follow(): Promise<void> {
    window.instrunet.on('changed', ({ what }) => {
      if (what === 'runs') void this.load();
    });
    await this.load();
  }

  async load(): Promise<void> {
    try {
      const cards = await call('runs.list', null);
      this.#cards = [...cards].sort((a, b) => (a.run.created < b.run.created ? 1 : -1));
      this.failure = null;
    } catch (error) {
      this.failure = failureOf(error);
    }
    this.loaded = true;
  }

  find(id: string | null): RunCard | undefined {
    return this.cards.find((card) => card.id === id);
  }

  async rename(id: string, name: string): Promise<void> {
    const wanted = name.trim();
    if (wanted === '' || wanted === this.find(id)?.run.name) return;
    try {
      await call('runs.rename', { run: id, name: wanted });
      await this.load();
    } catch (error) {
      notices.fail(error);
    }
  }

  async reveal(id: string): Promise<void> {
    try {
      await call('runs.reveal', { run: id });
    } catch (error) {
      notices.fail(error);
    }
  }

  async export(id: string, format: RunExport): Promise<void> {
    try {
      await call('runs.export', { run: id, format });
    } catch (error) {
      notices.fail(error);
    }
  }

  /** Scores a network on a dataset. */
  async evaluate(model: ModelChoice, dataset: string, name: string): Promise<void> {
    try {
      await call('runs.evaluate', { model, dataset, name });
    } catch (error) {
      notices.fail(error);
    }
  }

  remove({ id, run }: RunCard): void {
    this.#removed = [...this.#removed, id];
    const undo = (): void => {
      this.#removed = this.#removed.filter((other) => other !== id);
    };
    notices.later(`${run.name} goes to the trash.`, () => this.#discard(id), undo);
  }

  async #discard(id: string): Promise<void> {
    await call('runs.remove', { run: id });
    await this.load();
  }
}

export const runs = new Runs();
