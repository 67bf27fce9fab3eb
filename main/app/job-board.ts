import type { Job } from '../../preload/contract.ts';

/** Ended jobs that are still shown. */
const MOST_ENDED = 50;

const ENGINE_GONE = {
  code: 'engine-gone',
  message: 'The engine has ended unexpectedly. A training can go on from its last finished epoch.',
  details: null,
} as const;

/** The jobs as the engine told of them last; they outlive it. */
export class JobBoard {
  readonly #jobs = new Map<string, Job>();
  readonly #onChange: (job: Job) => void;

  constructor(onChange: (job: Job) => void) {
    this.#onChange = onChange;
  }

  /** In the order in which they began. */
  list(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  running(): readonly Job[] {
    return this.list().filter(isRunning);
  }

  update(job: Job): void {
    this.#jobs.set(job.id, job);
    const ended = this.list().filter((other) => !isRunning(other));
    for (const { id } of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) this.#jobs.delete(id);
    this.#onChange(job);
  }

  /** The engine is gone, and with it all that was under way. */
  failAll(): void {
    for (const job of this.running()) this.update({ ...job, state: 'failed', error: ENGINE_GONE });
  }
}

export function isRunning({ state }: Job): boolean {
  return state === 'queued' || state === 'running';
}
