import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EngineError } from '../common/errors.ts';
import { writeFileAtomic } from '../common/files.ts';
import { toCorrectionsCsv } from '../dataset/corrections-csv.ts';
import { countCorrections } from '../dataset/corrections.ts';
import { splitRows, toSplitCsv } from '../dataset/split-rows.ts';
import { splitDataset, type Split } from '../dataset/split.ts';
import { DEFAULT_RECIPE } from '../features/recipe.ts';
import { createRunFolder, runFile, writeRun, type TrainingConfig } from '../library/run-folder.ts';
import { loadBackend } from '../model/backend.ts';
import { countParameters } from '../model/network.ts';
import { findPreset } from '../model/presets.ts';
import type { EngineContext } from './context.ts';
import { openTrainable } from './open-trainable.ts';
import { refuseOutFolder } from './out-folder.ts';
import { prepareClips } from './prepare-clips.ts';
import { beginRun, Stopwatch } from './run-record.ts';
import { runTraining } from './run-training.ts';
import type { TrainedRun, TrainingTask } from './training-task.ts';

export interface TrainRequest {
  /** The dataset folder. */
  readonly folder: string;
  /** The run folder to be made. */
  readonly out: string;
  readonly name?: string | undefined;
  readonly config: TrainingConfig;
  /** Whether the library's corrections of the dataset are applied. */
  readonly corrections: 'library' | 'none';
}

/**
 * Trains a network on a folder and writes a run folder. Whatever stops it after training has begun leaves a run that `resumeRun`
 * can go on with.
 * @throws EngineError before anything is written for input that makes no training (`exists`, `no-clips`, `too-few-classes`,
 *   `too-few-recordings`, `invalid-argument`, `runtime-missing`); `disk-full`, `permission-denied`; AbortError when cancelled
 */
export async function trainRun(context: EngineContext, request: TrainRequest, task: TrainingTask): Promise<TrainedRun> {
  const { config } = request;
  const out = resolve(request.out);
  const preset = findPreset(config.preset);
  refuseOtherSounds(config);
  await refuseOutFolder(out, resolve(request.folder));
  const clock = new Stopwatch();
  const backend = await loadBackend();
  const { dataset, corrections } = await openTrainable(
    context,
    request.folder,
    request.corrections,
    config.outputs,
    clock,
    task,
  );
  const prepared = await clock.time('features', () => prepareClips(context, dataset, DEFAULT_RECIPE, task));
  try {
    const { validation, test, seed } = config;
    const split = splitDataset(prepared.clips, dataset.classes, { kind: config.split, validation, test, seed });
    refuseEmptySides(split, config);
    const { counts, leak, testLeak, sides } = split;
    const run = await beginRun({
      kind: 'training',
      folder: out,
      name: request.name,
      dataset,
      corrections: corrections.length === 0 ? null : countCorrections(corrections),
      classes: dataset.classes,
      recipe: DEFAULT_RECIPE,
      backend: backend.info,
      model: {
        source: preset.name,
        parameters: countParameters(preset.build(dataset.classes.length)),
        labelsFrom: 'dataset',
        outputs: config.outputs,
      },
      training: config,
      split: { counts: counts.map((count) => ({ ...count })), leak, testLeak },
      prepared,
    });
    await createRunFolder(out);
    try {
      await writeFileAtomic(runFile(out, 'split'), toSplitCsv(splitRows(prepared.clips, sides)));
      if (corrections.length > 0) await writeFileAtomic(runFile(out, 'corrections'), toCorrectionsCsv(corrections));
      await writeRun(out, run);
    } catch (error) {
      await rm(out, { recursive: true, force: true });
      throw error;
    }
    return await runTraining({ out, run, config, dataset, prepared, sides, backend, clock, resume: false }, task);
  } finally {
    prepared.store.close();
  }
}

/** Under softmax the probabilities of a clip sum to 1, so that one of the classes is always likely. */
function refuseOtherSounds({ otherSounds, outputs }: TrainingConfig): void {
  if (otherSounds === 0 || outputs === 'sigmoid') return;
  throw new EngineError(
    'invalid-argument',
    'Sounds without an instrument can only be learned by a network that judges each class by itself (sigmoid outputs): ' +
      'with softmax outputs it must always name one.',
  );
}

/** A small share of few clips can be less than one clip. */
function refuseEmptySides({ sides }: Split, config: TrainingConfig): void {
  for (const side of ['validation', 'test'] as const) {
    if (config[side] === 0 || sides.includes(side)) continue;
    throw new EngineError(
      'invalid-argument',
      `A ${side} share of ${config[side]} is not one of these ${sides.length} clips. Choose a larger share.`,
    );
  }
}
