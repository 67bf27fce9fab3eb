import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { EngineError, toEngineError } from '../common/errors.ts';
import { toJson, writeFileAtomic } from '../common/files.ts';
import { FoldSchema, MOST_FOLDS } from '../dataset/fold.ts';
import { RecipeSchema } from '../features/recipe.ts';
import { DecisionSchema } from '../model/decision.ts';
import { MOST_MEMBERS } from '../model/members.ts';
import { OUTPUT_KINDS, type OutputKind } from '../model/output-kind.ts';
import { TRAIN_LAYERS } from '../model/train-layers.ts';
import { KNOWN_DATA } from './known-data.ts';
import { augmentationSchema, NO_AUGMENTATION } from '../training/augmentation/options.ts';

/** Raised whenever an older program could no longer read the folder rightly. */
export const RUN_VERSION = 4;

/** Names of what lies in a run folder. Other programs read these; they are part of the format. */
export const RUN_FILES = {
  run: 'run.json',
  split: 'split.csv',
  /** In place of the split, the clips that an evaluation or a cross-validation has scored. */
  clips: 'clips.csv',
  /** What the user had corrected of the dataset when the run began; only where something was applied. */
  corrections: 'corrections.csv',
  history: 'history.csv',
  predictions: 'predictions.csv',
  report: 'classification_report.csv',
  metrics: 'metrics.json',
  model: 'instrunet_cnn.keras',
  historyChart: 'training_history.png',
  confusionChart: 'confusion_matrix.png',
  reliabilityChart: 'reliability_diagram.png',
  /** In place of confusion matrix and reliability diagram where clips have several labels. */
  labelScoresChart: 'label_scores.png',
  checkpoint: 'checkpoint',
  /** The same score files once more, for the test side of the split where there is one. */
  test: 'test',
} as const;

const Count = z.number().int().nonnegative();

const CrossValidationSchema = z.object({
  folds: z.number().int().min(2).max(MOST_FOLDS),
  /** Where the network lay that each training begins from, and the codes of its outputs where the user named them; null for fresh weights. */
  from: z.object({ model: z.string(), labels: z.array(z.string()).optional(), name: z.string().optional() }).nullable(),
  /** Folder of sounds without any of the classes that each learns from, too; null for none. */
  otherSounds: z.string().nullable(),
});

const ClassSchema = z.object({ code: z.string(), name: z.string() });

const DatasetSummarySchema = z.object({
  name: z.string(),
  /** Where the folder lay when the run was made. */
  root: z.string(),
  layout: z.string(),
  kinds: z.array(z.string()),
  synthetic: z.boolean(),
  fingerprint: z.string(),
  clips: Count,
  usableClips: Count,
  recordings: Count,
  groups: Count,
  seconds: z.number().nonnegative(),
  findings: z.record(z.string(), Count),
});

const BackendSchema = z.object({
  name: z.string(),
  tensorflow: z.string(),
  oneDnn: z.boolean(),
  runtime: z.string(),
});

const LeakSchema = z.object({
  validationClips: Count,
  sharedRecording: Count,
  identicalClip: Count,
  either: Count,
});

export const TrainingConfigSchema = z.object({
  /** Whose layers it has, with fresh weights; null where a trained network was trained further. From version 3. */
  preset: z.string().nullable(),
  epochs: z.number().int().positive(),
  batchSize: z.number().int().positive(),
  learningRate: z.number().positive(),
  seed: z.number().int(),
  split: z.enum(['grouped', 'random']),
  validation: z.number().gt(0).lt(1),
  test: z.number().gte(0).lt(1),
  /** Epochs without a better validation loss after which training stops; null: never. */
  earlyStopping: z.number().int().positive().nullable(),
  /** Keep the weights of the epoch with the lowest validation loss instead of the last one's. */
  bestEpoch: z.boolean(),
  // What follows came later; a run without it was trained without it.
  /** One instrument a clip, or each by itself. */
  outputs: z.enum(OUTPUT_KINDS).default('softmax'),
  schedule: z.enum(['constant', 'cosine']).default('constant'),
  /** Epochs over which the learning rate rises, where it follows a cosine. */
  warmupEpochs: z.number().min(0).default(0),
  /** AdamW's; 0: plain Adam. */
  weightDecay: z.number().min(0).default(0),
  labelSmoothing: z.number().min(0).lt(1).default(0),
  /** Whether all classes count the same, however many clips they have. */
  balanceClasses: z.boolean().default(false),
  /** Decay of the moving average of the weights that is kept; 0: the last weights. */
  averaging: z.number().min(0).lt(1).default(0),
  augmentation: augmentationSchema.default(NO_AUGMENTATION),
  /** Synthetic sounds without an instrument that were learned from, too, as a share of the training clips, or of their windows. */
  otherSounds: z.number().min(0).max(1).default(0),
  /** Whether probabilities were made to fit the validation clips by a temperature. */
  calibration: z.boolean().default(false),
  /** Which layers learned. */
  trainLayers: z.enum(TRAIN_LAYERS).default('all'),
  /** Share of the learning rate for all layers but the last. */
  bodyRate: z.number().positive().max(1).default(1),
  /** Networks side by side that begin from different fresh weights and whose logits are averaged. */
  members: z.number().int().min(1).max(MOST_MEMBERS).default(1),
  /** The part of a cross-validation that was the validation side, whose share is what that gives; null where it was drawn. */
  fold: FoldSchema.nullable().default(null),
});

export type TrainingConfig = z.infer<typeof TrainingConfigSchema>;

const HeardSchema = z.object({
  /** What the clips have in common with what it was trained on; null where nothing is known of that. */
  leak: LeakSchema.nullable(),
  /** Whether the clips are named like recordings of which it was trained on some that are not known. */
  suspected: z.boolean(),
});

/** The trained network that a training began from. */
export const BaseSchema = z.object({
  name: z.string(),
  /** SHA-256 of its `.keras` file. */
  sha256: z.string(),
  /** Class codes of its outputs; null where nobody named them. */
  classes: z.array(z.string()).nullable(),
  /** Whether its output layer was kept, as the classes are the same, or a new one took its place. */
  output: z.enum(['kept', 'new']),
  /** Parameters that learned. */
  learning: Count,
  /** Whose recordings it, or what it was itself begun from, was trained on, where their licence binds whoever uses it. */
  data: z.enum(KNOWN_DATA).nullable(),
  /** How much is known of the recordings it was trained on: all, those of its last training, or nothing. */
  known: z.enum(['all', 'last', 'nothing']),
  /** What it had heard of the held-back sides; null for a side that there is not. */
  heard: z.object({ validation: HeardSchema, test: HeardSchema.nullable() }),
});

export type RunBase = z.infer<typeof BaseSchema>;
export type HeardByBase = z.infer<typeof HeardSchema>;

const ScoreSchema = z.object({
  side: z.string(),
  clips: Count,
  /** In how many windows they were heard; left out where each clip was one. */
  windows: Count.optional(),
  accuracy: z.number(),
  accuracyInterval: z.tuple([z.number(), z.number()]).nullable(),
  macroF1: z.number(),
  majorityAccuracy: z.number(),
});

const LabelScoreSchema = z.object({
  side: z.enum(['validation', 'test', 'folder']).default('folder'),
  clips: Count,
  labels: Count,
  aggregation: z.enum(['mean', 'sum-max']),
  /** Null where each class has its own. */
  threshold: z.number().nullable(),
  microF1: z.number(),
  microF1Interval: z.tuple([z.number(), z.number()]).nullable(),
  macroF1: z.number(),
  /** Of the fixed answer that does best. */
  baselineMicroF1: z.number(),
});

/** A folder of sounds in which none of the classes sounds. */
const OtherSoundsSchema = z.object({
  name: z.string(),
  /** Where the folder lay when the run was made. */
  root: z.string(),
  fingerprint: z.string(),
  /** Sounds that were learned from, and sounds that were not. */
  training: Count,
  heldBack: Count,
});

export type OtherSoundsRecord = z.infer<typeof OtherSoundsSchema>;

const TakenForClassesSchema = z.object({
  /** Sounds without any of the classes, held back from training. */
  sounds: Count,
  /** Those in which a class was heard all the same. */
  taken: Count,
  /** Which classes, most often heard first; a sound counts for each that was heard in it. */
  classes: z.array(z.object({ code: z.string(), sounds: Count })),
});

export type TakenForClasses = z.infer<typeof TakenForClassesSchema>;

const SideCountSchema = z.object({
  label: z.string(),
  side: z.string(),
  clips: Count,
  recordings: Count,
});

export const RunSchema = z.object({
  format: z.literal('instrunet-run'),
  version: z.number().int().positive(),
  /** From version 4, `cross-validation`: several trainings, which lie in folders of their own below it. */
  kind: z.enum(['training', 'evaluation', 'cross-validation']),
  name: z.string(),
  status: z.enum(['running', 'cancelled', 'failed', 'done']),
  /** What stopped a failed run, for the user. */
  error: z.string().nullable(),
  created: z.string(),
  finished: z.string().nullable(),
  app: z.string(),
  backend: BackendSchema,
  /** Where the ffmpeg came from that decoded what is no plain WAV; null for pictures. */
  ffmpeg: z.string().nullable(),
  machine: z.object({ platform: z.string(), processor: z.string(), cores: Count }),
  dataset: DatasetSummarySchema,
  /** How many clips the user's corrections changed before training; null where none were applied. */
  corrections: z.object({ relabelled: Count, leftOut: Count }).nullable().default(null),
  classes: z.array(ClassSchema),
  recipe: RecipeSchema,
  recipeHash: z.string(),
  /** The model that was scored: for a training the preset, or the network it began from; a file for an evaluation. */
  model: z.object({
    source: z.string(),
    /** How the network was called that an evaluation has scored; null for a training, and in older runs. */
    name: z.string().nullable().default(null),
    parameters: Count,
    labelsFrom: z.string(),
    /** How it answers. */
    outputs: z.enum(OUTPUT_KINDS).default('softmax'),
  }),
  training: TrainingConfigSchema.nullable(),
  /** Only of a cross-validation. */
  crossValidation: CrossValidationSchema.nullable().default(null),
  /** What the training began from; null where from fresh weights. */
  base: BaseSchema.nullable().default(null),
  split: z
    .object({
      counts: z.array(SideCountSchema),
      /** In how many windows the clips of each side are heard; left out where every clip is one. */
      windows: z.object({ training: Count, validation: Count, test: Count }).optional(),
      leak: LeakSchema,
      testLeak: LeakSchema.nullable(),
    })
    .nullable(),
  /** The user's own sounds without any of the classes that were learned from, too; null where there were none. */
  otherSounds: OtherSoundsSchema.nullable().default(null),
  /** Images that were made for this run, and images that were there already. */
  features: z.object({ extracted: Count, reused: Count }),
  /** Clips that were left out of training and scoring because their features could not be made. */
  failedClips: z.array(z.object({ clip: z.string(), message: z.string() })),
  /** Sentences that the score of an evaluation is not to be shown without: classes that were left out, outputs without names. */
  caveats: z.array(z.string()).default([]),
  result: z
    .object({
      epochs: Count,
      selectedEpoch: Count,
      /** True where the epoch was chosen by its validation score, which flatters that score. */
      selectedOnValidation: z.boolean(),
      /** What the logits were divided by, within the model's last layer, after training; null: nothing. */
      temperature: z.number().positive().nullable().default(null),
      scores: z.array(ScoreSchema),
      /** When the trained network is believed; null where nothing is known of that. */
      decision: DecisionSchema.nullable().default(null),
      /** What became of the other sounds that were held back; null where there were none. */
      takenForClasses: TakenForClassesSchema.nullable().default(null),
      /** The score on clips with several labels, which has no accuracy; `scores` is empty then. From version 2. */
      labelScore: LabelScoreSchema.optional(),
      /** The same of the test side of a training, where there is one. */
      testLabelScore: LabelScoreSchema.optional(),
    })
    .nullable(),
  /** Seconds, of the last sitting where a run was resumed. */
  timings: z.record(z.string(), z.number().nonnegative()),
  /** Of training; a clip that is learned from in windows counts once for each. */
  clipsPerSecond: z.number().nonnegative().nullable(),
  peakMemoryMiB: z.number().nonnegative(),
});

export type Run = z.infer<typeof RunSchema>;
export type RunScore = z.infer<typeof ScoreSchema>;
export type RunLabelScore = z.infer<typeof LabelScoreSchema>;

/** What reads a run's predictions: the classes of its network and how that answers. */
export function networkOf({ classes, model }: Run): { classes: Run['classes']; outputs: OutputKind } {
  return { classes, outputs: model.outputs };
}

/** Absolute path of one file of a run. */
export function runFile(folder: string, file: keyof typeof RUN_FILES): string {
  return join(folder, RUN_FILES[file]);
}

/** The run folder of one part of a cross-validation. @param number from 1 */
export function foldFolder(folder: string, number: number): string {
  return join(folder, `fold-${number}`);
}

/**
 * Makes sure that a run can be written there without touching anything.
 * @throws EngineError `exists` when there is already something of that name with anything in it
 */
export async function refuseExisting(folder: string): Promise<void> {
  const path = resolve(folder);
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) {
    const empty = found.isDirectory() && (await readdir(path)).length === 0;
    if (!empty) {
      throw new EngineError('exists', `${path} exists already. Choose another output folder; nothing was overwritten.`);
    }
  }
}

/**
 * Makes the folder of a new run.
 * @throws EngineError `exists` as `refuseExisting`, `permission-denied`, `disk-full`
 */
export async function createRunFolder(folder: string): Promise<void> {
  await refuseExisting(folder);
  const path = resolve(folder);
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw toEngineError(error, path);
  }
}

/** @throws EngineError `disk-full`, `permission-denied` */
export async function writeRun(folder: string, run: Run): Promise<void> {
  await writeFileAtomic(runFile(folder, 'run'), toJson(RunSchema.parse(run)));
}

/**
 * Reads `run.json`.
 * @throws EngineError `not-found` where there is no run, `incompatible-run` where it is damaged or of a newer version
 */
export async function readRun(folder: string): Promise<Run> {
  const path = runFile(resolve(folder), 'run');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const cause = toEngineError(error, path);
    if (cause.code !== 'not-found') throw cause;
    throw new EngineError('not-found', `${folder} is no run folder: there is no ${RUN_FILES.run} in it.`, { cause });
  }
  const version = VersionSchema.safeParse(parseJson(text));
  if (!version.success) {
    throw new EngineError('incompatible-run', `${path} is damaged or no run of InstruNet.`, { cause: version.error });
  }
  if (version.data.version > RUN_VERSION) {
    throw new EngineError(
      'incompatible-run',
      `${basename(resolve(folder))} was made by a newer InstruNet (run format ${version.data.version}, this one reads up to ` +
        `${RUN_VERSION}). Update InstruNet to open it.`,
    );
  }
  const run = RunSchema.safeParse(parseJson(text));
  if (run.success) return run.data;
  const issue = run.error.issues[0];
  const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
  throw new EngineError('incompatible-run', `${path} is damaged${where}.`, { cause: run.error });
}

const VersionSchema = z.object({ format: z.literal('instrunet-run'), version: z.number().int() });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Takes the checkpoint away once the finished model is in place. */
export async function removeCheckpoint(folder: string): Promise<void> {
  await rm(runFile(folder, 'checkpoint'), { recursive: true, force: true });
}
