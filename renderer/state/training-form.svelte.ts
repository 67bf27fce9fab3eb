import type { Failure, Input, PresetCard, RunDetail, SplitPreview } from '../../preload/contract.ts';
import { call, failureOf } from './bridge.ts';
import { datasets } from './datasets.svelte.ts';
import { marks } from './marks.svelte.ts';

type Choice = Input<'runs.train'>['training'];
type Run = RunDetail['run'];

/** How a run is called that repeats another with marks applied. */
const CORRECTED = ', corrected';

/** A share that moves is previewed only when it rests. */
const REST_MS = 200;

/** What is to be trained; kept while other views are open. */
class TrainingForm {
  presets = $state.raw<readonly PresetCard[]>([]);
  #dataset = $state<string | null>(null);
  readonly dataset = $derived(
    datasets.cards.find(({ id }) => id === this.#dataset) ??
      datasets.cards.find(({ id }) => id === datasets.selected) ??
      datasets.cards[0],
  );
  name = $state('');
  preset = $state('instrunet-seed');
  epochs = $state(20);
  batchSize = $state(32);
  learningRate = $state(0.001);
  stopsEarly = $state(false);
  patience = $state(5);
  bestEpoch = $state(false);
  split = $state<Choice['split']>('grouped');
  /** Per cent. */
  validation = $state(20);
  /** Per cent. */
  test = $state(0);
  seed = $state(1);
  /** Whether marks are applied, where the dataset has any. */
  corrections = $state(true);
  readonly marks = $derived(marks.list(this.dataset?.id ?? null).length);
  readonly applies = $derived(this.corrections && this.marks > 0);
  preview = $state.raw<SplitPreview | null>(null);
  failure = $state.raw<Failure | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  readonly suggestedName = $derived(
    `${this.dataset?.name ?? ''}, ${this.split === 'grouped' ? 'by recording' : 'random split'}`,
  );

  get training(): Choice {
    return {
      preset: this.preset,
      epochs: this.epochs,
      batchSize: this.batchSize,
      learningRate: this.learningRate,
      earlyStopping: this.stopsEarly ? this.patience : null,
      bestEpoch: this.bestEpoch,
      ...this.splitChoice,
    };
  }

  get splitChoice(): Omit<Input<'datasets.previewSplit'>, 'dataset' | 'corrections'> {
    return { split: this.split, validation: this.validation / 100, test: this.test / 100, seed: this.seed };
  }

  /** Takes the options of a run, to train on its dataset once more with the marks applied. */
  repeat(dataset: string, { name, training }: Run): void {
    this.#dataset = dataset;
    this.name = name.endsWith(CORRECTED) ? name : `${name}${CORRECTED}`;
    this.corrections = true;
    if (training === null) return;
    this.preset = training.preset;
    this.epochs = training.epochs;
    this.batchSize = training.batchSize;
    this.learningRate = training.learningRate;
    this.stopsEarly = training.earlyStopping !== null;
    this.patience = training.earlyStopping ?? this.patience;
    this.bestEpoch = training.bestEpoch;
    this.split = training.split;
    this.validation = Math.round(training.validation * 100);
    this.test = Math.round(training.test * 100);
    this.seed = training.seed;
  }

  chooseDataset(id: string): void {
    this.#dataset = id;
  }

  async loadPresets(): Promise<void> {
    try {
      this.presets = await call('runs.presets', null);
    } catch (error) {
      this.failure = failureOf(error);
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
