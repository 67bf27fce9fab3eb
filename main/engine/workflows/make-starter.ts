import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EngineError, toEngineError } from '../common/errors.ts';
import { readJson, temporaryBeside, toJson, writeFileAtomic } from '../common/files.ts';
import { Random } from '../common/random.ts';
import { APP_VERSION } from '../common/version.ts';
import { parseClipsCsv } from '../dataset/clip-rows.ts';
import { IRMAS_INSTRUMENTS } from '../dataset/irmas.ts';
import { parseSplitCsv } from '../dataset/split-rows.ts';
import { MetricsSchema, type Metrics } from '../evaluation/metrics.ts';
import { predictionsFromCsv } from '../evaluation/predictions-csv.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import { heardEach } from '../evaluation/heard-each.ts';
import { namedFrom, sureFrom } from '../evaluation/sure-from.ts';
import { networkOf, readRun, refuseExisting, RUN_FILES, runFile, type Run } from '../library/run-folder.ts';
import type { KnownData } from '../library/known-data.ts';
import { STARTER_VERSION, starterFile, type Starter } from '../library/starter-folder.ts';
import { loadBackend } from '../model/backend.ts';
import { writeKerasFile } from '../model/keras-file.ts';
import { createPredictor } from '../model/network-predictor.ts';
import type { Network } from '../model/network.ts';
import { roundWeights } from '../model/round-weights.ts';
import { modelCard } from './model-card.ts';
import { openModel, type OpenedModel } from './open-model.ts';

const NAME = 'Starter network';
const NOISE_PICTURES = 32;
const NOISE_SEED = 1;
/** Shortened weights that change a probability by more are no longer the network that was scored. */
const LARGEST_CHANGE = 0.02;

export interface StarterRequest {
  /** A finished training. */
  readonly run: string;
  /** An evaluation of its network on recordings that were put away; without it, its own test or validation side counts. */
  readonly evaluation: string | undefined;
  /** The folder to be made. */
  readonly out: string;
  /** Whose recordings it was trained on; null where the card cannot say. */
  readonly data: KnownData | null;
  /** Share of the verdicts that are to be right where it is sure. */
  readonly right: number;
  /** Sentences for the card about further recordings it learned from; null for none. */
  readonly note: string | null;
}

export interface MadeStarter {
  readonly folder: string;
  readonly starter: Starter;
  readonly metrics: Metrics;
}

interface Score {
  readonly metrics: Metrics;
  readonly predictions: Predictions;
}

/**
 * Packs the network of a finished training as the one that comes with the app: smaller, with its score and a model card.
 * @throws EngineError `exists`; `incompatible-run` where a run is unfinished or the evaluation is of another network;
 *   `invalid-argument` where the data cannot be what they are said to be; `disk-full`, `permission-denied`
 */
export async function makeStarter(request: StarterRequest): Promise<MadeStarter> {
  const folder = resolve(request.out);
  await refuseExisting(folder);
  const model = await openModel({ model: request.run });
  const { trainedIn, classes, recipe, temperature, decision } = model;
  const run = trainedIn?.run;
  if (run?.training == null || run.result === null || run.split === null) {
    throw new EngineError('incompatible-run', `${request.run} is no run folder of a training.`);
  }
  if (request.data === 'irmas') refuseOtherThanIrmas(run);
  const { metrics, predictions } =
    request.evaluation === undefined ? await ownScore(request.run, run) : await evaluationOf(request.evaluation, run);
  const validation = await validationScore(request.run, run);
  const network = roundWeights(model.network);
  const others = metrics.side === 'validation' ? null : predictions;
  const { name, synthetic, clips, usableClips, recordings, groups } = run.dataset;
  const starter: Starter = {
    format: 'instrunet-starter',
    version: STARTER_VERSION,
    name: NAME,
    made: new Date().toISOString(),
    app: APP_VERSION,
    classes: run.classes,
    parameters: run.model.parameters,
    data: request.data,
    dataset: { name, synthetic, clips, usableClips, recordings, groups },
    sides: sidesOf(run.split.counts),
    training: run.training,
    base: run.base === null ? null : { name: run.base.name, data: run.base.data },
    epochs: run.result.epochs,
    selectedEpoch: run.result.selectedEpoch,
    temperature,
    rounding: { pictures: NOISE_PICTURES, largest: await largestChange(model, network) },
    otherSounds: otherSoundsOf(run),
    note: request.note,
    sure: decision?.kind === 'each' ? null : sureOn(validation.predictions, others, request.right),
    heard: decision?.kind === 'each' ? heardOn(validation.predictions, others, decision.thresholds) : null,
  };
  const temporary = temporaryBeside(folder);
  try {
    await mkdir(temporary, { recursive: true });
    const labels = { classes, recipe, temperature: temperature ?? undefined, decision: decision ?? undefined };
    await writeKerasFile(starterFile(temporary, 'network'), network, labels, 9);
    await writeFileAtomic(starterFile(temporary, 'record'), toJson(starter));
    await writeFileAtomic(starterFile(temporary, 'metrics'), toJson(metrics));
    await writeFileAtomic(starterFile(temporary, 'card'), modelCard(starter, metrics));
    await mkdir(dirname(folder), { recursive: true });
    // An empty folder may stand there, which not every system replaces.
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw toEngineError(error, folder);
  }
  return { folder, starter, metrics };
}

function refuseOtherThanIrmas({ dataset, classes }: Run): void {
  if (!dataset.synthetic && classes.every(({ code }) => IRMAS_INSTRUMENTS.has(code))) return;
  const why = dataset.synthetic ? 'synthetic sound' : 'classes that IRMAS does not have';
  throw new EngineError('invalid-argument', `“${dataset.name}” is not IRMAS: it has ${why}.`);
}

function sidesOf(counts: NonNullable<Run['split']>['counts']): Starter['sides'] {
  const sides = new Map<string, number>();
  for (const { side, clips } of counts) sides.set(side, (sides.get(side) ?? 0) + clips);
  return [...sides].filter(([, clips]) => clips > 0).map(([side, clips]) => ({ side, clips }));
}

/** The score of a training on its test side, or where it has none on validation. */
async function ownScore(folder: string, run: Run): Promise<Score> {
  const hasTest = run.result?.scores.some(({ side }) => side === 'test') === true;
  if (!hasTest) return validationScore(folder, run);
  return readScore(join(folder, RUN_FILES.test), run, await splitOf(folder));
}

async function validationScore(folder: string, run: Run): Promise<Score> {
  return readScore(folder, run, await splitOf(folder));
}

async function splitOf(folder: string): Promise<ReturnType<typeof parseSplitCsv>> {
  return parseSplitCsv(await textOf(runFile(folder, 'split')));
}

/**
 * Chosen on validation, so that the clips that the score is of have no say in it.
 * @param scored what the score is of, where that is not validation
 */
function sureOn(validation: Predictions, scored: Predictions | null, right: number): Starter['sure'] {
  const found = sureFrom(validation, right);
  if (found === null) return null;
  const { target, threshold, ...chosen } = found;
  return { target, threshold, chosen, scored: scored === null ? null : namedFrom(scored, threshold) };
}

function heardOn(validation: Predictions, scored: Predictions | null, thresholds: readonly number[]): Starter['heard'] {
  return {
    thresholds: [...thresholds],
    chosen: heardEach(validation, thresholds),
    scored: scored === null ? null : heardEach(scored, thresholds),
  };
}

function otherSoundsOf({ otherSounds, result }: Run): Starter['otherSounds'] {
  if (otherSounds === null) return null;
  const { name, training, heldBack } = otherSounds;
  return { name, training, heldBack, taken: result?.takenForClasses?.taken ?? 0 };
}

async function evaluationOf(folder: string, training: Run): Promise<Score> {
  const run = await readRun(folder);
  if (run.kind !== 'evaluation' || run.status !== 'done' || run.result?.labelScore !== undefined) {
    throw new EngineError('incompatible-run', `${folder} is no evaluation on clips of one label each.`);
  }
  if (fingerprint(run) !== fingerprint(training)) {
    throw new EngineError('incompatible-run', `${folder} is an evaluation of another network.`);
  }
  return readScore(folder, run, parseClipsCsv(await textOf(runFile(folder, 'clips'))));
}

/** What a run says of its network, wherever that lay then: a temperature was fitted to this one alone. */
function fingerprint({ classes, model, recipeHash, result }: Run): string {
  return JSON.stringify([classes, model.parameters, recipeHash, result?.temperature ?? result?.epochs]);
}

async function readScore(
  folder: string,
  run: Run,
  clips: readonly { readonly clip: string; readonly recording: string; readonly group: string }[],
): Promise<Score> {
  const origins = new Map(clips.map(({ clip, recording, group }) => [clip, { recording, group }]));
  return {
    metrics: await readJson(runFile(folder, 'metrics'), MetricsSchema),
    predictions: predictionsFromCsv(await textOf(runFile(folder, 'predictions')), networkOf(run), origins),
  };
}

/** @throws EngineError `unsupported-model` where the other weights do not give the same probabilities */
async function largestChange({ network, classes, recipe }: OpenedModel, other: Network): Promise<number> {
  const backend = await loadBackend();
  const random = new Random(NOISE_SEED, 'noise');
  const noise = Uint8Array.from({ length: NOISE_PICTURES * recipe.imageHeight * recipe.imageWidth }, () =>
    random.integer(256),
  );
  const predict = async (weights: Network): Promise<Float32Array> => {
    const predictor = createPredictor(backend, weights, classes, recipe);
    try {
      return await predictor.predict(noise, NOISE_PICTURES);
    } finally {
      predictor.dispose();
    }
  };
  const [exact, shortened] = [await predict(network), await predict(other)];
  const largest = Math.max(...exact.map((value, index) => Math.abs(value - (shortened[index] ?? NaN))));
  if (largest <= LARGEST_CHANGE) return largest;
  throw new EngineError(
    'unsupported-model',
    `Shortening its weights changes a probability by ${largest.toFixed(3)}: it would no longer be the network that was scored.`,
  );
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw toEngineError(error, path);
  }
}
