import { SvelteMap } from 'svelte/reactivity';
import type { Failure, Input, RunCopy, RunDetail, ScoredClipDetail, ScoredClipRow } from '../../preload/contract.ts';
import { call, failureOf } from './bridge.ts';
import { notices } from './notices.svelte.ts';
import { Palette } from './palette.ts';

/** Clips asked for at once. */
const PAGE = 200;

type Wanted = Input<'runs.clips'>;
export type Show = Wanted['show'];

/** A part of the confusion matrix: a cell, a pair of cells (`both`), a row or column, or (both null) all of it. */
export type Scope = Pick<Wanted, 'label' | 'predicted' | 'both'>;

const EVERYTHING: Scope = { label: null, predicted: null, both: false };

/** The run that is looked into, a part of its confusion matrix, and one clip of that. */
class Inspection {
  run = $state<string | null>(null);
  detail = $state.raw<RunDetail | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Why the list of clips, or a part of it, is not there. */
  listFailure = $state.raw<Failure | null>(null);
  readonly metrics = $derived(this.detail?.metrics ?? null);
  readonly palette = $derived(new Palette(this.detail?.run.classes ?? []));
  /** Null where the dataset is no longer in the library. */
  readonly dataset = $derived(this.detail?.dataset ?? null);
  scope = $state.raw<Scope>(EVERYTHING);
  show = $state<Show>('wrong');
  total = $state<number | null>(null);
  selected = $state(0);
  /** A clip of the same recording that was opened beside the list. */
  aside = $state.raw<ScoredClipRow | null>(null);
  readonly clip = $derived(this.aside ?? this.row(this.selected));
  shares = $state(false);
  #siblings = $state.raw<ScoredClipDetail | null>(null);
  /** Null while they are on their way. */
  readonly siblings = $derived(this.#siblings?.clip === this.clip?.clip ? this.#siblings : null);
  readonly #pages = new SvelteMap<number, readonly ScoredClipRow[]>();
  #asked = new Set<number>();

  async open(run: string): Promise<void> {
    if (run !== this.run) this.#forget();
    this.run = run;
    this.failure = null;
    try {
      const detail = await call('runs.get', { run });
      if (this.run !== run) return;
      this.detail = detail;
      if (detail.labels !== null) return;
      const worst = detail.metrics?.confusedPairs[0];
      await this.openScope(worst === undefined ? EVERYTHING : pairScope(worst), worst === undefined ? 'all' : 'wrong');
    } catch (error) {
      if (this.run === run) this.failure = failureOf(error);
    }
  }

  row(index: number): ScoredClipRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  async openScope(scope: Scope, show: Show = this.show): Promise<void> {
    const right = scope.label !== null && scope.label === scope.predicted;
    this.scope = scope;
    // Of the clips that were heard rightly none is wrong.
    this.show = right && show === 'wrong' ? 'all' : show;
    this.total = null;
    this.selected = 0;
    await this.#fetch();
  }

  async openAll(): Promise<void> {
    await this.openScope(EVERYTHING);
  }

  /** Fetches the list once more, as marks have changed what is in it. */
  async refresh(): Promise<void> {
    await this.#fetch();
  }

  select(index: number): void {
    this.selected = Math.min(Math.max(index, 0), Math.max(0, (this.total ?? 0) - 1));
    this.aside = null;
    void this.need(this.selected);
    this.#needSiblings();
  }

  /** Opens a clip that may not be in the list. */
  openAside(clip: ScoredClipRow): void {
    this.aside = clip;
    this.#needSiblings();
  }

  closeAside(): void {
    this.aside = null;
    this.#needSiblings();
  }

  /** Goes to the next cell with mistakes in it, the fullest first; from a pair of cells to the next pair. */
  async neighbour(step: 1 | -1): Promise<void> {
    const pairs = (this.metrics?.confusedPairs ?? []).map(pairScope);
    const cells = (this.metrics?.confusions ?? []).map(({ label, predicted }) => ({ label, predicted, both: false }));
    const places = this.scope.both ? pairs : cells;
    if (places.length === 0) return;
    const here = places.findIndex((place) => sameScope(place, this.scope));
    const next = places[here < 0 && step < 0 ? places.length - 1 : (here + step + places.length) % places.length];
    if (next !== undefined) await this.openScope(next, 'wrong');
  }

  /** Fetches the page of a row unless it is there or on its way. */
  async need(index: number): Promise<void> {
    const page = Math.floor(index / PAGE);
    const asked = this.#asked;
    if (this.run === null || asked.has(page)) return;
    asked.add(page);
    try {
      const wanted = { run: this.run, ...this.scope, show: this.show, offset: page * PAGE, limit: PAGE };
      const { total, rows } = await call('runs.clips', wanted);
      if (asked !== this.#asked) return;
      this.total = total;
      this.#pages.set(page, rows);
      this.listFailure = null;
      if (Math.floor(this.selected / PAGE) === page) this.select(this.selected);
    } catch (error) {
      if (asked === this.#asked) this.listFailure = failureOf(error);
    }
  }

  async save(file: RunCopy): Promise<void> {
    if (this.run === null) return;
    try {
      const saved = await call('runs.saveCopy', { run: this.run, file });
      if (saved !== null) notices.show(`Saved as ${saved.file}.`);
    } catch (error) {
      notices.fail(error);
    }
  }

  async #fetch(): Promise<void> {
    this.#drop();
    await this.need(0);
  }

  /** Another run has other clips, and other figures of the same clips. */
  #forget(): void {
    this.#drop();
    this.detail = null;
    this.#siblings = null;
    this.total = null;
  }

  /** Answers that are still on their way are of no use any more. */
  #drop(): void {
    this.#pages.clear();
    this.#asked = new Set();
    this.listFailure = null;
    this.aside = null;
  }

  #needSiblings(): void {
    const { run, clip } = this;
    if (run === null || clip === undefined || this.#siblings?.clip === clip.clip) return;
    call('runs.clip', { run, clip: clip.clip }).then(
      (detail) => {
        if (this.run === run && this.clip?.clip === detail.clip) this.#siblings = detail;
      },
      (error: unknown) => {
        if (this.run === run) notices.fail(error);
      },
    );
  }
}

export function sameScope(a: Scope, b: Scope): boolean {
  return a.label === b.label && a.predicted === b.predicted && a.both === b.both;
}

export function pairScope({ first, second }: { readonly first: string; readonly second: string }): Scope {
  return { label: first, predicted: second, both: true };
}

/** Whether a cell of the matrix is among those of a scope. */
export function inScope(scope: Scope, label: string, predicted: string): boolean {
  const { label: truth, predicted: taken, both } = scope;
  if (truth === null && taken === null) return false;
  const fits = (a: string | null, b: string | null): boolean =>
    (a === null || a === label) && (b === null || b === predicted);
  return fits(truth, taken) || (both && fits(taken, truth));
}

export const inspection = new Inspection();
