import type { Failure, RunDetail, ScoredClipRow } from '../../preload/contract.ts';
import { call, failureOf } from './bridge.ts';
import { Palette } from './palette.ts';

/** Clips asked for at once. */
const PAGE = 200;

/** A cell of the confusion matrix. */
export interface Cell {
  readonly label: string;
  readonly predicted: string;
}

/** The run that is looked into, one cell of its confusion matrix, and one clip of that. */
class Inspection {
  run = $state<string | null>(null);
  detail = $state.raw<RunDetail | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly metrics = $derived(this.detail?.metrics ?? null);
  readonly palette = $derived(new Palette(this.detail?.run.classes ?? []));
  /** Null for all clips that were taken for something else. */
  cell = $state.raw<Cell | null>(null);
  rows = $state.raw<readonly ScoredClipRow[]>([]);
  total = $state<number | null>(null);
  selected = $state(0);
  readonly clip = $derived(this.rows[this.selected]);
  shares = $state(false);
  #asked = 0;
  #loading = false;

  async open(run: string): Promise<void> {
    this.run = run;
    this.failure = null;
    try {
      const detail = await call('runs.get', { run });
      if (this.run !== run) return;
      this.detail = detail;
      await this.openCell(detail.metrics?.confusions[0] ?? null);
    } catch (error) {
      if (this.run === run) this.failure = failureOf(error);
    }
  }

  async openCell(cell: Cell | null): Promise<void> {
    this.cell = cell === null ? null : { label: cell.label, predicted: cell.predicted };
    this.rows = [];
    this.total = null;
    this.selected = 0;
    this.#asked += 1;
    this.#loading = false;
    await this.more();
  }

  /** Fetches further clips of the cell, if there are any. */
  async more(): Promise<void> {
    if (this.run === null || this.#loading || (this.total !== null && this.rows.length >= this.total)) return;
    const asked = this.#asked;
    this.#loading = true;
    try {
      const { label, predicted } = this.cell ?? { label: null, predicted: null };
      const offset = this.rows.length;
      const page = await call('runs.clips', { run: this.run, label, predicted, offset, limit: PAGE });
      if (asked !== this.#asked) return;
      this.total = page.total;
      this.rows = [...this.rows, ...page.rows];
    } catch (error) {
      if (asked === this.#asked) this.failure = failureOf(error);
    }
    if (asked === this.#asked) this.#loading = false;
  }

  select(index: number): void {
    this.selected = Math.min(Math.max(index, 0), Math.max(0, this.rows.length - 1));
    if (this.selected > this.rows.length - 20) void this.more();
  }

  /** Goes to the next cell with mistakes in it, the fullest first. */
  async neighbour(step: 1 | -1): Promise<void> {
    const cells = this.metrics?.confusions ?? [];
    if (cells.length === 0) return;
    const here = cells.findIndex(
      ({ label, predicted }) => label === this.cell?.label && predicted === this.cell.predicted,
    );
    const next = cells[(here + step + cells.length) % cells.length];
    if (next !== undefined) await this.openCell(next);
  }
}

export const inspection = new Inspection();
