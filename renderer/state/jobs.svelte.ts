import type { Job } from '../../preload/contract.ts';
import { BridgeError, call } from './bridge.ts';
import { notices } from './notices.svelte.ts';

const ACTIVE: ReadonlySet<Job['state']> = new Set(['queued', 'running']);

export function isActive(job: Job): boolean {
  return ACTIVE.has(job.state);
}

/** Everything that takes long, wherever it was started. */
class Jobs {
  list = $state.raw<readonly Job[]>([]);
  readonly active = $derived(this.list.filter(isActive));
  readonly #listeners = new Set<(job: Job) => void>();

  /** Follows the jobs, those already going on included. */
  async follow(): Promise<void> {
    window.instrunet.on('job', (job) => {
      this.#take(job);
    });
    for (const job of await call('jobs.list', null)) if (isActive(job)) this.#take(job);
  }

  find(id: string | null): Job | undefined {
    return this.list.find((job) => job.id === id);
  }

  /** Told once for each job that ends. */
  onEnd(listener: (job: Job) => void): void {
    this.#listeners.add(listener);
  }

  async cancel(id: string): Promise<void> {
    try {
      await call('jobs.cancel', { job: id });
    } catch (error) {
      notices.fail(error);
    }
  }

  #take(job: Job): void {
    const before = this.find(job.id);
    this.list = before === undefined ? [...this.list, job] : this.list.map((other) => (other === before ? job : other));
    if (isActive(job) || (before !== undefined && !isActive(before))) return;
    if (job.error !== null && job.state === 'failed') notices.fail(new BridgeError(job.error));
    else notices.say(`${job.title}: ${job.state === 'done' ? 'done' : 'cancelled'}`);
    for (const listener of this.#listeners) listener(job);
  }
}

export const jobs = new Jobs();
