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
  readonly onEnd: () => void;
  /** Fulfilled when it has ended. */
  readonly settled: Promise<void>;
}

/**
 * Kinds whose jobs wait for each other, by the lane in which they do: trainings and evaluations use all processors and
 * may need the same feature cache, which one alone can write; the results of naming must come in order.
 */
const LANES: Readonly<Partial<Record<JobKind, 'learning' | 'naming'>>> = {
  train: 'learning',
  evaluate: 'learning',
  classify: 'naming',
};

/**
 * Runs long work. Trainings and evaluations wait for each other, and so does the naming of files; everything else begins at
 * once. The listener is told of every change; progress comes throttled from where it is measured.
 */
export class JobQueue {
  readonly #entries = new Map<string, Entry>();
  readonly #onChange: (job: Job) => void;
  /** When the last job of a lane will have ended. */
  readonly #lanes = new Map<string, Promise<void>>();

  constructor(onChange: (job: Job) => void) {
    this.#onChange = onChange;
  }

  /** @returns the id of the job */
  start(request: JobRequest): string {
    const { kind, title, subject } = request;
    const job: Job = { id: randomUUID(), kind, title, state: 'queued', progress: null, error: null, subject };
    let onEnd = (): void => undefined;
    const settled = new Promise<void>((done) => {
      onEnd = () => {
        request.onEnd?.();
        done();
      };
    });
    const entry: Entry = { job, controller: new AbortController(), onEnd, settled };
    this.#entries.set(job.id, entry);
    this.#onChange(job);
    const lane = LANES[kind];
    const before = lane === undefined ? undefined : this.#lanes.get(lane);
    const running = before === undefined ? this.#run(entry, request) : before.then(() => this.#run(entry, request));
    if (lane !== undefined) this.#lanes.set(lane, running);
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

  /** Cancels every job and waits until none is left. */
  async stop(): Promise<void> {
    const left = [...this.#entries.values()];
    for (const { job } of left) this.cancel(job.id);
    await Promise.all(left.map(({ settled }) => settled));
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
    entry.onEnd();
    this.#change(entry, change);
  }
}
