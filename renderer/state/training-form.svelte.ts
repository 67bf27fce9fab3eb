import type { Failure, Input, Pace, PresetCard, RunDetail, SplitPreview } from '../../preload/contract.ts';
import {
  DEFAULT_VALUES,
  problemsOf,
  toSplit,
  toTraining,
  toValues,
  type TrainingValues,
} from '../words/training-options.ts';
import { call, failureOf } from './bridge.ts';
import { datasets } from './datasets.svelte.ts';
import { marks } from './marks.svelte.ts';
import { notices } from './notices.svelte.ts';

type Run = RunDetail['run'];

/** How a run is called that repeats another with marks applied. */
const CORRECTED = ', corrected';

/** A share that moves is previewed only when it rests. */
const REST_MS = 200;

/** How long the learning itself will take, by an earlier training on this machine. */
export interface Estimate {
  readonly seconds: number;
  readonly clips: number;
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
  /** Whether marks are applied, where the dataset has any. */
  corrections = $state(true);
  readonly marks = $derived(marks.list(this.dataset?.id ?? null).length);
  readonly applies = $derived(this.corrections && this.marks > 0);
  /** The first there is, once the engine has told them. */
  preset = $state('');
  values = $state.raw<TrainingValues>(DEFAULT_VALUES);
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
    const { validation, test, seed } = this.problems;
    if (this.dataset === undefined || validation !== undefined || test !== undefined || seed !== undefined) return null;
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
    `${this.dataset?.name ?? ''}, ${this.values.split === 'grouped' ? 'by recording' : 'random split'}`,
  );

  /** Why no training can begin, in a sentence; null where one can. */
  readonly obstacle = $derived.by(() => {
    const count = Object.keys(this.problems).length;
    if (count > 0) return count === 1 ? 'One field needs another value.' : `${String(count)} fields need other values.`;
    if (this.severalLabels && this.values.outputs === 'softmax') {
      return 'These clips have several labels: choose “Several instruments may sound”.';
    }
    return this.failure === null ? null : 'These clips cannot be split so.';
  });

  readonly estimate = $derived.by((): Estimate | null => {
    const pace = this.#paces.find(({ preset }) => preset === this.preset);
    const trained = this.preview?.counts.filter(({ side }) => side === 'training') ?? [];
    const clips = trained.reduce((sum, count) => sum + count.clips, 0);
    if (pace === undefined || clips === 0 || this.problems.epochs !== undefined) return null;
    return { seconds: (this.values.epochs * clips) / pace.clipsPerSecond, clips, pace };
  });

  get training(): Input<'runs.train'>['training'] {
    return toTraining(this.preset, this.values);
  }

  set(change: Partial<TrainingValues>): void {
    this.values = { ...this.values, ...change };
    if (this.preset === '') this.#typed = { ...this.#typed, ...change };
  }

  /** Chooses a network, with the options that suit it; the split stays. */
  choosePreset(name: string): void {
    this.preset = name;
    const own = this.presets.find((preset) => preset.name === name)?.training;
    if (own === undefined) return;
    const { split, validation, test, seed, outputs, otherSounds } = this.values;
    const kept = this.severalLabels ? { outputs, otherSounds } : {};
    this.values = { ...toValues(own), split, validation, test, seed, ...kept };
  }

  /** Everything but dataset and name as it was at first; can be undone. */
  reset(): void {
    const { values, preset } = this;
    this.values = DEFAULT_VALUES;
    this.choosePreset(this.presets[0]?.name ?? '');
    notices.undoable('The options are the defaults again.', () => {
      this.values = values;
      this.preset = preset;
    });
  }

  /** Takes the options of a run, to train on its dataset once more with the marks applied. */
  repeat(dataset: string, { name, training }: Run): void {
    this.#dataset = dataset;
    this.name = name.endsWith(CORRECTED) ? name : `${name}${CORRECTED}`;
    this.corrections = true;
    if (training === null) return;
    this.preset = training.preset;
    this.values = toValues(training);
  }

  chooseDataset(id: string): void {
    this.#dataset = id;
  }

  /** What the engine has to say about networks and their speed here. */
  async load(): Promise<void> {
    try {
      this.presets = await call('runs.presets', null);
      if (this.preset === '') {
        this.choosePreset(this.presets[0]?.name ?? '');
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
