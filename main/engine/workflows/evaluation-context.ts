import type { Clip, Dataset } from '../dataset/dataset.ts';
import { carries } from '../dataset/split-rows.ts';
import type { EvaluationContext } from '../evaluation/metrics.ts';
import { DATA_NAMES } from '../library/known-data.ts';
import type { Run } from '../library/run-folder.ts';
import type { Starter } from '../library/starter-folder.ts';
import { leakFrom } from './leak-from-training.ts';
import { isNamedLike, namedLike } from './named-like.ts';
import type { OpenedModel } from './open-model.ts';

/** Seed of the bootstrap where no run has one of its own. */
const BOOTSTRAP_SEED = 1;

type Origin = NonNullable<EvaluationContext['origin']>;

/** What the figures of a folder must not be shown without: what is known of the network's training. */
export function evaluationContext(
  dataset: Dataset,
  clips: readonly Clip[],
  model: OpenedModel,
): Omit<EvaluationContext, 'folds'> {
  const about = {
    dataset: { name: dataset.name, synthetic: dataset.synthetic },
    side: 'folder',
    split: null,
    corrections: null,
    temperature: model.temperature,
  } as const;
  if (model.trainedIn === null) {
    const origin = model.starter === null ? null : originOf(model.starter, dataset, clips);
    return { ...about, leak: null, origin, base: null, training: null, seed: BOOTSTRAP_SEED };
  }
  const { run, split } = model.trainedIn;
  const trained = split.filter(({ side }) => side === 'training');
  return {
    ...about,
    leak: leakFrom('training', dataset, clips, model.trainedIn),
    origin: null,
    base: baseOf(run, dataset),
    training: {
      clips: trained.length,
      clipsPerClass: model.classes.map(({ code }) => trained.filter((row) => carries(row, code)).length),
      recordings: new Set(trained.map(({ recording }) => recording)).size,
      epochs: run.result?.epochs ?? 0,
      selectedEpoch: run.result?.selectedEpoch ?? 0,
      selectedOnValidation:
        run.result?.selectedOnValidation === true && leakFrom('validation', dataset, clips, model.trainedIn).either > 0,
    },
    seed: run.training?.seed ?? BOOTSTRAP_SEED,
  };
}

/** The network that comes with the app carries whose recordings it learned from, but not which. */
function originOf({ data, dataset: learned, sides }: Starter, dataset: Dataset, clips: readonly Clip[]): Origin {
  return {
    data: data === null ? learned.name : DATA_NAMES[data],
    clips: sides.find(({ side }) => side === 'training')?.clips ?? 0,
    alike: namedLike(data, dataset, clips),
  };
}

/** Of what a network was begun from, a run keeps the name and not the clips. */
function baseOf({ base, training }: Run, dataset: Dataset): EvaluationContext['base'] {
  if (base === null) return null;
  const { name, data } = base;
  const trainLayers = training?.trainLayers ?? 'all';
  return { name, trainLayers, leak: null, complete: false, suspected: isNamedLike(data, dataset) };
}
