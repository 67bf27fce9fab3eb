import { z } from 'zod';
import type { ClassifiedFile } from '../main/engine/classify/result.ts';
import type { ErrorCode as EngineErrorCode } from '../main/engine/common/errors.ts';
import type { Progress } from '../main/engine/common/task.ts';
import type { Correction, CorrectionCounts } from '../main/engine/dataset/corrections.ts';
import type { ClassName, Clip, Dataset, IgnoredFiles, ScanWarning } from '../main/engine/dataset/dataset.ts';
import type { SampleEstimate } from '../main/engine/dataset/sample/estimate.ts';
import type { SideCount, SideTotal, Leak } from '../main/engine/dataset/split.ts';
import { FoldSchema, MOST_FOLDS, type Fold } from '../main/engine/dataset/fold.ts';
import type { DatasetSummary } from '../main/engine/dataset/summary.ts';
import type { PairedScores } from '../main/engine/evaluation/paired-scores.ts';
import type { Metrics } from '../main/engine/evaluation/metrics.ts';
import type { MultilabelMetrics } from '../main/engine/evaluation/multilabel/multilabel-metrics.ts';
import type { Waveform } from '../main/engine/features/waveform.ts';
import type { ImportedModel } from '../main/engine/library/imported-models.ts';
import type { HeardByBase, Run, RunBase, TrainingConfig } from '../main/engine/library/run-folder.ts';
import type { Starter } from '../main/engine/library/starter-folder.ts';
import type { BackendInfo } from '../main/engine/model/backend.ts';
import { MOST_MEMBERS } from '../main/engine/model/members.ts';
import { OUTPUT_KINDS } from '../main/engine/model/output-kind.ts';
import { TRAIN_LAYERS, type TrainLayers } from '../main/engine/model/train-layers.ts';
import { augmentationSchema } from '../main/engine/training/augmentation/options.ts';
import type { EpochRecord } from '../main/engine/training/history.ts';
import type { BatchEvent } from '../main/engine/training/fit.ts';
import type { DatasetChanges } from '../main/engine/workflows/scan.ts';

/**
 * Everything the page may ask for and everything it is told, in one place. The page holds ids, never paths: what it
 * names by id, the main process and the engine look up. Types only are shared with the page; the schemas are used by
 * the main process, which trusts nothing that comes from there.
 */

const Id = z.string().min(1).max(200);
const GrantId = z.uuid();
/** Inside a dataset's folder, as clips are listed; it is looked up among them and never opened. */
const ClipPath = z.string().min(1).max(32_768);

const Page = { offset: z.int().min(0), limit: z.int().min(1).max(500) };

export const FINDING_FILTERS = [
  'unreadable',
  'damaged',
  'empty',
  'too-short',
  'silent',
  'clipped',
  'duplicate',
  'contradictory-label',
] as const;

/** Which of the clips that are asked for: those taken for something else, all, or those the user marked. */
export const SCORED_FILTERS = ['wrong', 'all', 'marked'] as const;
export type ScoredFilter = (typeof SCORED_FILTERS)[number];

/** Files of a run that the page may have copied to a place of the user's choice. */
export const RUN_COPIES = ['confusionChart', 'report', 'predictions'] as const;
export type RunCopy = (typeof RUN_COPIES)[number];

export type View = 'datasets' | 'train' | 'runs' | 'inspect' | 'classify' | 'settings';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** What a context menu can offer. The main process has the words and the order of keys; the page says what fits. */
export const MENU_COMMANDS = [
  'open',
  'play',
  'stop',
  'show-recording',
  'inspect',
  'resume',
  'rename',
  'reveal',
  'copy-name',
  'copy-path',
  'trash',
] as const;
export type MenuCommand = (typeof MENU_COMMANDS)[number];

const Menu = z.strictObject({
  /** Null for a line between two groups. */
  items: z
    .array(z.strictObject({ command: z.enum(MENU_COMMANDS), enabled: z.boolean() }).nullable())
    .min(1)
    .max(30),
  /** Pixels of the page; null for where the pointer is. */
  at: z.strictObject({ x: z.int().min(0).max(100_000), y: z.int().min(0).max(100_000) }).nullable(),
});

/** Which clips of a dataset, in which order. */
const ClipQuery = {
  dataset: Id,
  search: z.string().max(500),
  label: z.string().max(200).nullable(),
  finding: z.enum(FINDING_FILTERS).nullable(),
  recording: z.string().max(500).nullable(),
  /** Side of the split that is proposed first. */
  side: z.enum(['training', 'validation']).nullable(),
  sort: z.enum(['path', 'label', 'recording', 'duration']),
  descending: z.boolean(),
};

const SplitChoice = {
  split: z.enum(['grouped', 'random']),
  validation: z.number().gt(0).lt(1),
  test: z.number().min(0).lt(1),
  seed: z.int().min(0).max(0x7fffffff),
  /** The part of a cross-validation that is held back, instead of a share. */
  fold: FoldSchema.nullable().optional(),
};

const TrainingChoice = z.strictObject({
  /** Null where it begins from a trained network. */
  preset: z.string().max(100).nullable(),
  epochs: z.int().min(1).max(10_000),
  batchSize: z.int().min(1).max(4096),
  learningRate: z.number().positive().max(10),
  earlyStopping: z.int().min(1).nullable(),
  bestEpoch: z.boolean(),
  ...SplitChoice,
  // What is left out is as the preset has it.
  outputs: z.enum(OUTPUT_KINDS).optional(),
  schedule: z.enum(['constant', 'cosine']).optional(),
  warmupEpochs: z.number().min(0).max(1000).optional(),
  weightDecay: z.number().min(0).max(10).optional(),
  labelSmoothing: z.number().min(0).lt(1).optional(),
  balanceClasses: z.boolean().optional(),
  averaging: z.number().min(0).lt(1).optional(),
  augmentation: augmentationSchema.optional(),
  otherSounds: z.number().min(0).max(1).optional(),
  calibration: z.boolean().optional(),
  trainLayers: z.enum(TRAIN_LAYERS).optional(),
  bodyRate: z.number().positive().max(1).optional(),
  members: z.int().min(1).max(MOST_MEMBERS).optional(),
});

/** A network that can name recordings: that of a finished run, one that was imported from a file, or the one that comes with the app. */
const ModelChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), id: Id }),
  z.strictObject({ kind: z.literal('imported'), id: Id }),
  z.strictObject({ kind: z.literal('starter') }),
]);
export type ModelChoice = z.infer<typeof ModelChoice>;

/** A folder of sounds in which none of the classes sounds: one that was chosen, or the one that an earlier run learned from. */
const OtherSoundsChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('folder'), grant: GrantId }),
  z.strictObject({ kind: z.literal('run'), id: Id }),
]);
export type OtherSoundsChoice = z.infer<typeof OtherSoundsChoice>;

/** How recordings are listened to; what is left of it to the page, as a threshold, is not here. */
const Listening = z.strictObject({
  hopSeconds: z.number().min(0.1).max(60),
  aggregation: z.enum(['mean', 'sum-max']),
  /** Classes that are listed for a file and a window. */
  topK: z.int().min(1).max(100),
});
export type Listening = z.infer<typeof Listening>;

/** Who names the outputs of an imported network, in their order. */
const ModelLabels = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('file') }),
  z.strictObject({ from: z.literal('dataset'), dataset: Id }),
  z.strictObject({ from: z.literal('typed'), codes: z.array(z.string().trim().min(1).max(200)).min(2).max(1000) }),
]);
export type ModelLabels = z.infer<typeof ModelLabels>;

export const RESULT_FORMATS = ['csv', 'json', 'audacity'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** A network alone (one file, or a folder for TensorFlow.js), the scores and charts, or the whole run folder. */
export const RUN_EXPORTS = ['keras', 'tfjs', 'report', 'zip'] as const;
export type RunExport = (typeof RUN_EXPORTS)[number];

const Name = z.string().trim().min(1).max(200);
const Jobs = z.array(Id).min(1).max(10_000);

/** What the page sends with each method. `z.null()` stands for nothing. */
export const INPUTS = {
  'app.info': z.null(),
  'app.revealLog': z.null(),
  /** What others have made, and under which licences: THIRD_PARTY_LICENSES.md. */
  'app.licences': z.null(),
  /** Light, dark or as the system has it, for window, menus and page (`nativeTheme.themeSource`); remembered. */
  'app.setTheme': z.strictObject({ theme: z.enum(THEMES) }),
  /** Asks for a folder and opens it as a dataset; null when the user changed their mind. */
  'datasets.choose': z.null(),
  /** Opens a folder that was dropped. */
  'datasets.open': z.strictObject({ grant: GrantId }),
  'datasets.makeSample': z.strictObject({ clipsPerClass: z.int().min(6).max(500) }),
  'datasets.list': z.null(),
  'datasets.get': z.strictObject({ dataset: Id }),
  'datasets.clips': z.strictObject({ ...ClipQuery, ...Page }),
  /** At which place of such a list a clip stands; null where it is not in it. */
  'datasets.position': z.strictObject({ ...ClipQuery, path: ClipPath }),
  /** The other clips of the same sound. */
  'datasets.twins': z.strictObject({ dataset: Id, path: ClipPath }),
  /** Asks where to, and writes such a list as CSV; null when the user changed their mind. */
  'datasets.exportClips': z.strictObject(ClipQuery),
  'datasets.rescan': z.strictObject({ dataset: Id }),
  /** Asks for the folder that a dataset was moved to; null when the user changed their mind. */
  'datasets.locate': z.strictObject({ dataset: Id }),
  'datasets.sampleEstimate': z.null(),
  /** Forgets the dataset; its folder is not touched. */
  'datasets.remove': z.strictObject({ dataset: Id }),
  /** @see runs.train for `corrections` */
  'datasets.previewSplit': z.strictObject({ dataset: Id, corrections: z.boolean(), ...SplitChoice }),
  'marks.list': z.strictObject({ dataset: Id }),
  /** Says that a clip has another label, or with null that it is to be left out. `clip` is its path in the dataset. */
  'marks.add': z.strictObject({
    dataset: Id,
    clip: ClipPath,
    to: z.string().trim().min(1).max(200).nullable(),
    note: z.string().trim().max(2000),
  }),
  /** Takes one mark back; an earlier one of the same clip counts again. */
  'marks.undo': z.strictObject({ mark: z.int() }),
  /** Takes back all that was said of a clip. */
  'marks.remove': z.strictObject({ dataset: Id, clip: ClipPath }),
  /** Asks where to and writes all marks there; null when the user changed their mind. */
  'marks.export': z.strictObject({ dataset: Id, format: z.enum(['csv', 'json']) }),
  /** The outline of a sound, by its address under `media://`. */
  'media.waveform': z.strictObject({ sound: z.string().max(300) }),
  'runs.presets': z.null(),
  'runs.pace': z.null(),
  /** What a network would bring along to a training on a dataset. */
  'runs.base': z.strictObject({ from: ModelChoice, dataset: Id, outputs: z.enum(OUTPUT_KINDS).optional() }),
  /** What a run began from, where that is still in the library; null where it is not, or there was nothing. */
  'runs.baseOf': z.strictObject({ run: Id }),
  /**
   * How a training with these options shows one of its clips to the network, of several to the last; `clip` counts through all that are
   * learned from.
   */
  'runs.previewChanges': z.strictObject({
    dataset: Id,
    corrections: z.boolean(),
    ...SplitChoice,
    batchSize: z.int().min(1).max(4096),
    augmentation: augmentationSchema,
    members: z.int().min(1).max(MOST_MEMBERS),
    from: ModelChoice.nullable(),
    clip: z.int().min(0),
  }),
  /** `corrections`: whether what the user marked is applied before the split. `from`: the trained network that it begins from. */
  'runs.train': z.strictObject({
    dataset: Id,
    name: z.string().trim().min(1).max(200),
    training: TrainingChoice,
    from: ModelChoice.optional(),
    otherSounds: OtherSoundsChoice.optional(),
    corrections: z.boolean(),
    /** Cross-validation: in how many parts the clips are divided, with a network for each; left out for one training. */
    folds: z.int().min(2).max(MOST_FOLDS).optional(),
  }),
  /** Asks for a folder of sounds without an instrument; null when the user changed their mind. */
  'runs.chooseOtherSounds': z.null(),
  'runs.resume': z.strictObject({ run: Id }),
  'runs.list': z.null(),
  'runs.get': z.strictObject({ run: Id }),
  'runs.rename': z.strictObject({ run: Id, name: z.string().trim().min(1).max(200) }),
  /** Moves the run folder to the system's trash. */
  'runs.remove': z.strictObject({ run: Id }),
  'runs.reveal': z.strictObject({ run: Id }),
  /** Asks where to, and writes the learning curves; null when the user changed their mind. */
  'runs.exportHistory': z.strictObject({ run: Id, format: z.enum(['csv', 'png']) }),
  /** Shows the file of a clip, or of a recording that was named, in the system's file manager. */
  'clips.reveal': z.strictObject({ clip: Id }),
  'clips.copy': z.strictObject({ clip: Id, what: z.enum(['name', 'path']) }),
  /** Begins to drag its file out of the window; to be asked while the button is down. */
  'clips.drag': z.strictObject({ clip: Id }),
  'menu.popup': Menu,
  /**
   * Scored clips, mistakes before the others and each most confident first: of a cell of the confusion matrix, of a row or
   * column (the other one null), of everything (both null); with `both` also of the cell on the other side of the diagonal.
   */
  'runs.clips': z.strictObject({
    run: Id,
    label: z.string().max(200).nullable(),
    predicted: z.string().max(200).nullable(),
    both: z.boolean(),
    show: z.enum(SCORED_FILTERS),
    ...Page,
  }),
  'runs.clip': z.strictObject({ run: Id, clip: ClipPath }),
  /** Asks where to and copies a file of the run there; null when the user changed their mind. */
  'runs.saveCopy': z.strictObject({ run: Id, file: z.enum(RUN_COPIES) }),
  /** Which clips two runs were both scored on, and how they did on those. */
  'runs.compare': z.strictObject({ first: Id, second: Id }),
  /** Scores a network on a dataset of the library: a run of its own. */
  'runs.evaluate': z.strictObject({ model: ModelChoice, dataset: Id, name: Name }),
  /** Asks where to and writes it there; null when the user changed their mind. */
  'runs.export': z.strictObject({ run: Id, format: z.enum(RUN_EXPORTS) }),
  'models.list': z.null(),
  /** The network that comes with the app. */
  'models.starter': z.null(),
  /** Asks for a `.keras` file; null when the user changed their mind. */
  'models.choose': z.null(),
  /** Opens a file that was dropped or chosen and says what is in it; nothing is kept. */
  'models.look': z.strictObject({ grant: GrantId }),
  'models.import': z.strictObject({ grant: GrantId, name: Name, labels: ModelLabels }),
  'models.rename': z.strictObject({ model: Id, name: Name }),
  /** Moves the copy in the library to the system's trash; the file it was imported from is not touched. */
  'models.remove': z.strictObject({ model: Id }),
  /** Asks for files or a folder; none when the user changed their mind. */
  'classify.choose': z.strictObject({ kind: z.enum(['files', 'folder']) }),
  'classify.start': z.strictObject({
    model: ModelChoice,
    grants: z.array(GrantId).min(1).max(10_000),
    listening: Listening,
  }),
  /** Asks where to and writes what these jobs named; null when the user changed their mind. */
  'classify.export': z.strictObject({
    jobs: Jobs,
    format: z.enum(RESULT_FORMATS),
    /** From which on a class counts as heard, as it is shown; null for what each network asks for itself. */
    threshold: z.number().min(0).max(1).nullable(),
  }),
  /** What these jobs named is no longer shown and need not be kept. */
  'classify.forget': z.strictObject({ jobs: Jobs }),
  'jobs.list': z.null(),
  'jobs.cancel': z.strictObject({ job: Id }),
  /** Shows in the file manager what a job has exported. */
  'jobs.reveal': z.strictObject({ job: Id }),
} as const satisfies Record<string, z.ZodType>;

export type Method = keyof typeof INPUTS;
export type Input<M extends Method> = z.infer<(typeof INPUTS)[M]>;

export interface AppInfo {
  readonly version: string;
  readonly electron: string;
  readonly chromium: string;
  readonly node: string;
  /** Where Electron was taken from; `fallback` runs from source and in tests only. */
  readonly runtime: 'official' | 'fallback';
  readonly platform: string;
  readonly libraryFolder: string;
  readonly theme: Theme;
}

/** A dataset as lists show it. */
export interface DatasetCard {
  readonly id: string;
  readonly name: string;
  /** For reading only; the page can do nothing with it. */
  readonly root: string;
  readonly layout: Dataset['layout'];
  readonly kinds: Dataset['kinds'];
  readonly synthetic: boolean;
  readonly summary: DatasetSummary;
  /** ISO 8601, UTC. */
  readonly scanned: string;
}

export interface DatasetDetail extends DatasetCard {
  readonly warnings: readonly ScanWarning[];
  readonly ignored: readonly IgnoredFiles[];
  /** Why no network can be trained on it, in a sentence; null where one can. */
  readonly untrainable: string | null;
  /** Whether its folder can be read now. */
  readonly folder: 'there' | 'gone' | 'unreadable';
  /** The split that is proposed first; null where the clips cannot be split so. */
  readonly split: SplitPreview | null;
}

/** A clip with the address under which its sound and its picture are served. */
export interface ClipRow extends Pick<Clip, 'path' | 'kind' | 'label' | 'recording' | 'duration' | 'findings'> {
  /** All right answers, `label` first. */
  readonly labels: readonly string[];
  /** For what is done with its file; says nothing of where that lies. */
  readonly id: string;
  /** `media://clip/…`: sound, or the picture itself for a dataset of pictures; null where it cannot be read. */
  readonly sound: string | null;
  readonly picture: string | null;
}

export interface ClipPage {
  readonly total: number;
  readonly rows: readonly ClipRow[];
}

/** What the user said about a clip. */
export interface Mark extends Omit<Correction, 'sha256'> {
  readonly id: number;
  /** Clips that it is about now; none where the file has changed or is gone. */
  readonly clips: readonly string[];
  readonly sound: string | null;
}

export interface InWindows {
  /**
   * In how many windows a new network hears the clips: more than there are clips where some are long. Silent ones, which
   * nothing is learned from, are among them, as they are not known before the clips are read.
   */
  readonly windows: number;
}

export interface SplitPreview {
  /** What marks changed before the split; null where they were not to be applied. */
  readonly corrections: CorrectionCounts | null;
  readonly counts: readonly SideCount[];
  readonly totals: readonly (SideTotal & InWindows)[];
  readonly leak: Leak;
  readonly testLeak: Leak | null;
  /** What either kind of split would leak into validation; null for a kind that these clips do not permit. */
  readonly leaks: Readonly<Record<'grouped' | 'random', Leak | null>>;
}

export interface PresetCard {
  readonly name: string;
  readonly description: string;
  /** For eleven classes. */
  readonly parameters: number;
  /** How it is trained where nothing else is said. */
  readonly training: TrainingConfig;
}

/** What a trained network brings along to a training on a dataset. */
export interface BaseCard extends Pick<RunBase, 'name' | 'output' | 'data' | 'known'> {
  /** Class codes of its outputs; null where nobody named them. */
  readonly classes: readonly string[] | null;
  readonly parameters: number;
  /** Parameters that learn. */
  readonly learning: Readonly<Record<TrainLayers, number>>;
  /** What it has heard of the dataset's clips. */
  readonly heard: HeardByBase;
  /** How it is trained further where nothing else is said. */
  readonly training: Readonly<Record<TrainLayers, TrainingConfig>>;
}

/** One clip of the training side and what the network is shown of it in the first epochs: RGBA, row by row. */
export interface ClipChanges {
  readonly clip: Pick<Clip, 'path' | 'label'>;
  readonly width: number;
  readonly height: number;
  readonly unchanged: Uint8Array;
  readonly showings: readonly {
    readonly epoch: number;
    /** The clip that it is mixed with; null where it is not. */
    readonly mixedWith: string | null;
    readonly pixels: Uint8Array;
  }[];
}

/** How fast the latest finished training of a network went on this machine. */
export interface Pace {
  /** Name of the preset, or of the network that it was begun from. */
  readonly source: string;
  readonly trainLayers: TrainLayers;
  /** Networks side by side, each of which learned from each clip. */
  readonly members: number;
  /** A clip that was learned from in windows counts once for each. */
  readonly clipsPerSecond: number;
  /** Its name. */
  readonly run: string;
}

/** How many there are, and the first few of them. */
export interface FirstOf<T> {
  readonly count: number;
  readonly first: readonly T[];
}

/** What is to be known of a training that goes on, in sentences. */
export interface TrainingNotes {
  readonly training: readonly string[];
  /** About files. */
  readonly files: FirstOf<string>;
}

export interface RunCard {
  readonly id: string;
  /** As `run.json` has it, but for what there may be very much of. */
  readonly run: Omit<Run, 'failedClips'>;
  readonly failedClips: FirstOf<Run['failedClips'][number]>;
  /** Whether a job works on it or will; one that says it is running and is not active was interrupted. */
  readonly active: boolean;
  /** False for a run whose training stopped before its end and can go on. */
  readonly resumable: boolean;
}

export interface RunDetail extends RunCard {
  readonly history: readonly EpochRecord[];
  /** Null unless it is active. */
  readonly notes: TrainingNotes | null;
  /** The part of a cross-validation that goes on, whose epochs the history has; null unless it is active. */
  readonly fold: Fold | null;
  /** Null until the run has finished, and where its clips have several labels. */
  readonly metrics: Metrics | null;
  /** What a run on clips with several labels has instead, and that in sentences. */
  readonly labels: { readonly metrics: MultilabelMetrics; readonly words: readonly string[] } | null;
  /** The dataset it was trained on, where that is still in the library. */
  readonly dataset: string | null;
}

export interface ScoredClipRow {
  readonly clip: string;
  readonly recording: string;
  readonly label: string;
  readonly predicted: string;
  /** One a class, in the order of the run's classes. */
  readonly probabilities: readonly number[];
  readonly sound: string | null;
  readonly picture: string | null;
  /** The label that the folder gives it, which differs from `label` where a run was corrected; null where it is gone. */
  readonly labelInFolder: string | null;
}

export interface ScoredClipDetail extends ScoredClipRow {
  /** The first of the other scored clips of its recording. */
  readonly siblings: readonly ScoredClipRow[];
  /** How many there are in all. */
  readonly siblingCount: number;
}

export interface ScoredClipPage {
  readonly total: number;
  readonly rows: readonly ScoredClipRow[];
}

/** An imported network as it is kept in the library. */
export interface ModelCard {
  readonly id: string;
  readonly model: ImportedModel;
}

/** The network that comes with the app. */
export interface StarterCard extends Pick<Starter, 'name' | 'classes' | 'data' | 'sure'> {
  readonly outputs: TrainingConfig['outputs'];
  readonly score: Pick<Metrics, 'accuracy' | 'side' | 'clips'> & {
    readonly accuracyInterval: Metrics['intervals']['accuracy'];
    /** Whether none of the scored clips is known to have been in training. */
    readonly unheard: boolean;
    readonly synthetic: boolean;
  };
  /** What is to be known before it is trusted, in Markdown. */
  readonly card: string;
}

/** What is in a `.keras` file. */
export interface ModelFile {
  readonly name: string;
  readonly outputs: number;
  readonly parameters: number;
  /** Null where the file does not name its outputs. */
  readonly classes: readonly ClassName[] | null;
}

export type JobKind = 'scan' | 'sample' | 'train' | 'evaluate' | 'classify' | 'export';
export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  /** What it is about, for the status line. */
  readonly title: string;
  readonly state: JobState;
  readonly progress: Progress | null;
  readonly error: Failure | null;
  /** The dataset or run it made or works on, once there is one. */
  readonly subject: string | null;
}

/** What went wrong, for the page to put into words. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: string | null;
}

/** The engine's codes and those of the bridge itself. */
export type ErrorCode = EngineErrorCode | 'bad-request' | 'forbidden' | 'engine-gone' | 'cancelled';

export type Reply<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly error: Failure };

export interface Outputs {
  'app.info': AppInfo;
  'app.revealLog': null;
  'app.licences': string;
  'app.setTheme': null;
  /** `dataset` where the folder is one of the library's already. */
  'datasets.choose': { readonly job: string; readonly dataset: string | null } | null;
  'datasets.open': { readonly job: string; readonly dataset: string | null };
  'datasets.makeSample': { readonly job: string };
  'datasets.list': readonly DatasetCard[];
  'datasets.get': DatasetDetail;
  'datasets.clips': ClipPage;
  'datasets.position': number | null;
  'datasets.twins': readonly ClipRow[];
  'datasets.exportClips': { readonly clips: number } | null;
  'datasets.rescan': { readonly job: string };
  'datasets.locate': { readonly job: string } | null;
  'datasets.sampleEstimate': SampleEstimate;
  'datasets.remove': null;
  'datasets.previewSplit': SplitPreview;
  /** One a clip, the newest first. */
  'marks.list': readonly Mark[];
  'marks.add': { readonly mark: number };
  'marks.undo': null;
  'marks.remove': null;
  'marks.export': { readonly file: string } | null;
  'media.waveform': Waveform;
  'runs.presets': readonly PresetCard[];
  'runs.base': BaseCard;
  'runs.baseOf': ModelChoice | null;
  'runs.previewChanges': ClipChanges;
  'runs.pace': readonly Pace[];
  'runs.train': { readonly job: string; readonly run: string };
  'runs.chooseOtherSounds': DroppedItem | null;
  'runs.resume': { readonly job: string; readonly run: string };
  'runs.list': readonly RunCard[];
  'runs.get': RunDetail;
  'runs.rename': null;
  'runs.remove': null;
  'runs.reveal': null;
  'runs.clips': ScoredClipPage;
  'runs.exportHistory': { readonly format: 'csv' | 'png' } | null;
  'clips.reveal': null;
  'clips.copy': null;
  'clips.drag': null;
  /** Null where nothing was chosen. */
  'menu.popup': MenuCommand | null;
  'runs.clip': ScoredClipDetail;
  'runs.saveCopy': { readonly file: string } | null;
  'runs.compare': PairedScores;
  'runs.evaluate': { readonly job: string; readonly run: string };
  'runs.export': { readonly job: string } | null;
  'models.list': readonly ModelCard[];
  /** Null where the app comes without one. */
  'models.starter': StarterCard | null;
  'models.choose': DroppedItem | null;
  'models.look': ModelFile;
  'models.import': ModelCard;
  'models.rename': null;
  'models.remove': null;
  'classify.choose': readonly DroppedItem[];
  'classify.start': { readonly job: string };
  'classify.export': { readonly job: string } | null;
  'classify.forget': null;
  'jobs.list': readonly Job[];
  'jobs.cancel': null;
  'jobs.reveal': null;
}

/** What the page is told without asking. */
export interface Events {
  /** A job began, went on or ended. */
  job: Job;
  /** The datasets, the runs, the imported networks or the marks are no longer as they were listed. */
  changed: { readonly what: 'datasets' | 'runs' | 'models' | 'marks' };
  /** A folder was looked through; what was found different from the last time, null where there was none. */
  scanned: { readonly dataset: string; readonly name: string; readonly changes: DatasetChanges | null };
  /** A training goes on. */
  batch: { readonly run: string } & Omit<BatchEvent, 'type'>;
  epoch: { readonly run: string; readonly epochs: number; readonly record: EpochRecord };
  /** One of the networks of a cross-validation begins, or is gone on with after the epochs of its history. */
  fold: { readonly run: string; readonly fold: Fold; readonly history: readonly EpochRecord[] };
  /** All that is to be known of it so far. */
  notes: { readonly run: string; readonly notes: TrainingNotes };
  /** One file was named; `sound` and `picture` are its addresses under `media://`, null where it has none. */
  classified: {
    readonly job: string;
    readonly result: ClassifiedFile;
    readonly sound: string | null;
    readonly picture: string | null;
  };
  engine: EngineState;
  /** Something was chosen in the menu that the page is to do. */
  command: Command;
  /** Files were handed to the app by the system or by a second start; they have been granted. */
  files: { readonly dropped: readonly DroppedItem[] };
}

/** What the page does when it is chosen in the menu. */
export type Command =
  | { readonly do: 'show'; readonly view: View }
  | { readonly do: 'open-folder' | 'make-sample' | 'name-files' | 'show-licences' };

export type EngineState =
  | { readonly state: 'stopped' }
  | { readonly state: 'starting' }
  | { readonly state: 'ready'; readonly backend: BackendInfo | null }
  | { readonly state: 'gone'; readonly message: string };

/** Something the user dropped or chose: the page may name it by its grant. */
export interface DroppedItem {
  readonly grant: string;
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** What the page finds as `window.instrunet`. Every call answers with an envelope and never throws. */
export interface Bridge {
  call<M extends Method>(method: M, input: Input<M>): Promise<Reply<Outputs[M]>>;
  /** Turns what was dropped into grants; the paths stay in the preload and the main process. */
  grant(files: readonly File[]): Promise<Reply<readonly DroppedItem[]>>;
  /** @returns ends the subscription */
  on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void;
}

export const CHANNEL = { call: 'instrunet:call', grant: 'instrunet:grant', event: 'instrunet:event' } as const;
