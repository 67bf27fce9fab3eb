import { SvelteMap } from 'svelte/reactivity';
import type { Input, Mark } from '../../preload/contract.ts';
import { markInWords } from '../words/marks.ts';
import { baseName } from '../words/format.ts';
import { call } from './bridge.ts';
import { notices } from './notices.svelte.ts';

export type { Mark };

/** The marks of one dataset. */
interface Marked {
  readonly list: readonly Mark[];
  readonly byClip: ReadonlyMap<string, Mark>;
}

interface Undo {
  readonly words: string;
  readonly act: () => Promise<unknown>;
}

const NONE: Marked = { list: [], byClip: new Map() };
/** Steps that can be undone. */
const MOST_UNDO = 100;

/** What the user said about single clips: a wrong label with the right one, or to be left out. */
class Marks {
  readonly #of = new SvelteMap<string, Marked>();
  readonly #known = new Set<string>();
  #undo = $state.raw<readonly Undo[]>([]);
  readonly canUndo = $derived(this.#undo.length > 0);
  /** The clip for which the right class is being chosen. */
  choosing = $state<string | null>(null);

  follow(): void {
    window.instrunet.on('changed', ({ what }) => {
      if (what === 'marks' || what === 'datasets') for (const dataset of this.#known) void this.#load(dataset);
    });
  }

  /** Fetches the marks of a dataset unless they are known. */
  need(dataset: string): void {
    if (this.#known.has(dataset)) return;
    this.#known.add(dataset);
    void this.#load(dataset);
  }

  /** The newest first. */
  list(dataset: string | null): readonly Mark[] {
    return this.#get(dataset).list;
  }

  find(dataset: string | null, clip: string): Mark | undefined {
    return this.#get(dataset).byClip.get(clip);
  }

  async add(choice: Input<'marks.add'>): Promise<void> {
    try {
      const { mark } = await call('marks.add', choice);
      this.choosing = null;
      const name = baseName(choice.clip);
      this.#remember({ words: `Taken back: ${name}`, act: () => call('marks.undo', { mark }) });
      notices.say(`${name} ${markInWords(choice.to)}`);
    } catch (error) {
      notices.fail(error);
    }
  }

  async remove(dataset: string, { clip, clips, to, note }: Mark): Promise<void> {
    try {
      await call('marks.remove', { dataset, clip });
      this.choosing = null;
      const [present] = clips;
      if (present !== undefined) {
        const again = { dataset, clip: present, to, note };
        this.#remember({ words: `Marked again: ${baseName(clip)}`, act: () => call('marks.add', again) });
      }
      notices.say(`${baseName(clip)}: mark taken away`);
    } catch (error) {
      notices.fail(error);
    }
  }

  /** Takes the last step back. */
  async undo(): Promise<void> {
    const last = this.#undo.at(-1);
    if (last === undefined) return;
    this.#undo = this.#undo.slice(0, -1);
    this.choosing = null;
    try {
      await last.act();
      notices.say(last.words);
    } catch (error) {
      notices.fail(error);
    }
  }

  async export(dataset: string, format: Input<'marks.export'>['format']): Promise<void> {
    try {
      const saved = await call('marks.export', { dataset, format });
      if (saved !== null) notices.show(`Saved as ${saved.file}.`);
    } catch (error) {
      notices.fail(error);
    }
  }

  #get(dataset: string | null): Marked {
    return (dataset === null ? undefined : this.#of.get(dataset)) ?? NONE;
  }

  #remember(step: Undo): void {
    this.#undo = [...this.#undo, step].slice(-MOST_UNDO);
  }

  async #load(dataset: string): Promise<void> {
    try {
      const list = await call('marks.list', { dataset });
      const byClip = new Map(list.flatMap((mark) => mark.clips.map((clip) => [clip, mark] as const)));
      this.#of.set(dataset, { list, byClip });
    } catch {
      // A dataset that was taken off the list has no marks any more.
      this.#known.delete(dataset);
      this.#of.delete(dataset);
    }
  }
}

export const marks = new Marks();
