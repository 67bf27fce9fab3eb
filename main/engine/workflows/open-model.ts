import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { EngineError, toEngineError } from '../common/errors.ts';
import { exists } from '../common/files.ts';
import type { ClassName } from '../dataset/dataset.ts';
import { classOf } from '../dataset/irmas.ts';
import { parseSplitCsv, type SplitRow } from '../dataset/split-rows.ts';
import { DEFAULT_RECIPE, type Recipe } from '../features/recipe.ts';
import { foldFolder, readRun, runFile, type Run } from '../library/run-folder.ts';
import { readStarter, STARTER_FILES, starterFile, type Starter } from '../library/starter-folder.ts';
import type { Decision } from '../model/decision.ts';
import { readKerasFile } from '../model/keras-file.ts';
import { outputUnits, type Network } from '../model/network.ts';

/** A network with what is needed to use it, and where each part came from. */
export interface OpenedModel {
  readonly source: string;
  /** How it is called: by whoever opened it, or as its run, the starter network, or its file. */
  readonly name: string;
  readonly network: Network;
  readonly classes: readonly ClassName[];
  /** In words: `model`, `--labels`, … */
  readonly labelsFrom: string;
  readonly recipe: Recipe;
  /** What its logits were divided by for calibration; null where they were not. */
  readonly temperature: number | null;
  /** When it is believed; null where nothing is known of that. */
  readonly decision: Decision | null;
  /** The run it was trained in; null for a bare file. */
  readonly trainedIn: { readonly run: Run; readonly split: readonly SplitRow[] } | null;
  /** The record of the network that comes with the app, which does not name its training clips; null for any other. */
  readonly starter: Starter | null;
  /** What the user should know about how the model was read. */
  readonly notes: readonly string[];
}

export interface ModelRequest {
  /** A run folder or a `.keras` file. */
  readonly model: string;
  /** Class codes of the outputs, in their order, for a file that carries none. */
  readonly labels?: readonly string[] | undefined;
  /** How it is called, where its run or file does not say that. */
  readonly modelName?: string | undefined;
}

/** A network whose outputs may still lack names. */
interface ReadModel extends Omit<OpenedModel, 'classes' | 'labelsFrom' | 'notes'> {
  /** The file it was read from. */
  readonly path: string;
  readonly outputs: number;
  readonly carriesLabels: boolean;
  /** Null where neither the file nor the user names the classes. */
  readonly named: Pick<OpenedModel, 'classes' | 'labelsFrom'> | null;
}

/**
 * Opens a finished run or a `.keras` file. Outputs that nobody named are numbered.
 * @throws EngineError as `readModel`
 */
export async function openModel(request: ModelRequest): Promise<OpenedModel> {
  const model = await readModel(request);
  const classes = Array.from({ length: model.outputs }, (_, index) => ({
    code: `class${index + 1}`,
    name: `class ${index + 1}`,
  }));
  return withClasses(model, { classes, labelsFrom: 'their number, as nobody named them' });
}

/**
 * Reads a finished run or a `.keras` file, so that what is wrong with it is told before anything else is begun.
 * @throws EngineError `not-found`, `incompatible-run` for a run that has not finished or is no training, `unsupported-model`;
 *   `invalid-argument` where the labels given do not fit the outputs
 */
export async function readModel({ model, labels: given, modelName }: ModelRequest): Promise<ReadModel> {
  const isFolder = await stat(model).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      throw toEngineError(error, model);
    },
  );
  const trainedIn = isFolder ? await readFinishedRun(model) : null;
  const path = isFolder ? runFile(model, 'model') : model;
  const { network, labels } = await readKerasFile(path);
  const outputs = outputUnits(network);
  const own = labels === null ? null : { classes: labels.classes, labelsFrom: 'the model' };
  const starter = await starterBeside(path);
  return {
    source: model,
    name: modelName ?? trainedIn?.run.name ?? starter?.name ?? basename(path),
    network,
    recipe: labels?.recipe ?? DEFAULT_RECIPE,
    temperature: labels?.temperature ?? null,
    decision: labels?.decision ?? decisionOf(starter),
    trainedIn,
    starter,
    path,
    outputs,
    carriesLabels: labels !== null,
    named: given === undefined ? own : { classes: givenClasses(given, model, outputs), labelsFrom: 'the labels given' },
  };
}

/**
 * Names the outputs that nobody named by a folder's classes, in alphabetical order.
 * @throws EngineError `invalid-argument` where there are not as many
 */
export function nameByFolder(model: ReadModel, classes: readonly ClassName[]): OpenedModel {
  if (model.named === null && classes.length !== model.outputs) {
    throw new EngineError(
      'invalid-argument',
      `${basename(model.path)} tells ${model.outputs} classes apart and does not name them; the folder has ${classes.length} classes. ` +
        'Name its outputs in their order (--labels).',
    );
  }
  return withClasses(model, { classes, labelsFrom: "the alphabetical order of the folder's classes" });
}

function withClasses(model: ReadModel, fallback: NonNullable<ReadModel['named']>): OpenedModel {
  const { source, name, network, recipe, temperature, decision, trainedIn, starter, path, carriesLabels, named } =
    model;
  const { classes, labelsFrom } = named ?? fallback;
  const notes = carriesLabels
    ? []
    : [
        `${basename(path)} carries no labels and no recipe: its outputs were named by ${labelsFrom}, and its images are made by the default recipe.`,
      ];
  return { source, name, network, classes, labelsFrom, recipe, temperature, decision, trainedIn, starter, notes };
}

async function starterBeside(network: string): Promise<Starter | null> {
  const folder = dirname(network);
  if (basename(network) !== STARTER_FILES.network || !(await exists(starterFile(folder, 'record')))) return null;
  return (await readStarter(folder))?.starter ?? null;
}

/** The record beside the network that comes with the app says when that is believed. */
function decisionOf(starter: Starter | null): Decision | null {
  return starter?.sure == null ? null : { kind: 'best', sureFrom: starter.sure.threshold };
}

async function readFinishedRun(folder: string): Promise<{ run: Run; split: SplitRow[] }> {
  const run = await readRun(folder);
  if (run.kind === 'evaluation') {
    throw new EngineError(
      'incompatible-run',
      `${folder} is an evaluation of ${run.model.source}; name that model instead.`,
    );
  }
  if (run.kind === 'cross-validation') {
    throw new EngineError(
      'incompatible-run',
      `${folder} is a cross-validation, which has a network for each fold and none for all. Name one of ${foldFolder(folder, 1)} and so on, or train on all clips.`,
    );
  }
  if (run.status !== 'done') {
    throw new EngineError(
      'incompatible-run',
      `The training in ${folder} has not finished (${run.status}). Go on with it first: train … --out ${folder} --resume`,
    );
  }
  const path = runFile(folder, 'split');
  try {
    return { run, split: parseSplitCsv(await readFile(path, 'utf8')) };
  } catch (error) {
    throw toEngineError(error, path);
  }
}

function givenClasses(labels: readonly string[], model: string, outputs: number): ClassName[] {
  if (labels.length === outputs) return labels.map(classOf);
  throw new EngineError(
    'invalid-argument',
    `${labels.length} labels were given, but ${basename(model)} tells ${outputs} classes apart.`,
  );
}
