import type { ModelCard, ModelChoice, RunCard, StarterCard } from '../../preload/contract.ts';
import { networkInWords } from '../words/bases.ts';
import { call } from './bridge.ts';
import { notices } from './notices.svelte.ts';
import { runs } from './runs.svelte.ts';

/** A network that can name recordings, wherever it comes from. */
export interface Namer {
  readonly key: string;
  readonly choice: ModelChoice;
  readonly name: string;
  readonly classes: ModelCard['model']['classes'];
  /** Who named its outputs, where that was not the training itself. */
  readonly labelsFrom: string | null;
  /** Whether it names one class out of all (softmax), or judges each by itself (sigmoid). */
  readonly outputs: RunCard['run']['model']['outputs'];
  /** Per cent, below which it is known to be too often wrong; null where nobody has measured that. */
  readonly sureFrom: number | null;
}

export function keyOf(choice: ModelChoice): string {
  return choice.kind === 'starter' ? choice.kind : `${choice.kind} ${choice.id}`;
}

function chosen(choice: ModelChoice): Pick<Namer, 'key' | 'choice'> {
  return { key: keyOf(choice), choice };
}

/** The networks that name recordings: those of finished trainings, those that were imported, and the one of the app. */
class Models {
  #cards = $state.raw<readonly ModelCard[]>([]);
  /** Removed, but not yet in the trash, as it can still be undone. */
  #removed = $state.raw<readonly string[]>([]);
  readonly cards = $derived(this.#cards.filter(({ id }) => !this.#removed.includes(id)));
  readonly #trained = $derived(
    runs.networks.map(({ id, run }): Namer => ({
      ...chosen({ kind: 'run', id }),
      name: run.name,
      classes: run.classes,
      labelsFrom: null,
      outputs: run.model.outputs,
      sureFrom: run.result?.decision?.kind === 'best' ? Math.round(run.result.decision.sureFrom * 100) : null,
    })),
  );
  readonly #imported = $derived(
    this.cards.map(({ id, model }): Namer => ({
      ...chosen({ kind: 'imported', id }),
      name: model.name,
      classes: model.classes,
      labelsFrom: model.carriesLabels ? null : model.labelsFrom,
      outputs: model.outputs,
      sureFrom: null,
    })),
  );
  /** The network that comes with the app; null where there is none. */
  starter = $state.raw<StarterCard | null>(null);
  readonly #starters = $derived.by((): readonly Namer[] => {
    if (this.starter === null) return [];
    const { name, classes, sure, outputs } = this.starter;
    const sureFrom = sure === null ? null : Math.round(sure.threshold * 100);
    return [{ ...chosen({ kind: 'starter' }), name, classes, labelsFrom: null, outputs, sureFrom }];
  });
  /** The first is taken where nothing else was chosen: one's own before that of the app. */
  readonly namers = $derived([...this.#trained, ...this.#imported, ...this.#starters]);
  loaded = $state(false);

  async follow(): Promise<void> {
    window.instrunet.on('changed', ({ what }) => {
      if (what === 'models') void this.load();
    });
    try {
      this.starter = await call('models.starter', null);
    } catch (error) {
      notices.fail(error);
    }
    await this.load();
  }

  async load(): Promise<void> {
    try {
      this.#cards = await call('models.list', null);
    } catch (error) {
      notices.fail(error);
    }
    this.loaded = true;
  }

  find(key: string | null): Namer | undefined {
    return this.namers.find((namer) => namer.key === key);
  }

  /** What was trained in a run or scored by it, by the name that it has now, or had then where it is gone. */
  networkOf(run: RunCard['run']): string {
    const [folder = '', file = ''] = run.model.source.split(/[\\/]/u).slice(-2);
    const scored = this.find(keyOf({ kind: 'run', id: file })) ?? this.find(keyOf({ kind: 'imported', id: folder }));
    return networkInWords(run, scored?.name ?? run.model.name);
  }

  async rename({ id, model }: ModelCard, name: string): Promise<void> {
    const wanted = name.trim();
    if (wanted === '' || wanted === model.name) return;
    try {
      await call('models.rename', { model: id, name: wanted });
      await this.load();
    } catch (error) {
      notices.fail(error);
    }
  }

  remove({ id, model }: ModelCard): void {
    this.#removed = [...this.#removed, id];
    const undo = (): void => {
      this.#removed = this.#removed.filter((other) => other !== id);
    };
    const discard = async (): Promise<void> => {
      await call('models.remove', { model: id });
      await this.load();
    };
    notices.later(`${model.name} goes to the trash.`, discard, undo);
  }
}

export const models = new Models();
