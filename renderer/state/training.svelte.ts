import { SvelteMap } from 'svelte/reactivity';
import type { Events, Input, Job, RunDetail, TrainingNotes } from '../../preload/contract.ts';
import { call } from './bridge.ts';
import { jobs } from './jobs.svelte.ts';
import { notices } from './notices.svelte.ts';
import { runs } from './runs.svelte.ts';

export type EpochRecord = RunDetail['history'][number];
type Batch = Events['batch'];

interface Live {
  readonly records: readonly EpochRecord[];
  readonly epochs: number;
  readonly batch: Batch | null;
  readonly notes: TrainingNotes | null;
  /** The part of a cross-validation that goes on, whose epochs the records are. */
  readonly fold: Events['fold']['fold'] | null;
}

/** The trainings that go on, and the one that is looked at. */
class Training {
  /** Run that the Train view shows; null for the form. */
  shown = $state<string | null>(null);
  /** Whether notes are read, of whichever training. */
  readsNotes = $state(false);
  readonly #live = new SvelteMap<string, Live>();
  readonly #jobs = new SvelteMap<string, string>();
  /** What became of the runs that were looked at. */
  readonly #details = new SvelteMap<string, RunDetail>();

  follow(): void {
    jobs.onEnd(({ kind, subject }) => {
      if (kind === 'train' && subject !== null) void this.#load(subject);
    });
    window.instrunet.on('batch', (batch) => {
      this.#live.set(batch.run, { ...this.of(batch.run), epochs: batch.epochs, batch });
    });
    window.instrunet.on('epoch', ({ run, epochs, record }) => {
      const live = this.of(run);
      const before = live.records.filter(({ epoch }) => epoch < record.epoch);
      this.#live.set(run, { ...live, epochs, records: [...before, record] });
    });
    window.instrunet.on('fold', ({ run, fold, history }) => {
      this.#live.set(run, { ...this.of(run), fold, records: [...history], batch: null });
    });
    window.instrunet.on('notes', ({ run, notes }) => {
      this.#live.set(run, { ...this.of(run), notes });
    });
  }

  /** After the page was loaded anew: shows the training that goes on. */
  restore(): void {
    const job = jobs.active.find(({ kind, subject }) => kind === 'train' && subject !== null);
    if (this.shown === null && typeof job?.subject === 'string') void this.show(job.subject);
  }

  detail(run: string): RunDetail | undefined {
    return this.#details.get(run);
  }

  of(run: string): Live {
    return this.#live.get(run) ?? { records: [], epochs: 0, batch: null, notes: null, fold: null };
  }

  job(run: string): string | null {
    const known = this.#jobs.get(run);
    if (known !== undefined) return known;
    return jobs.active.find(({ kind, subject }) => kind === 'train' && subject === run)?.id ?? null;
  }

  /** Whether it failed before there was anything of it to keep. */
  wasRefused(run: string): boolean {
    return jobs.find(this.job(run))?.state === 'failed' && runs.find(run) === undefined;
  }

  async start(choice: Input<'runs.train'>): Promise<void> {
    await this.#begin(() => call('runs.train', choice));
  }

  async resume(run: string): Promise<void> {
    await this.#begin(() => call('runs.resume', { run }));
  }

  /** Shows a run with the epochs it has had so far. */
  async show(run: string): Promise<void> {
    this.shown = run;
    await this.#load(run);
  }

  /** Takes out a training that still waits. */
  async unqueue({ id, subject, title }: Job): Promise<void> {
    await jobs.cancel(id);
    if (this.shown === subject) this.shown = null;
    notices.show(`${title} was taken out of the queue.`);
  }

  async exportCurves(run: string, format: 'csv' | 'png'): Promise<void> {
    try {
      const written = await call('runs.exportHistory', { run, format });
      if (written !== null) notices.show('The learning curves were saved.');
    } catch (error) {
      notices.fail(error);
    }
  }

  async #load(run: string): Promise<void> {
    try {
      const detail = await call('runs.get', { run });
      this.#details.set(run, detail);
      const live = this.of(run);
      if (detail.fold !== null && live.fold !== null && detail.fold.number !== live.fold.number) return;
      const known = new Set(live.records.map(({ epoch }) => epoch));
      const records = [...detail.history.filter(({ epoch }) => !known.has(epoch)), ...live.records];
      const notes = live.notes ?? detail.notes;
      const fold = live.fold ?? detail.fold;
      this.#live.set(run, { ...live, notes, fold, records: records.sort((a, b) => a.epoch - b.epoch) });
    } catch {
      // A run that has just begun has nothing to read yet; its epochs come as they end.
    }
  }

  async #begin(ask: () => Promise<{ readonly job: string; readonly run: string }>): Promise<void> {
    try {
      const { job, run } = await ask();
      this.#jobs.set(run, job);
      await this.show(run);
    } catch (error) {
      notices.fail(error);
    }
  }
}

export const training = new Training();
