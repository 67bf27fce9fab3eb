import { resolve } from 'node:path';
import { EngineError } from '../common/errors.ts';
import { writeFileAtomic } from '../common/files.ts';
import type { TaskOptions } from '../common/task.ts';
import { toClipsCsv } from '../dataset/clip-rows.ts';
import { holdsSeveralLabels, type Dataset } from '../dataset/dataset.ts';
import { counted } from '../evaluation/figures-in-words.ts';
import { computeMetrics, type Metrics } from '../evaluation/metrics.ts';
import { runFile, type Run } from '../library/run-folder.ts';
import type { EngineContext } from './context.ts';
import { evaluateLabels, type EvaluatedLabels } from './evaluate-labels.ts';
import { evaluationContext } from './evaluation-context.ts';
import { evaluationRun, failedNotes } from './evaluation-run.ts';
import type { ThresholdRequest } from './label-thresholds.ts';
import { nameByFolder, readModel, type OpenedModel } from './open-model.ts';
import { refuseOutFolder } from './out-folder.ts';
import { prepareClips, type PreparedClips } from './prepare-clips.ts';
import { Stopwatch } from './run-record.ts';
import { openDataset, scanNotes } from './scan.ts';
import { predictClips, scoreSummary, writeScore } from './score.ts';

export interface EvaluateRequest {
  /** A run folder or a `.keras` file. */
  readonly model: string;
  /** Folder of labelled clips. */
  readonly folder: string;
  /** The run folder to be made. */
  readonly out: string;
  readonly name?: string | undefined;
  /** Class codes of the outputs of a file that carries none. */
  readonly labels?: readonly string[] | undefined;
  /** How the network is called, where its run or file does not say that. */
  readonly modelName?: string | undefined;
  /** When a class counts as heard in a folder whose clips have several labels; see `thresholdsFor` for where it is left out. */
  readonly threshold?: ThresholdRequest | undefined;
}

export interface EvaluatedModel {
  readonly kind: 'one-label';
  readonly folder: string;
  readonly run: Run;
  readonly metrics: Metrics;
  /** What the user should know beside the score. */
  readonly notes: readonly string[];
}

/**
 * Scores a finished run or a `.keras` file on a labelled folder and writes a run folder. Where clips of the folder have several
 * labels, each is heard through as `classify` does it, and all its labels are asked for (`evaluateLabels`).
 * @throws EngineError before anything is written for a model or a folder that cannot be used; `disk-full`; AbortError. Nothing
 *   is left of an evaluation that fails or is cancelled.
 */
export async function evaluateModel(
  context: EngineContext,
  request: EvaluateRequest,
  task: TaskOptions,
): Promise<EvaluatedModel | EvaluatedLabels> {
  const out = resolve(request.out);
  const folder = resolve(request.folder);
  await refuseOutFolder(out, folder);
  const clock = new Stopwatch();
  const read = await readModel(request);
  const opened = await clock.time('scan', () => openDataset(context, folder, task));
  const { dataset } = opened;
  const model = nameByFolder(read, dataset.classes);
  refuseUnknownClasses(dataset, model);
  if (holdsSeveralLabels(dataset)) return evaluateLabels(context, request, { opened, model, out, clock }, task);
  if (request.threshold !== undefined) throw needsNoThreshold(dataset);
  const { run, evaluated } = await evaluationRun(
    { out, name: request.name, dataset, model, clock },
    async (predictor) => {
      const prepared = await clock.time('features', () => prepareClips(context, dataset, model.recipe, task));
      try {
        const { known, caveats } = knownClips(prepared, dataset, model);
        const predictions = await clock.time('evaluation', () => predictClips(predictor, known, task));
        const metrics = computeMetrics(predictions, evaluationContext(dataset, known.clips, model));
        await writeFileAtomic(runFile(out, 'clips'), toClipsCsv(known.clips));
        await writeScore(out, predictions, metrics);
        const result = { scores: [scoreSummary(metrics)] };
        const notes = [...prepared.warnings, ...caveats, ...failedNotes(prepared.failed)];
        return { prepared, training: metrics.training, result, metrics, caveats, notes };
      } finally {
        prepared.store.close();
      }
    },
  );
  const { metrics, notes } = evaluated;
  return { kind: 'one-label', folder: out, run, metrics, notes: [...scanNotes(opened), ...model.notes, ...notes] };
}

function needsNoThreshold({ root }: Dataset): EngineError {
  const words = `Every clip in ${root} has one label, and the class with the highest probability is taken: a threshold is for clips with several.`;
  return new EngineError('invalid-argument', words);
}

function refuseUnknownClasses({ root, classes }: Dataset, model: OpenedModel): void {
  const known = model.classes.map(({ code }) => code);
  if (classes.some(({ code }) => known.includes(code))) return;
  throw new EngineError(
    'no-clips',
    `The model knows none of the classes in ${root} (${classes.map(({ code }) => code).join(', ')}); it knows ${known.join(', ')}.`,
  );
}

/** The clips whose label the model knows; the others cannot be scored and are counted. */
function knownClips(
  { clips, rows, store }: PreparedClips,
  dataset: Dataset,
  { classes }: OpenedModel,
): { known: Pick<PreparedClips, 'clips' | 'rows' | 'store'>; caveats: string[] } {
  const codes = new Set(classes.map(({ code }) => code));
  const isKnown = (_: unknown, index: number): boolean => codes.has(clips[index]?.label ?? '');
  const known = { store, clips: clips.filter(isKnown), rows: rows.filter(isKnown) };
  const unknown = dataset.classes.filter(({ code }) => !codes.has(code)).map(({ code }) => code);
  if (unknown.length === 0) return { known, caveats: [] };
  const leftOut = counted(clips.length - known.clips.length, 'clip');
  return {
    known,
    caveats: [`Classes that the model does not know were left out, ${leftOut} in all: ${unknown.join(', ')}.`],
  };
}
