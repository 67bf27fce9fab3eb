import { randomUUID } from 'node:crypto';
import type { Job, JobKind } from '../../../preload/contract.ts';
import { EngineError, isCancellation } from '../common/errors.ts';
import type { Progress } from '../common/task.ts';
import { failureOf } from './failure.ts';

/** What a job's work is given. */
export interface JobTask {
  readonly job: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface JobRequest {
  readonly kind: JobKind;
  readonly title: string;
  /** The dataset or run that it is about, where that is known from the beginning. */
  readonly subject: string | null;
  /** @returns the dataset or run that it made or worked on */
  readonly work: (task: JobTask) => Promise<string | null>;
  /** Called once when it has ended, in whatever way, and also when it never began. */
  readonly onEnd?: () => void;
}

interface Entry {
  job: Job;
  readonly controller: AbortController;
  readonly onEnd: (() => void) | undefined;
}

/** Kinds of which one job waits for the other: each uses all processors, or its results must come in order. */
const ONE_BY_ONE: ReadonlySet<JobKind> = new Set(['train', 'evaluate', 'classify']);

/**
 * Runs long work. Trainings wait for each other, and so do evaluations and the naming of files; everything else begins at
 * once. The listener is told of every change; progress comes throttled from where it is measured.
 */
export class JobQueue {
  readonly #entries = new Map<string, Entry>();
  readonly #onChange: (job: Job) => void;
  /** When the last job of a kind will have ended. */
  readonly #lanes = new Map<JobKind, Promise<void>>();

  constructor(onChange: (job: Job) => void) {
    this.#onChange = onChange;
  }

  /** @returns the id of the job */
  start(request: JobRequest): string {
    const { kind, title, subject } = request;
    const job: Job = { id: randomUUID(), kind, title, state: 'queued', progress: null, error: null, subject };
    const entry: Entry = { job, controller: new AbortController(), onEnd: request.onEnd };
    this.#entries.set(job.id, entry);
    this.#onChange(job);
    const before = ONE_BY_ONE.has(kind) ? this.#lanes.get(kind) : undefined;
    const ended = before === undefined ? this.#run(entry, request) : before.then(() => this.#run(entry, request));
    this.#lanes.set(kind, ended);
    return job.id;
  }

  /**
   * Asks a job to stop; one that still waits is taken out at once.
   * @throws EngineError `not-found` where there is no such job, or it has ended
   */
  cancel(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new EngineError('not-found', 'This job has ended already.');
    entry.controller.abort();
    if (entry.job.state === 'queued') this.#end(entry, { state: 'cancelled' });
  }

  async #run(entry: Entry, request: JobRequest): Promise<void> {
    if (entry.controller.signal.aborted) return;
    this.#change(entry, { state: 'running' });
    try {
      const subject = await request.work({
        job: entry.job.id,
        signal: entry.controller.signal,
        onProgress: (progress) => {
          this.#change(entry, { progress });
        },
      });
      this.#end(entry, { state: 'done', subject });
    } catch (error) {
      if (isCancellation(error)) this.#end(entry, { state: 'cancelled' });
      else this.#end(entry, { state: 'failed', error: failureOf(error) });
    }
  }

  #change(entry: Entry, change: Partial<Job>): void {
    entry.job = { ...entry.job, ...change };
    this.#onChange(entry.job);
  }

  #end(entry: Entry, change: Partial<Job>): void {
    this.#entries.delete(entry.job.id);
    entry.onEnd?.();
    this.#change(entry, change);
  }
}
