import { EngineError } from '../common/errors.ts';
import { readBytes } from '../common/files.ts';
import { sha256 } from '../common/hash.ts';
import type { Clip, Dataset } from '../dataset/dataset.ts';
import type { KnownData } from '../library/known-data.ts';
import type { HeardByBase, RunBase, TrainingConfig } from '../library/run-folder.ts';
import { readStarter, starterFile } from '../library/starter-folder.ts';
import type { Backend } from '../model/backend.ts';
import { checkImageSize } from '../model/image-input.ts';
import { Kernels } from '../model/kernels.ts';
import type { Network } from '../model/network.ts';
import { planStages, trainable } from '../model/stages.ts';
import { countLearning, firstLearningLayer, transfer } from '../model/transfer.ts';
import type { EngineContext } from './context.ts';
import { leakFrom } from './leak-from-training.ts';
import { isNamedLike } from './named-like.ts';
import { readModel, type OpenedModel } from './open-model.ts';

export interface BaseRequest {
  /** A run folder or a `.keras` file. */
  readonly model: string;
  /** Class codes of its outputs where the file carries none; without them its output layer is not kept. */
  readonly labels?: readonly string[] | undefined;
  /** How it is called, where its run or file does not say that. */
  readonly name?: string | undefined;
}

/** A trained network that can be trained further. */
export interface Base extends Pick<OpenedModel, 'network' | 'recipe' | 'temperature' | 'trainedIn'> {
  readonly name: string;
  readonly sha256: string;
  readonly classes: readonly string[] | null;
  readonly data: KnownData | null;
  readonly known: RunBase['known'];
  /** What the user should know about how it was read. */
  readonly notes: readonly string[];
}

/**
 * Opens the network that a training is to begin from.
 * @throws EngineError as `readModel`; `unsupported-model` where its images cannot be made here
 */
export async function openBase({ starterFolder }: EngineContext, request: BaseRequest): Promise<Base> {
  const model = await readModel({ ...request, modelName: request.name });
  const { name, network, recipe, temperature, trainedIn, named, path } = model;
  checkImageSize(network, { height: recipe.imageHeight, width: recipe.imageWidth, channels: 1 });
  const hash = await hashOf(path);
  const recipeFrom = model.carriesLabels
    ? `Images are made as ${name} had them in its training.`
    : `${name} carries no recipe: images are made by the default one, which may not be what it was trained on.`;
  return {
    ...{ name, sha256: hash, network, recipe, temperature, trainedIn, notes: [recipeFrom] },
    classes: named?.classes.map(({ code }) => code) ?? null,
    data: trainedIn?.run.base?.data ?? (await starterData(starterFolder, hash)),
    known: trainedIn === null ? 'nothing' : trainedIn.run.base === null ? 'all' : 'last',
  };
}

/** The network to begin with, and what is recorded of where it comes from. */
export interface Start {
  readonly network: Network;
  readonly base: Omit<RunBase, 'heard'>;
}

/**
 * Prepares a base for the classes of a training.
 * @throws EngineError `unsupported-model` where it cannot be trained further, naming the layer
 */
export function startFrom(
  backend: Backend,
  base: Base,
  classes: readonly string[],
  { seed, outputs, trainLayers }: Pick<TrainingConfig, 'seed' | 'outputs' | 'trainLayers'>,
): Start {
  const { network, output } = transfer(base, classes, { seed, outputs });
  planStages(new Kernels(backend), network, {
    first: firstLearningLayer(network, trainLayers),
    keepsStatistics: true,
  }).forEach(trainable);
  const { name, sha256: hash, classes: own, data, known } = base;
  return {
    network,
    base: {
      ...{ name, sha256: hash, output, data, known },
      classes: own === null ? null : [...own],
      learning: countLearning(network, trainLayers),
    },
  };
}

/**
 * Counts the held-back clips that a base has heard in its own training, as far as that is known.
 * @param clips those that are held back
 */
export function heardByBase({ trainedIn, data, known }: Base, dataset: Dataset, clips: readonly Clip[]): HeardByBase {
  const leak = trainedIn === null ? null : leakFrom('training', dataset, clips, trainedIn);
  return { leak, suspected: known !== 'all' && isNamedLike(data, dataset) };
}

async function starterData(folder: string | undefined, hash: string): Promise<KnownData | null> {
  const found = await readStarter(folder);
  if (found === null || folder === undefined) return null;
  return (await hashOf(starterFile(folder, 'network'))) === hash ? found.starter.data : null;
}

async function hashOf(path: string): Promise<string> {
  return sha256(await readBytes(path));
}

/** Only a trained network has layers that are worth keeping as they are, and only fresh weights can differ from member to member. */
export function refuseFreshAndFrozen({ preset, trainLayers, members }: TrainingConfig): void {
  if (preset === null && members > 1) {
    throw new EngineError(
      'invalid-argument',
      'Several networks side by side begin from different fresh weights. A trained network is trained further by itself.',
    );
  }
  if (preset === null || trainLayers === 'all') return;
  throw new EngineError(
    'invalid-argument',
    'With fresh weights all layers have to learn. Begin from a trained network to train its last layer alone.',
  );
}
