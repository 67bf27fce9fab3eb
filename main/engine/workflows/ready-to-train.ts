import { EngineError } from '../common/errors.ts';
import type { Correction } from '../dataset/corrections.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { validationShare } from '../dataset/split.ts';
import { DEFAULT_RECIPE, type Recipe } from '../features/recipe.ts';
import type { TrainingConfig } from '../library/run-folder.ts';
import { loadBackend, type Backend } from '../model/backend.ts';
import { outputKind } from '../model/network.ts';
import type { EngineContext } from './context.ts';
import { openBase, refuseFreshAndFrozen, startFrom, type Base, type BaseRequest, type Start } from './open-base.ts';
import { openTrainable, type CorrectionChoice } from './open-trainable.ts';
import { openOtherSounds, type OtherSounds } from './other-sounds.ts';
import { prepareClips, type PreparedClips } from './prepare-clips.ts';
import { Stopwatch } from './run-record.ts';
import { presetOf } from './start-network.ts';
import { tellNote, type TrainingTask } from './training-task.ts';

export interface TrainRequest {
  /** The dataset folder. */
  readonly folder: string;
  /** The run folder to be made. */
  readonly out: string;
  readonly name?: string | undefined;
  /** Its preset is null exactly where `from` names a network. */
  readonly config: TrainingConfig;
  /** Whether it answers as the network does that it begins from, and clips with several labels make it sigmoid, as nobody chose how. */
  readonly adaptsOutputs?: boolean | undefined;
  /** The trained network to begin from, instead of the preset's fresh weights. */
  readonly from?: BaseRequest | undefined;
  /** A folder of sounds in which none of the classes sounds, to be learned from, too. */
  readonly otherSounds?: string | undefined;
  /** Which corrections of the dataset are applied. */
  readonly corrections: CorrectionChoice;
}

/** A dataset with its images, and what a network is to begin from: all that a training needs but the split. */
export interface ReadyToTrain {
  /** As asked for, with how the network answers. */
  readonly config: TrainingConfig;
  /** As corrected. */
  readonly dataset: Dataset;
  /** Those that changed something. */
  readonly corrections: readonly Correction[];
  readonly recipe: Recipe;
  readonly prepared: PreparedClips;
  readonly others: OtherSounds | null;
  /** The trained network that it begins from, and the same with an output for each class; null for fresh weights. */
  readonly base: Base | null;
  readonly start: Start | null;
  readonly backend: Backend;
  readonly clock: Stopwatch;
}

/**
 * Opens all that a training needs, hands it on and closes it afterwards. Nothing is written but to the cache of images.
 * @throws EngineError for input that makes no training (`exists`, `no-clips`, `too-few-classes`, `too-few-recordings`,
 *   `invalid-argument`, `runtime-missing`; for `from` as `openBase` and `startFrom`); AbortError when cancelled; what `use` throws
 */
export async function whenReadyToTrain<Result>(
  context: EngineContext,
  request: TrainRequest,
  task: TrainingTask,
  use: (ready: ReadyToTrain) => Promise<Result>,
): Promise<Result> {
  const { config: wanted, adaptsOutputs = false } = request;
  refuseFreshAndFrozen(wanted);
  if (!adaptsOutputs) refuseOtherSounds(request);
  if (request.from === undefined) presetOf(wanted.preset);
  const base = request.from === undefined ? null : await openBase(context, request.from);
  const clock = new Stopwatch();
  const backend = await loadBackend();
  const { dataset, corrections, outputs } = await openTrainable(
    context,
    request.folder,
    request.corrections,
    { outputs: adaptsOutputs && base !== null ? outputKind(base.network) : wanted.outputs, adapts: adaptsOutputs },
    clock,
    task,
  );
  const config = { ...wanted, outputs, validation: validationShare(wanted) };
  refuseOtherSounds({ ...request, config });
  for (const note of base?.notes ?? []) tellNote(task, note);
  const codes = dataset.classes.map(({ code }) => code);
  const start = base === null ? null : startFrom(backend, base, codes, config);
  const recipe = base?.recipe ?? DEFAULT_RECIPE;
  const prepared = await clock.time('features', () => prepareClips(context, dataset, recipe, task));
  let others: OtherSounds | null = null;
  try {
    if (request.otherSounds !== undefined) {
      others = await openOtherSounds(context, request.otherSounds, { config, recipe, dataset }, task);
    }
    return await use({ config, dataset, corrections, recipe, prepared, others, base, start, backend, clock });
  } finally {
    prepared.store.close();
    others?.prepared.store.close();
  }
}

/** Under softmax the probabilities of a clip sum to 1, so that one of the classes is always likely. */
function refuseOtherSounds({ otherSounds: folder, config }: TrainRequest): void {
  const { otherSounds: synthetic, outputs } = config;
  if ((synthetic === 0 && folder === undefined) || outputs === 'sigmoid') return;
  throw new EngineError(
    'invalid-argument',
    'Sounds without an instrument can only be learned by a network that judges each class by itself (sigmoid outputs): ' +
      'with softmax outputs it must always name one.',
  );
}
