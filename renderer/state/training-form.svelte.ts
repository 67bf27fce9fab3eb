import type { BaseCard, Failure, Input, Pace, PresetCard, RunDetail, SplitPreview } from '../../preload/contract.ts';
import {
  DEFAULT_VALUES,
  CHANGE_OPTIONS,
  problemsOf,
  toChanges,
  toFolds,
  toSplit,
  toTraining,
  toValues,
  type TrainLayers,
  type TrainingValues,
} from '../words/training-options.ts';
import { call, failureOf } from './bridge.ts';
import { datasets } from './datasets.svelte.ts';
import { marks } from './marks.svelte.ts';
import { keyOf, models, type Namer } from './models.svelte.ts';
import { jobs } from './jobs.svelte.ts';
import { notices } from './notices.svelte.ts';
import { training } from './training.svelte.ts';

type Run = RunDetail['run'];

/** How a run is called that repeats another with marks applied. */
const CORRECTED = ', corrected';

/** A share that moves is previewed only when it rests. */
const REST_MS = 200;

/** How a preset is chosen; as `Namer.key` for a trained network. */
export function presetKey(name: string): string {
  return `preset ${name}`;
}

/** How long the learning itself will take, by an earlier training on this machine. */
export interface Estimate {
  readonly seconds: number;
  /** What is learned from in an epoch. */
  readonly count: number;
  readonly unit: 'clip' | 'window';
  /** With as many networks side by side as are chosen. */
  readonly clipsPerSecond: number;
  readonly pace: Pace;
}

/** What is to be trained; kept while other views are open. */
class TrainingForm {
  presets = $state.raw<readonly PresetCard[]>([]);
  #paces = $state.raw<readonly Pace[]>([]);
  #dataset = $state<string | null>(null);
  readonly dataset = $derived(
    datasets.cards.find(({ id }) => id === this.#dataset) ??
      datasets.cards.find(({ id }) => id === datasets.selected) ??
      datasets.cards[0],
  );
  name = $state('');
  /** The names that were typed for trainings under way, by their runs. */
  readonly #given = new Map<string, string>();
  /** Whether marks are applied, where the dataset has any. */
  corrections = $state(true);
  readonly marks = $derived(marks.list(this.dataset?.id ?? null).length);
  readonly applies = $derived(this.corrections && this.marks > 0);
  /** What it begins from, by its key: a preset, the first there is once the engine has told them, or a trained network. */
  start = $state('');
  readonly preset = $derived(this.presets.find(({ name }) => presetKey(name) === this.start) ?? null);
  /** The trained network that is trained further; undefined for a new one. */
  readonly from = $derived<Namer | undefined>(models.find(this.start));
  /** What that brings along; null until it is known. */
  base = $state.raw<BaseCard | null>(null);
  baseFailure = $state.raw<Failure | null>(null);
  /** Whether the options that suit the base are still to come. */
  #awaitsOptions = false;
  #looked = 0;
  readonly baseRequest = $derived.by((): Input<'runs.base'> | null => {
    const [from, dataset] = [this.from?.choice, this.dataset?.id];
    return from === undefined || dataset === undefined ? null : { from, dataset, outputs: this.values.outputs };
  });
  /** As chosen; what the dataset asks for is not among it, so that another one does not keep it. */
  #values = $state.raw<TrainingValues>(DEFAULT_VALUES);
  readonly values = $derived.by((): TrainingValues =>
    this.severalLabels ? { ...this.#values, outputs: 'sigmoid' } : this.#values,
  );
  /** What was typed before the engine had told the networks, whose options would take its place. */
  #typed: Partial<TrainingValues> = {};
  /** Whether clips of the dataset have several labels, which only one way of answering can learn. */
  readonly severalLabels = $derived(
    this.dataset?.layout === 'irmas-test' ||
      (this.dataset?.summary.labelCounts.some(({ labels }) => labels > 1) ?? false),
  );
  readonly problems = $derived(problemsOf(this.values));
  /** As text, so that nothing is split anew for what the split does not depend on. */
  readonly #splitKey = $derived.by(() => {
    const { folds, validation, test, seed } = this.problems;
    const wrong = [folds, validation, test, seed].some((problem) => problem !== undefined);
    if (this.dataset === undefined || wrong) return null;
    return JSON.stringify({ dataset: this.dataset.id, corrections: this.applies, ...toSplit(this.values) });
  });
  /** What the preview is to be of; null while the shares make no sense. */
  readonly splitRequest = $derived(
    this.#splitKey === null ? null : (JSON.parse(this.#splitKey) as Input<'datasets.previewSplit'>),
  );
  preview = $state.raw<SplitPreview | null>(null);
  failure = $state.raw<Failure | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  readonly suggestedName = $derived(
    `${this.dataset?.name ?? ''}, ${this.values.split === 'grouped' ? 'by recording' : 'random split'}` +
      (this.values.crossValidates ? `, ${String(this.values.folds)} folds` : '') +
      (this.from === undefined ? '' : `, from ${this.from.name}`),
  );

  /** As text, so that nothing is drawn anew for what it does not depend on. */
  readonly #changesKey = $derived.by(() => {
    const wrong = [...CHANGE_OPTIONS.map(({ key }) => key), 'batchSize' as const, 'members' as const];
    if (this.splitRequest === null || wrong.some((key) => this.problems[key] !== undefined)) return null;
    const { batchSize, members } = this.values;
    const from = this.from?.choice ?? null;
    return JSON.stringify({ ...this.splitRequest, batchSize, members, augmentation: toChanges(this.values), from });
  });
  /** What is drawn to show how clips are changed, but for which clip; null while the options make no sense. */
  readonly changesRequest = $derived(
    this.#changesKey === null ? null : (JSON.parse(this.#changesKey) as Omit<Input<'runs.previewChanges'>, 'clip'>),
  );

  /** Why no training can begin, in a sentence; null where one can. */
  readonly obstacle = $derived.by(() => {
    const count = Object.keys(this.problems).length;
    if (count > 0) return count === 1 ? 'One field needs another value.' : `${String(count)} fields need other values.`;
    if (this.failure !== null) return 'These clips cannot be split so.';
    if (this.baseFailure !== null) return 'This network cannot be trained further.';
    return this.from !== undefined && this.base === null ? 'The network is being looked into …' : null;
  });

  readonly estimate = $derived.by((): Estimate | null => {
    const source = this.preset?.name ?? this.base?.name;
    const pace = this.#paces.find((known) => known.source === source && known.trainLayers === this.values.trainLayers);
    const trained = this.preview?.totals.find(({ side }) => side === 'training');
    const { epochs, members } = this.problems;
    if (pace === undefined || trained === undefined || epochs !== undefined || members !== undefined) return null;
    const count = trained.windows;
    const unit = count === trained.clips ? 'clip' : 'window';
    const clipsPerSecond = (pace.clipsPerSecond * pace.members) / this.values.members;
    const networks = toFolds(this.values) ?? 1;
    return { seconds: (networks * this.values.epochs * count) / clipsPerSecond, count, unit, clipsPerSecond, pace };
  });

  get training(): Input<'runs.train'>['training'] {
    return toTraining(this.preset?.name ?? null, this.values);
  }

  set(change: Partial<TrainingValues>): void {
    this.#values = { ...this.#values, ...change };
    if (this.start === '') this.#typed = { ...this.#typed, ...change };
  }

  /** Chooses what to begin from, with the options that suit it; the split stays. */
  choose(key: string): void {
    this.start = key;
    this.base = null;
    this.#awaitsOptions = this.preset === null;
    if (this.preset !== null) this.#take(this.preset.training);
  }

  /** Which layers of a base learn, with the options that suit that. */
  chooseLayers(layers: TrainLayers): void {
    if (this.base !== null) this.#take(this.base.training[layers]);
  }

  #take(training: BaseCard['training'][TrainLayers]): void {
    const { split, crossValidates, folds, validation, test, seed, outputs, otherSounds, ownSounds } = this.#values;
    const kept = this.severalLabels ? { outputs, otherSounds } : {};
    const division = { split, crossValidates, folds, validation, test, seed };
    this.#values = { ...toValues(training), ...division, ownSounds, ...kept };
  }

  /** Everything but dataset and name as it was at first; can be undone. */
  reset(): void {
    const [values, start] = [this.#values, this.start];
    this.#values = DEFAULT_VALUES;
    this.choose(presetKey(this.presets[0]?.name ?? ''));
    notices.undoable('The options are the defaults again.', () => {
      this.start = start;
      this.#values = values;
    });
  }

  /** Takes all options of a run, to train on its dataset once more with the marks applied. */
  async repeat(
    dataset: string,
    id: string,
    { name, training, base, otherSounds, crossValidation }: Run,
  ): Promise<void> {
    this.#dataset = dataset;
    this.name = name.endsWith(CORRECTED) ? name : `${name}${CORRECTED}`;
    this.corrections = true;
    if (training === null) return;
    this.#awaitsOptions = false;
    const ownSounds = otherSounds === null ? null : { name: otherSounds.name, choice: { kind: 'run', id } as const };
    this.#values = { ...toValues(training, crossValidation?.folds ?? null), ownSounds };
    if (training.preset !== null) {
      this.start = presetKey(training.preset);
      return;
    }
    this.start = '';
    try {
      const from = await call('runs.baseOf', { run: id });
      if (from === null) {
        notices.show(`${base?.name ?? 'What it began from'} is no longer there: choose what to begin from.`);
        this.choose(presetKey(this.presets[0]?.name ?? ''));
      } else this.start = keyOf(from);
    } catch (error) {
      notices.fail(error);
    }
  }

  /** Asks for a folder of sounds without an instrument; the one before stays where the user changes their mind. */
  async chooseOwnSounds(): Promise<void> {
    try {
      const chosen = await call('runs.chooseOtherSounds', null);
      if (chosen === null) return;
      this.set({ ownSounds: { name: chosen.name, choice: { kind: 'folder', grant: chosen.grant } } });
    } catch (error) {
      notices.fail(error);
    }
  }

  /** The name now is that of a run; it comes back where that could not begin. */
  giveName(run: string): void {
    if (training.wasRefused(run)) return;
    this.#given.set(run, this.name);
    this.name = '';
  }

  follow(): void {
    jobs.onEnd(({ subject }) => {
      if (subject === null) return;
      if (training.wasRefused(subject) && this.name === '') this.name = this.#given.get(subject) ?? '';
      this.#given.delete(subject);
    });
  }

  /** Asks what a base brings along. */
  async look(request: Input<'runs.base'> | null): Promise<void> {
    const looked = ++this.#looked;
    this.baseFailure = null;
    if (request === null) {
      this.base = null;
      return;
    }
    try {
      const base = await call('runs.base', request);
      if (looked !== this.#looked) return;
      this.base = base;
      if (this.#awaitsOptions) this.chooseLayers('last');
      this.#awaitsOptions = false;
    } catch (error) {
      if (looked !== this.#looked) return;
      this.base = null;
      this.baseFailure = failureOf(error);
    }
  }

  chooseDataset(id: string): void {
    this.#dataset = id;
  }

  /** What the engine has to say about networks and their speed here. */
  async load(): Promise<void> {
    try {
      this.presets = await call('runs.presets', null);
      if (this.start === '') {
        this.choose(presetKey(this.presets[0]?.name ?? ''));
        this.set(this.#typed);
      }
      this.#paces = await call('runs.pace', null);
    } catch (error) {
      notices.fail(error);
    }
  }

  /** Splits as chosen, once the choice has rested. */
  previewSoon(request: Input<'datasets.previewSplit'>): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#preview(request), REST_MS);
  }

  async #preview(request: Input<'datasets.previewSplit'>): Promise<void> {
    const asked = ++this.#asked;
    try {
      const preview = await call('datasets.previewSplit', request);
      if (asked !== this.#asked) return;
      this.preview = preview;
      this.failure = null;
    } catch (error) {
      if (asked !== this.#asked) return;
      this.preview = null;
      this.failure = failureOf(error);
    }
  }
}

export const trainingForm = new TrainingForm();
