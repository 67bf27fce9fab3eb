import type { DatasetCard, DatasetDetail, Failure } from '../../preload/contract.ts';
import { changesInWords } from '../words/changes.ts';
import { counted } from '../words/format.ts';
import { call, failureOf } from './bridge.ts';
import { Clips } from './clips.svelte.ts';
import { jobs } from './jobs.svelte.ts';
import { marks } from './marks.svelte.ts';
import { notices } from './notices.svelte.ts';

/** Clips a class of a sample dataset unless another size is chosen: enough to learn from, made within a minute. */
export const USUAL_SAMPLE = 60;

/** The datasets of the library and the one that is open. */
class Datasets {
  #cards = $state.raw<readonly DatasetCard[]>([]);
  /** Removed, but not yet told to the library, as it can still be undone. */
  #removed = $state.raw<readonly string[]>([]);
  readonly cards = $derived(this.#cards.filter(({ id }) => !this.#removed.includes(id)));
  loaded = $state(false);
  failure = $state.raw<Failure | null>(null);
  selected = $state<string | null>(null);
  detail = $state.raw<DatasetDetail | null>(null);
  /** The clips of the open dataset, with what they are filtered by. */
  clips = $state.raw<Clips | null>(null);
  /** Jobs started from here, whose dataset is opened when they are done. */
  readonly #awaited = new Set<string>();

  async follow(): Promise<void> {
    window.instrunet.on('changed', ({ what }) => {
      if (what === 'datasets') void this.load();
    });
    window.instrunet.on('scanned', ({ name, changes }) => {
      if (changes !== null) notices.show(`${name}: ${changesInWords(changes)}`);
    });
    // The folder may have been moved meanwhile.
    window.addEventListener('focus', () => {
      if (this.detail !== null) this.#reloadDetail();
    });
    jobs.onEnd((job) => {
      if (job.kind !== 'scan' && job.kind !== 'sample') return;
      void this.load().then(() => {
        if (this.#awaited.delete(job.id) && job.state === 'done' && job.subject !== null) this.select(job.subject);
      });
    });
    await this.load();
  }

  async load(): Promise<void> {
    try {
      this.#cards = await call('datasets.list', null);
      this.failure = null;
      if (!this.cards.some(({ id }) => id === this.selected)) this.selected = this.cards[0]?.id ?? null;
      await this.#loadDetail();
    } catch (error) {
      this.failure = failureOf(error);
    }
    this.loaded = true;
  }

  select(id: string): void {
    if (this.selected === id) return;
    this.selected = id;
    this.detail = null;
    this.#reloadDetail();
  }

  async choose(): Promise<void> {
    await this.#start(() => call('datasets.choose', null));
  }

  async makeSample(clipsPerClass: number): Promise<void> {
    await this.#start(() => call('datasets.makeSample', { clipsPerClass }));
  }

  async open(grant: string): Promise<void> {
    await this.#start(() => call('datasets.open', { grant }));
  }

  async rescan(dataset: string): Promise<void> {
    await this.#start(() => call('datasets.rescan', { dataset }));
  }

  /** Asks where the folder of a dataset lies now. */
  async locate(dataset: string): Promise<void> {
    await this.#start(() => call('datasets.locate', { dataset }));
  }

  remove({ id, name }: DatasetCard): void {
    this.#removed = [...this.#removed, id];
    if (this.selected === id) this.#selectFirst();
    const undo = (): void => {
      this.#removed = this.#removed.filter((other) => other !== id);
      this.select(id);
    };
    const count = marks.list(id).length;
    const too = count === 0 ? '' : ` with ${counted(count, 'mark')}`;
    notices.later(`${name} was taken off the list${too}. Its folder is untouched.`, () => this.#forget(id), undo);
  }

  async #forget(id: string): Promise<void> {
    await call('datasets.remove', { dataset: id });
    await this.load();
  }

  #selectFirst(): void {
    const first = this.cards[0];
    this.selected = null;
    this.detail = null;
    if (first !== undefined) this.select(first.id);
  }

  /** A folder that is known already is shown at once, as it was; anything else when it has been looked through. */
  async #start(ask: () => Promise<{ readonly job: string; readonly dataset?: string | null } | null>): Promise<void> {
    try {
      const started = await ask();
      if (started === null) return;
      this.#awaited.add(started.job);
      if (typeof started.dataset === 'string') this.select(started.dataset);
    } catch (error) {
      notices.fail(error);
    }
  }

  #reloadDetail(): void {
    this.#loadDetail().catch((error: unknown) => {
      this.failure = failureOf(error);
    });
  }

  async #loadDetail(): Promise<void> {
    const wanted = this.selected;
    if (wanted === null) {
      this.detail = null;
      this.clips = null;
      return;
    }
    const detail = await call('datasets.get', { dataset: wanted });
    if (this.selected !== wanted) return;
    if (this.clips?.dataset !== wanted) this.clips = new Clips(wanted);
    else if (this.detail?.scanned !== detail.scanned) void this.clips.reload();
    this.detail = detail;
  }
}

export const datasets = new Datasets();
