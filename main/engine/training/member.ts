import type { ImageInput } from '../model/image-input.ts';
import type { Kernels } from '../model/kernels.ts';
import { initialise, type Network, type Weight } from '../model/network.ts';
import { firstLearningLayer } from '../model/transfer.ts';
import { Adam, initialAdamState } from './adam.ts';
import { Augmenter } from './augmentation/augmenter.ts';
import { NO_AUGMENTATION, type AugmentationOptions } from './augmentation/options.ts';
import type { BatchLoss, BatchResult } from './batch-loss.ts';
import { drawBatches, epochOrder, type Batch, type LabelledRows } from './batches.ts';
import type { FitOptions } from './fit-options.ts';
import type { LearningRate } from './learning-rate.ts';
import type { MemberState } from './member-states.ts';
import { TrainStep } from './train-step.ts';
import { Variables } from './variables.ts';
import { WeightAverage } from './weight-average.ts';

/** What the members of a training have in common. */
export interface Shared {
  readonly kernels: Kernels;
  readonly input: ImageInput;
  readonly loss: BatchLoss;
  readonly learningRate: LearningRate;
  /** What is learned from. */
  readonly training: LabelledRows;
}

/**
 * The options of one of several networks that are trained side by side: a seed of its own, and the changes that imitate other
 * rooms and recordings from none in the first to all of it in the last. Networks that learned under different changes err differently,
 * which is what their mean gains by.
 * @param index from 0
 */
export function memberOptions<T extends Pick<FitOptions, 'members' | 'seed' | 'augmentation'>>(
  options: T,
  index: number,
): T {
  const { members = 1, seed, augmentation } = options;
  if (members === 1) return options;
  const share = index / (members - 1);
  return { ...options, seed: seed + index, ...(augmentation && { augmentation: weakened(augmentation, share) }) };
}

function weakened(augmentation: AugmentationOptions, share: number): AugmentationOptions {
  const { contrast, equaliser } = augmentation;
  return { ...augmentation, contrast: contrast * share, equaliser: Math.round(equaliser * share) };
}

/** What each member begins from: the network itself, and its layers with other fresh weights. */
export function startOf(network: Network, options: FitOptions): readonly Network[] {
  const { members = 1, seed } = options;
  return Array.from({ length: members }, (_, index) => (index === 0 ? network : initialise(network, seed + index)));
}

/** A network in training, with its own order of clips, changes and optimiser. */
export class Member {
  readonly #training: LabelledRows;
  readonly #options: FitOptions;
  readonly #variables: Variables;
  readonly #adam: Adam;
  readonly #average: WeightAverage | undefined;
  readonly #augmenter: Augmenter;
  readonly #step: TrainStep;

  /**
   * @param options its own, by `memberOptions`
   * @throws EngineError `unsupported-model` when the network cannot be trained here
   */
  constructor(
    { kernels, input, loss, learningRate, training }: Shared,
    network: Network,
    options: FitOptions,
    start: MemberState | undefined,
  ) {
    const { seed, weightDecay = 0, averaging = 0, bodyRate = 1, keepsStatistics = false, trainLayers } = options;
    this.#training = training;
    this.#options = options;
    const learning = { first: firstLearningLayer(network, trainLayers), keepsStatistics };
    const rateShares = new Map(network.layers.slice(0, -1).map(({ name }) => [name, bodyRate]));
    this.#variables = new Variables(kernels, start?.weights ?? network.weights);
    const state = start?.adam ?? initialAdamState(network.weights);
    this.#adam = new Adam(kernels, { learningRate, weightDecay, rateShares }, state);
    this.#average =
      averaging === 0 ? undefined : new WeightAverage(kernels, averaging, start?.average ?? network.weights);
    this.#augmenter = new Augmenter(options.augmentation ?? NO_AUGMENTATION, training.store, seed);
    try {
      this.#step = new TrainStep(kernels, network, input, this.#variables, this.#adam, loss, { seed, learning });
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Learns from every clip once, a batch at a time. @param epoch from 1 */
  *learn(epoch: number): Generator<BatchResult, void> {
    const { seed, batchSize } = this.#options;
    const order = epochOrder(this.#training.rows.length, seed, epoch);
    for (const batch of drawBatches(this.#training, batchSize, order)) yield this.#learnFrom(batch, epoch);
  }

  #learnFrom(batch: Batch, epoch: number): BatchResult {
    const result = this.#step.train(batch, this.#augmenter.apply(batch, epoch));
    this.#average?.follow(this.#variables, this.#adam.iterations);
    return result;
  }

  /** The weights that are kept: their average where there is one. */
  kept(): Weight[] {
    return (this.#average ?? this.#variables).values();
  }

  state(): MemberState {
    return { weights: this.#variables.values(), adam: this.#adam.state(), average: this.#average?.values() };
  }

  dispose(): void {
    this.#average?.dispose();
    this.#adam.dispose();
    this.#variables.dispose();
  }
}
