import { SvelteMap } from 'svelte/reactivity';
import type { ClipRow, Failure, Input } from '../../preload/contract.ts';
import { call, failureOf } from './bridge.ts';

const PAGE = 200;

type Query = Omit<Input<'datasets.clips'>, 'dataset' | 'offset' | 'limit'>;
export type SortColumn = Query['sort'];

const EVERYTHING: Query = {
  search: '',
  label: null,
  finding: null,
  recording: null,
  sort: 'path',
  descending: false,
};

/** The clip table of one dataset: what it is filtered by, and the pages that have been looked at. */
export class Clips {
  readonly dataset: string;
  query = $state.raw<Query>(EVERYTHING);
  total = $state<number | null>(null);
  failure = $state.raw<Failure | null>(null);
  selected = $state(0);
  readonly #pages = new SvelteMap<number, readonly ClipRow[]>();
  #asked = new Set<number>();

  constructor(dataset: string, query: Partial<Query> = {}) {
    this.dataset = dataset;
    this.query = { ...EVERYTHING, ...query };
  }

  row(index: number): ClipRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  filter(change: Partial<Query>): void {
    this.query = { ...this.query, ...change };
    this.#pages.clear();
    this.#asked = new Set();
    this.selected = 0;
    void this.need(0);
  }

  sortBy(sort: SortColumn): void {
    this.filter({ sort, descending: this.query.sort === sort && !this.query.descending });
  }

  /** Fetches the page of a row unless it is there or on its way. */
  async need(index: number): Promise<void> {
    const page = Math.floor(index / PAGE);
    const asked = this.#asked;
    if (asked.has(page)) return;
    asked.add(page);
    try {
      const request = { ...this.query, dataset: this.dataset, offset: page * PAGE, limit: PAGE };
      const { total, rows } = await call('datasets.clips', request);
      if (asked !== this.#asked) return;
      this.total = total;
      this.#pages.set(page, rows);
      this.failure = null;
    } catch (error) {
      if (asked === this.#asked) this.failure = failureOf(error);
    }
  }
}
