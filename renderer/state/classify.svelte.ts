import type { DroppedItem, Events, Listening, ResultFormat } from '../../preload/contract.ts';
import { verdictKeys, verdictOf, type Verdict } from '../words/verdicts.ts';
import { call } from './bridge.ts';
import { isActive, jobs } from './jobs.svelte.ts';
import { listening } from './listening.svelte.ts';
import { models, type Namer } from './models.svelte.ts';
import { navigation } from './navigation.svelte.ts';
import { notices } from './notices.svelte.ts';

type Classified = Events['classified'];

export interface NamedFile extends Classified {
  readonly id: number;
  /** The network that named it. */
  readonly namer: Namer;
}

/** What was dropped together, and how it was named. */
interface Batch {
  readonly job: string;
  readonly items: readonly DroppedItem[];
  readonly namer: Namer;
  readonly listening: Listening;
}

/** A job that was asked for and is not known yet: its first results may come before its id. */
interface Start {
  /** What became of it meanwhile. */
  fate: 'wanted' | 'cancelled' | 'cleared';
}

export interface VerdictCount {
  readonly key: string;
  readonly verdict: Verdict;
  readonly count: number;
}

/** Results are shown together this often, so that a thousand files do not draw the list a thousand times. */
const FLUSH_MS = 120;

/** What was dropped to be named, and what was heard in it. */
class Classification {
  /** The network that names files. */
  readonly model = $derived(models.find(listening.model) ?? models.namers[0]);
  /** Probability from which on a class counts as heard, as chosen; null for what each network asks for itself. */
  readonly threshold = $derived(listening.threshold === null ? null : listening.threshold / 100);
  files = $state.raw<readonly NamedFile[]>([]);
  /** Dropped before there was a network; named as soon as there is one. */
  waiting = $state.raw<readonly DroppedItem[]>([]);
  #batches = $state.raw<readonly Batch[]>([]);
  /** Jobs that go on, the one that waits last. */
  readonly active = $derived(this.#batches.flatMap(({ job }) => jobs.find(job) ?? []).filter((job) => isActive(job)));
  #starts = $state.raw<readonly Start[]>([]);
  /** Whether anything was asked for that has not begun yet. */
  readonly starting = $derived(this.#starts.some(({ fate }) => fate === 'wanted'));
  /** Whether anything was named by another network or with other options than those chosen now. */
  readonly outdated = $derived.by(() => {
    const namer = this.model;
    if (namer === undefined) return false;
    const chosen = wayOf({ namer, listening: listeningOf(namer) });
    return this.#batches.some((batch) => wayOf(batch) !== chosen);
  });
  /** Whether not everything was named in one way, so that it cannot be told in one file. */
  readonly mixed = $derived(new Set(this.#batches.map(wayOf)).size > 1);
  /** The first way in which files were named. */
  readonly usedWay = $derived(this.#batches[0]);
  readonly counts = $derived(countVerdicts(this.files, this.threshold));
  /** Key of the verdict that the list is narrowed to. */
  filter = $state<string | null>(null);
  readonly shown = $derived(
    this.filter === null
      ? this.files
      : this.files.filter(({ result }) => verdictKeys(verdictOf(result, this.threshold)).includes(this.filter ?? '')),
  );
  /** Id of the file that is selected. */
  selected = $state<number | null>(null);
  readonly file = $derived(this.files.find(({ id }) => id === this.selected));
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
    $effect.root(() => {
      $effect(() => {
        if (this.model === undefined || this.waiting.length === 0) return;
        const { waiting } = this;
        this.waiting = [];
        void this.#begin(waiting);
      });
    });
  }

  choose(key: string): void {
    listening.model = key;
    listening.remember();
  }

  /** Takes everything off the list, and stops what goes on. */
  async clear(): Promise<void> {
    const gone = this.#batches;
    this.#forsake('cleared');
    this.#batches = [];
    this.#arrived = [];
    this.files = [];
    this.waiting = [];
    this.filter = null;
    this.selected = null;
    await this.#forget(gone);
  }

  async cancel(): Promise<void> {
    this.waiting = [];
    this.#forsake('cancelled');
    await this.#stop(this.#batches);
  }

  async chooseFiles(kind: 'files' | 'folder'): Promise<void> {
    try {
      await this.start(await call('classify.choose', { kind }));
    } catch (error) {
      notices.fail(error);
    }
  }

  /** Names what was dropped, behind what was dropped before; without a network it waits. */
  async start(dropped: readonly DroppedItem[]): Promise<void> {
    if (dropped.length === 0) return;
    navigation.go('classify');
    if (this.model === undefined) this.waiting = [...this.waiting, ...dropped];
    else await this.#begin(dropped);
  }

  /** Names everything on the list once more, as is chosen now. */
  async again(): Promise<void> {
    const items = this.#batches.flatMap((batch) => batch.items);
    await this.clear();
    await this.#begin(items);
  }

  async export(format: ResultFormat): Promise<void> {
    try {
      await call('classify.export', { jobs: this.#batches.map(({ job }) => job), format, threshold: this.threshold });
    } catch (error) {
      notices.fail(error);
    }
  }

  /** What has not begun yet is stopped as soon as it has. */
  #forsake(fate: Exclude<Start['fate'], 'wanted'>): void {
    for (const start of this.#starts) if (start.fate !== 'cleared') start.fate = fate;
    this.#starts = [...this.#starts];
  }

  async #forget(batches: readonly Batch[]): Promise<void> {
    if (batches.length === 0) return;
    await this.#stop(batches);
    try {
      await call('classify.forget', { jobs: batches.map(({ job }) => job) });
    } catch (error) {
      notices.fail(error);
    }
  }

  async #stop(batches: readonly Batch[]): Promise<void> {
    const going = batches.filter(({ job }) => {
      const known = jobs.find(job);
      return known === undefined || isActive(known);
    });
    // The last first, so that none of them begins because the one before it has ended.
    for (const { job } of [...going].reverse()) await jobs.cancel(job);
  }

  async #begin(items: readonly DroppedItem[]): Promise<void> {
    const namer = this.model;
    if (namer === undefined || items.length === 0) return;
    const options = listeningOf(namer);
    const start: Start = { fate: 'wanted' };
    this.#starts = [...this.#starts, start];
    try {
      const grants = items.map(({ grant }) => grant);
      const { job } = await call('classify.start', { model: namer.choice, grants, listening: options });
      const batch = { job, items, namer, listening: options };
      if (start.fate === 'cleared') await this.#forget([batch]);
      else this.#batches = [...this.#batches, batch];
      if (start.fate === 'cancelled') await this.#stop([batch]);
    } catch (error) {
      notices.fail(error);
    }
    this.#starts = this.#starts.filter((other) => other !== start);
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batches = new Map(this.#batches.map((batch) => [batch.job, batch]));
    const named = this.#arrived.flatMap((classified) => {
      const batch = batches.get(classified.job);
      return batch === undefined ? [] : [{ ...classified, id: ++this.#count, namer: batch.namer }];
    });
    this.#arrived = this.#starts.length === 0 ? [] : this.#arrived.filter(({ job }) => !batches.has(job));
    if (named.length > 0) this.files = [...this.files, ...named];
  }
}

function wayOf({ namer, listening: { hopSeconds, aggregation, topK } }: Pick<Batch, 'namer' | 'listening'>): string {
  return JSON.stringify([namer.key, hopSeconds, aggregation, topK]);
}

/** A network that judges each class by itself is asked for the mean: there is no strongest class to divide by. */
function listeningOf({ outputs }: Namer): Listening {
  return outputs === 'sigmoid' ? { ...listening.choice, aggregation: 'mean' } : listening.choice;
}

/** The most frequent first; what is no class comes last. A file with several classes counts for each. */
function countVerdicts(files: readonly NamedFile[], threshold: number | null): VerdictCount[] {
  const counts = new Map<string, VerdictCount>();
  for (const { result } of files) {
    const verdict = verdictOf(result, threshold);
    const parts: Verdict[] =
      verdict.kind === 'classes' ? verdict.codes.map((code) => ({ kind: 'classes', codes: [code] })) : [verdict];
    for (const [index, key] of verdictKeys(verdict).entries()) {
      counts.set(key, { key, verdict: parts[index] ?? verdict, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  const rank = ({ verdict }: VerdictCount): number => (verdict.kind === 'classes' ? 0 : 1);
  return [...counts.values()].sort((a, b) => rank(a) - rank(b) || b.count - a.count);
}

export const classification = new Classification();
