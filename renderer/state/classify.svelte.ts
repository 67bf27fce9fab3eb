import type { DroppedItem, Events } from '../../preload/contract.ts';
import { call } from './bridge.ts';
import { jobs } from './jobs.svelte.ts';
import { navigation } from './navigation.svelte.ts';
import { notices } from './notices.svelte.ts';
import { runs } from './runs.svelte.ts';

type Classified = Events['classified'];

export interface NamedFile extends Classified {
  readonly id: number;
  /** The run that named it. */
  readonly run: string;
}

/** Results are shown together this often, so that a thousand files do not draw the list a thousand times. */
const FLUSH_MS = 120;

/** Files that were named, the latest job's first. */
class Classification {
  #chosen = $state<string | null>(null);
  /** The run whose network names files. */
  readonly run = $derived(runs.finished.find(({ id }) => id === this.#chosen) ?? runs.finished[0]);
  files = $state.raw<readonly NamedFile[]>([]);
  #job = $state<string | null>(null);
  readonly job = $derived(jobs.find(this.#job));
  readonly #runOfJob = new Map<string, string>();
  #arrived: Classified[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #count = 0;

  follow(): void {
    window.instrunet.on('classified', (classified) => {
      this.#arrived.push(classified);
      this.#timer ??= setTimeout(() => {
        this.#flush();
      }, FLUSH_MS);
    });
    window.instrunet.on('files', ({ dropped }) => {
      void this.start(dropped);
    });
  }

  choose(run: string): void {
    this.#chosen = run;
  }

  clear(): void {
    this.files = [];
  }

  async chooseFiles(): Promise<void> {
    await this.#begin((run) => call('classify.choose', { run }));
  }

  async start(dropped: readonly DroppedItem[]): Promise<void> {
    navigation.go('classify');
    const grants = dropped.map(({ grant }) => grant);
    if (grants.length > 0) await this.#begin((run) => call('classify.start', { run, grants }));
  }

  async #begin(ask: (run: string) => Promise<{ readonly job: string } | null>): Promise<void> {
    if (this.run === undefined) return;
    const run = this.run.id;
    try {
      const started = await ask(run);
      if (started === null) return;
      this.#job = started.job;
      this.#runOfJob.set(started.job, run);
    } catch (error) {
      notices.fail(error);
    }
  }

  #flush(): void {
    this.#timer = undefined;
    const fallback = this.run?.id ?? '';
    const named = this.#arrived.map((classified) => ({
      ...classified,
      id: ++this.#count,
      run: this.#runOfJob.get(classified.job) ?? fallback,
    }));
    this.#arrived = [];
    this.files = [...this.files, ...named];
  }
}

export const classification = new Classification();
