import { rm } from 'node:fs/promises';
import type { Dataset } from '../dataset/dataset.ts';
import { counted } from '../evaluation/figures-in-words.ts';
import { createRunFolder, writeRun, type Run } from '../library/run-folder.ts';
import { loadBackend } from '../model/backend.ts';
import { createPredictor } from '../model/network-predictor.ts';
import type { Predictor } from '../model/predictor.ts';
import type { OpenedModel } from './open-model.ts';
import type { FailedClip } from './prepare-clips.ts';
import { beginRun, modelRecord, peakMemoryMiB, type RunBeginning, type Stopwatch } from './run-record.ts';

/** What is known of an evaluation when it begins. */
export interface EvaluationBeginning {
  /** The run folder to be made. */
  readonly out: string;
  readonly name: string | undefined;
  readonly dataset: Dataset;
  readonly model: OpenedModel;
  readonly clock: Stopwatch;
}

/** What an evaluation tells its run when it is done. */
export interface Evaluated {
  readonly prepared: RunBeginning['prepared'];
  readonly training: {
    readonly epochs: number;
    readonly selectedEpoch: number;
    readonly selectedOnValidation: boolean;
  } | null;
  readonly result: Pick<NonNullable<Run['result']>, 'scores' | 'labelScore'>;
  /** What the score is not to be shown without, beside what is known of the model. */
  readonly caveats: readonly string[];
}

/**
 * Makes the run folder of an evaluation, which says that it is under way, has the network scored, and says what came of
 * it. One that fails or is cancelled takes its folder with it: there is nothing to go on with.
 * @param score scores and writes everything but `run.json` into the folder
 * @throws EngineError `exists`, `disk-full`, `permission-denied`, and what `score` throws
 */
export async function evaluationRun<E extends Evaluated>(
  { out, name, dataset, model, clock }: EvaluationBeginning,
  score: (predictor: Predictor) => Promise<E>,
): Promise<{ readonly run: Run; readonly evaluated: E }> {
  const backend = await loadBackend();
  const begun = await beginRun({
    kind: 'evaluation',
    folder: out,
    name,
    dataset,
    corrections: null,
    classes: model.classes,
    recipe: model.recipe,
    backend: backend.info,
    model: modelRecord(model),
    training: null,
    base: null,
    split: null,
    otherSounds: null,
    prepared: { failed: [], extracted: 0, reused: 0 },
  });
  const predictor = createPredictor(backend, model.network, model.classes, model.recipe);
  try {
    await createRunFolder(out);
    try {
      await writeRun(out, begun);
      const evaluated = await score(predictor);
      const run = finished(begun, evaluated, model, clock);
      await writeRun(out, run);
      return { run, evaluated };
    } catch (error) {
      await rm(out, { recursive: true, force: true });
      throw error;
    }
  } finally {
    predictor.dispose();
  }
}

function finished(
  begun: Run,
  { prepared, training, result, caveats }: Evaluated,
  model: OpenedModel,
  clock: Stopwatch,
): Run {
  return {
    ...begun,
    status: 'done',
    finished: new Date().toISOString(),
    features: { extracted: prepared.extracted, reused: prepared.reused },
    failedClips: prepared.failed.map(({ clip, message }) => ({ clip, message })),
    caveats: [...model.notes, ...caveats],
    result: {
      epochs: training?.epochs ?? 0,
      selectedEpoch: training?.selectedEpoch ?? 0,
      selectedOnValidation: training?.selectedOnValidation ?? false,
      temperature: model.temperature,
      decision: null,
      takenForClasses: null,
      ...result,
    },
    timings: clock.seconds,
    peakMemoryMiB: peakMemoryMiB(),
  };
}

/** For the command line; a window has them from the run's record. */
export function failedNotes(failed: readonly FailedClip[]): string[] {
  return failed.length === 0 ? [] : [`Left out as unreadable, named in run.json: ${counted(failed.length, 'clip')}.`];
}
