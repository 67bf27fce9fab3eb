import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EngineError } from '../common/errors.ts';
import { exists, readText } from '../common/files.ts';
import { parseCorrectionsCsv } from '../dataset/corrections-csv.ts';
import { parseSplitCsv, sidesFromRows } from '../dataset/split-rows.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { readRun, runFile, writeRun, type Run, type TrainingConfig } from '../library/run-folder.ts';
import { loadBackend } from '../model/backend.ts';
import { checkpointFile } from '../training/checkpoint.ts';
import type { EngineContext } from './context.ts';
import { refuseOtherThanBegun, type NamedAgain } from './named-again.ts';
import { openTrainable, type KeptCorrections } from './open-trainable.ts';
import { openOtherSounds, type OtherSounds } from './other-sounds.ts';
import { prepareClips } from './prepare-clips.ts';
import { Stopwatch } from './run-record.ts';
import { runTraining } from './run-training.ts';
import { windowsOfClips } from './training-rows.ts';
import { tellNote, type TrainedRun, type TrainingTask } from './training-task.ts';

export interface ResumeRequest extends NamedAgain {
  readonly folder: string;
  /** The run folder of the interrupted run. */
  readonly out: string;
  /** True where the user asked for the library's corrections again. */
  readonly corrections?: true | undefined;
}

/**
 * Goes on with an interrupted run from its last finished epoch, to the same end as if it had not been interrupted.
 * @throws EngineError `exists` when the run has finished, `invalid-argument` for options other than the run's,
 *   `incompatible-run` when clips have changed since it began; otherwise as `trainRun`
 */
export async function resumeRun(
  context: EngineContext,
  request: ResumeRequest,
  task: TrainingTask,
): Promise<TrainedRun> {
  const out = resolve(request.out);
  const earlier = await readRun(out);
  const config = earlier.training;
  if (config === null || earlier.kind !== 'training') {
    const kind = earlier.kind === 'evaluation' ? 'an evaluation' : 'a cross-validation';
    throw new EngineError('incompatible-run', `${out} is ${kind}, not a training; there is nothing to resume.`);
  }
  if (earlier.status === 'done') {
    throw new EngineError('exists', `The training in ${out} has finished; there is nothing to resume.`);
  }
  await refuseOtherThanBegun(context, request, earlier);
  const clock = new Stopwatch();
  const backend = await loadBackend();
  const { dataset } = await openTrainable(
    context,
    request.folder,
    await correctionsOf(out, earlier, request),
    { outputs: config.outputs, adapts: false },
    clock,
    task,
  );
  const prepared = await clock.time('features', () => prepareClips(context, dataset, earlier.recipe, task));
  let others: OtherSounds | null = null;
  try {
    others = await sameOtherSounds(context, { run: earlier, config, dataset }, task);
    const rows = parseSplitCsv(await readText(runFile(out, 'split')));
    const sides = sidesFromRows(prepared.clips, rows, windowsOfClips(prepared));
    const hasCheckpoint = await exists(checkpointFile(runFile(out, 'checkpoint')));
    if (!hasCheckpoint) tellNote(task, 'No epoch had been finished; training starts from the beginning.');
    const run: Run = { ...earlier, status: 'running', error: null, backend: { ...backend.info } };
    await removeHalfWritten(out);
    await writeRun(out, run);
    return await runTraining(
      { out, run, config, dataset, prepared, sides, others, backend, clock, resume: hasCheckpoint },
      task,
    );
  } finally {
    prepared.store.close();
    others?.prepared.store.close();
  }
}

/** The corrections that a run began with. */
export async function correctionsOf(
  out: string,
  { corrections }: Run,
  again: Pick<ResumeRequest, 'corrections'>,
): Promise<KeptCorrections> {
  return {
    kept: corrections === null ? [] : parseCorrectionsCsv(await readText(runFile(out, 'corrections'))),
    askedAgain: again.corrections === true,
  };
}

/** @throws EngineError `incompatible-run` where they are no longer those that the run began with */
async function sameOtherSounds(
  context: EngineContext,
  { run, config, dataset }: { readonly run: Run; readonly config: TrainingConfig; readonly dataset: Dataset },
  task: TrainingTask,
): Promise<OtherSounds | null> {
  if (run.otherSounds === null) return null;
  const { root, fingerprint } = run.otherSounds;
  const others = await openOtherSounds(context, root, { config, recipe: run.recipe, dataset }, task);
  if (others.record.fingerprint === fingerprint) return others;
  others.prepared.store.close();
  throw new EngineError(
    'incompatible-run',
    `The sounds without an instrument in ${root} have changed since the run began. Train anew with them as they are.`,
  );
}

/** A kill in the middle of writing leaves a file under the name that `temporaryBeside` gave it. */
const HALF_WRITTEN = /^\..+\.[0-9a-f]{8}\.tmp$/u;

async function removeHalfWritten(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (HALF_WRITTEN.test(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
