import { SvelteMap } from 'svelte/reactivity';
import type { ClipRow, Failure, Input } from '../../preload/contract.ts';
import { call, failureOf } from './bridge.ts';
import { notices } from './notices.svelte.ts';

const PAGE = 200;

type Query = Omit<Input<'datasets.exportClips'>, 'dataset'>;
export type SortColumn = Query['sort'];
export type ClipSide = Query['side'];

const ALL = { search: '', label: null, finding: null, recording: null, side: null } as const;

/** The clip table of one dataset: what it is filtered by, and the pages that have been looked at. */
export class Clips {
  readonly dataset: string;
  query = $state.raw<Query>({ ...ALL, sort: 'path', descending: false });
  total = $state<number | null>(null);
  failure = $state.raw<Failure | null>(null);
  selected = $state(0);
  /** Whether the details of the selected clip are open. */
  opened = $state(false);
  readonly filtered = $derived(
    Object.keys(ALL).some((key) => this.query[key as keyof typeof ALL] !== ALL[key as keyof typeof ALL]),
  );
  readonly #pages = new SvelteMap<number, readonly ClipRow[]>();
  /** Pages asked for of the present list. */
  #asked = new Set<number>();
  /** What is shown is of an earlier list, until the first page of the present one is there. */
  #stale = false;
  #first: Promise<void> | null = null;

  constructor(dataset: string) {
    this.dataset = dataset;
  }

  row(index: number): ClipRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  filter(change: Partial<Query>): void {
    this.query = { ...this.query, ...change };
    this.selected = 0;
    this.opened = false;
    void this.reload();
  }

  showAll(): void {
    this.filter(ALL);
  }

  sortBy(sort: SortColumn): void {
    this.filter({ sort, descending: this.query.sort === sort && !this.query.descending });
  }

  /** Asks for the list anew, once and for the latest wish only, however fast wishes come. */
  async reload(): Promise<void> {
    this.#asked = new Set();
    this.#stale = true;
    this.#first ??= this.#loadFirst().finally(() => {
      this.#first = null;
    });
    await this.#first;
  }

  /** Fetches the page of a row unless it is there or on its way. */
  async need(index: number): Promise<void> {
    if (this.#stale && this.#first !== null) return;
    await this.#load(Math.floor(index / PAGE));
  }

  /** Opens a clip of the dataset, in the present list or, where it is not in that, in the list of all. */
  async show(path: string): Promise<void> {
    try {
      let position = await this.#positionOf(path);
      if (position === null) {
        this.query = { ...this.query, ...ALL };
        await this.reload();
        position = await this.#positionOf(path);
      }
      if (position === null) return;
      this.selected = position;
      this.opened = true;
      await this.need(position);
    } catch (error) {
      notices.fail(error);
    }
  }

  async export(): Promise<void> {
    try {
      const written = await call('datasets.exportClips', { ...this.query, dataset: this.dataset });
      if (written !== null) notices.show('The list was saved.');
    } catch (error) {
      notices.fail(error);
    }
  }

  #positionOf(path: string): Promise<number | null> {
    return call('datasets.position', { ...this.query, dataset: this.dataset, path });
  }

  async #loadFirst(): Promise<void> {
    let asked: Set<number>;
    do {
      asked = this.#asked;
      await this.#load(0);
    } while (asked !== this.#asked);
  }

  async #load(page: number): Promise<void> {
    const asked = this.#asked;
    if (asked.has(page)) return;
    asked.add(page);
    try {
      const request = { ...this.query, dataset: this.dataset, offset: page * PAGE, limit: PAGE };
      const { total, rows } = await call('datasets.clips', request);
      if (asked !== this.#asked) return;
      if (this.#stale) this.#pages.clear();
      this.#stale = false;
      this.total = total;
      this.selected = Math.min(this.selected, Math.max(0, total - 1));
      this.#pages.set(page, rows);
      this.failure = null;
    } catch (error) {
      if (asked === this.#asked) this.failure = failureOf(error);
    }
  }
}
