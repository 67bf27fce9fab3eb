import { readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EngineError, toEngineError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import type { TaskOptions } from '../common/task.ts';
import { isUsable, labelsOf, type Dataset } from '../dataset/dataset.ts';
import { parseSplitCsv } from '../dataset/split-rows.ts';
import { labelScores, type Aggregation, type HeardClips } from '../evaluation/multilabel/heard-clips.ts';
import type { Threshold, Thresholds, ThresholdSource } from '../evaluation/multilabel/multilabel-metrics.ts';
import { chooseThreshold } from '../evaluation/multilabel/threshold.ts';
import { predictionsFromCsv } from '../evaluation/predictions-csv.ts';
import { networkOf, readRun, RUN_FILES, runFile } from '../library/run-folder.ts';
import { EVEN_ODDS } from '../model/decision.ts';
import type { OutputKind } from '../model/output-kind.ts';
import type { Predictor } from '../model/predictor.ts';
import type { EngineContext } from './context.ts';
import { bothScores, hearClips } from './hear-clips.ts';
import { leakFrom } from './leak-from-training.ts';
import type { OpenedModel } from './open-model.ts';
import { openDataset, scanNotes } from './scan.ts';

/** A threshold, or the run or labelled folder on which one is to be chosen. */
export type ThresholdRequest = { readonly given: number } | { readonly from: string };

export interface ChosenThresholds {
  readonly thresholds: Thresholds;
  readonly notes: readonly string[];
}

/**
 * The thresholds from which on a class counts as heard, never chosen on the clips that are scored: given, or those with the
 * highest micro F1 on the validation side of the network's own run or on another labelled folder. Where nothing is asked for,
 * the network itself decides where it has a threshold for each class, and its own run otherwise.
 * @throws EngineError `invalid-argument` where it would be the scored clips, or another network's run, that decide, or where
 *   nothing can; otherwise as `openDataset` and `hearClips`
 */
export async function thresholdsFor(
  context: EngineContext,
  request: ThresholdRequest | undefined,
  { model, predictor, scored }: { model: OpenedModel; predictor: Predictor; scored: Dataset },
  task: TaskOptions,
): Promise<ChosenThresholds> {
  if (request === undefined) {
    const own = ownThresholds(model);
    if (own !== null) return { thresholds: own, notes: [] };
    if (model.trainedIn === null) throw noThreshold();
    return { thresholds: await onValidation(model.source, scored), notes: [] };
  }
  if ('given' in request) {
    const given = { threshold: request.given, f1: null };
    const of = { mean: given, 'sum-max': predictor.outputs === 'sigmoid' ? null : given };
    return { thresholds: { source: { kind: 'given' }, of }, notes: [] };
  }
  const from = resolve(request.from);
  if (await isFile(join(from, RUN_FILES.run))) {
    await refuseOtherNetwork(from, model);
    return { thresholds: ownThresholds(model) ?? (await onValidation(from, scored)), notes: [] };
  }
  return onFolder(context, from, { model, predictor, scored }, task);
}

/** A threshold a class, chosen on validation when the network was trained; null where it names the best class alone. */
function ownThresholds({ decision, classes }: OpenedModel): Thresholds | null {
  if (decision?.kind !== 'each') return null;
  const evenOdds = classes.flatMap(({ code }, index) => (decision.thresholds[index] === EVEN_ODDS ? [code] : []));
  return {
    source: { kind: 'per-class', evenOdds, onScored: false },
    of: { mean: { threshold: decision.thresholds, f1: null }, 'sum-max': null },
  };
}

function noThreshold(): EngineError {
  return new EngineError(
    'invalid-argument',
    'The clips have several labels, and a bare file does not say from which score on a class counts as heard. ' +
      'Give a threshold (--threshold), or a labelled folder to choose it on (--threshold-from).',
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** What another network makes of its clips says nothing about this one's scores. */
async function refuseOtherNetwork(run: string, model: OpenedModel): Promise<void> {
  if ((await readRun(run)).kind === 'evaluation') {
    throw new EngineError('invalid-argument', `${run} is an evaluation. Name the folder it was made on instead.`);
  }
  const own = model.trainedIn === null ? model.source : runFile(model.source, 'model');
  const [here, there] = await Promise.all([contentOf(own), contentOf(runFile(run, 'model'))]);
  if (here === there) return;
  throw new EngineError(
    'invalid-argument',
    `${run} is the run of another network: a threshold chosen there does not fit this one.`,
  );
}

async function contentOf(path: string): Promise<string> {
  try {
    return sha256(await readFile(path));
  } catch (error) {
    throw toEngineError(error, path);
  }
}

/** @throws EngineError as `readRun` and `predictionsFromCsv` */
async function onValidation(folder: string, scored: Dataset): Promise<Thresholds> {
  const run = await readRun(folder);
  const path = runFile(folder, 'predictions');
  const [text, split] = await Promise.all(
    [path, runFile(folder, 'split')].map((file) =>
      readFile(file, 'utf8').catch((error: unknown) => {
        throw toEngineError(error, file);
      }),
    ),
  );
  const origins = new Map(parseSplitCsv(split ?? '').map((row) => [row.clip, row]));
  const { classes, rows } = predictionsFromCsv(text ?? '', networkOf(run), origins);
  const contents = contentsOf(scored);
  const others = rows.filter(({ clip }) => !contents.has(origins.get(clip)?.sha256 ?? ''));
  const heard = others.map(({ clip, recording, group, label, probabilities }) => ({
    ...{ clip, recording, group, windows: 1 },
    labels: [classes[label]?.code ?? ''],
    scores: bothScores(probabilities),
  }));
  const leftOut = rows.length - others.length;
  const source: ThresholdSource = { kind: 'validation', name: run.name, clips: others.length, leftOut };
  return choose({ classes, rows: heard }, source, run.model.outputs);
}

async function onFolder(
  context: EngineContext,
  folder: string,
  { model, predictor, scored }: { model: OpenedModel; predictor: Predictor; scored: Dataset },
  task: TaskOptions,
): Promise<ChosenThresholds> {
  if ((await realPath(folder)) === (await realPath(scored.root))) throw sameClips(folder);
  const opened = await openDataset(context, folder, task);
  const { dataset } = opened;
  const known = new Set(predictor.classes.map(({ code }) => code));
  const contents = contentsOf(scored);
  const asked = dataset.clips.filter((clip) => isUsable(clip) && labelsOf(clip).some((label) => known.has(label)));
  const others = asked.filter(({ sha256: content }) => !contents.has(content ?? ''));
  if (asked.length === 0) {
    throw new EngineError('no-clips', `There is no clip in ${folder} of a class that the network knows.`);
  }
  if (others.length === 0) throw sameClips(folder);
  const heard = await hearClips(dataset, others, predictor, task);
  const heardInTraining =
    model.trainedIn === null ? null : leakFrom('training', dataset, others, model.trainedIn).either;
  const source = {
    ...({ kind: 'folder', name: dataset.name } as const),
    ...{ clips: heard.rows.length, leftOut: asked.length - others.length, heardInTraining },
  };
  return {
    thresholds: choose(heard, source, predictor.outputs),
    notes: scanNotes(opened).map((note) => `${dataset.name}: ${note}`),
  };
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw toEngineError(error, path);
  }
}

function contentsOf({ clips }: Dataset): Set<string> {
  return new Set(clips.flatMap(({ sha256: content }) => content ?? []));
}

function sameClips(folder: string): EngineError {
  return new EngineError(
    'invalid-argument',
    `${folder} holds the clips that are to be scored. A threshold that was chosen on them would flatter the score: choose it on others.`,
  );
}

function choose(heard: HeardClips, source: ThresholdSource, outputs: OutputKind): Thresholds {
  if (heard.rows.length === 0) {
    throw new EngineError(
      'invalid-argument',
      'No clip is left to choose a threshold on: the scored folder has them all.',
    );
  }
  const best = (aggregation: Aggregation): Threshold => chooseThreshold(labelScores(heard, aggregation));
  return { source, of: { mean: best('mean'), 'sum-max': outputs === 'sigmoid' ? null : best('sum-max') } };
}
