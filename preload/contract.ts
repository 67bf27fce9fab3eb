import { z } from 'zod';
import type { ClassifiedFile } from '../main/engine/classify/result.ts';
import type { ErrorCode as EngineErrorCode } from '../main/engine/common/errors.ts';
import type { Progress } from '../main/engine/common/task.ts';
import type { Clip, Dataset, IgnoredFiles, ScanWarning } from '../main/engine/dataset/dataset.ts';
import type { SideCount, Leak } from '../main/engine/dataset/split.ts';
import type { DatasetSummary } from '../main/engine/dataset/summary.ts';
import type { Metrics } from '../main/engine/evaluation/metrics.ts';
import type { Run } from '../main/engine/library/run-folder.ts';
import type { BackendInfo } from '../main/engine/model/backend.ts';
import type { EpochRecord } from '../main/engine/training/history.ts';
import type { BatchEvent } from '../main/engine/training/fit.ts';

/**
 * Everything the page may ask for and everything it is told, in one place. The page holds ids, never paths: what it
 * names by id, the main process and the engine look up. Types only are shared with the page; the schemas are used by
 * the main process, which trusts nothing that comes from there.
 */

const Id = z.string().min(1).max(200);
const GrantId = z.uuid();

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

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const ClipFilter = z.strictObject({
  dataset: Id,
  search: z.string().max(500),
  label: z.string().max(200).nullable(),
  finding: z.enum(FINDING_FILTERS).nullable(),
  recording: z.string().max(500).nullable(),
  sort: z.enum(['path', 'label', 'recording', 'duration']),
  descending: z.boolean(),
  ...Page,
});

const SplitChoice = {
  split: z.enum(['grouped', 'random']),
  validation: z.number().gt(0).lt(1),
  test: z.number().min(0).lt(1),
  seed: z.int().min(0).max(0x7fffffff),
};

const TrainingChoice = z.strictObject({
  preset: z.string().max(100),
  epochs: z.int().min(1).max(10_000),
  batchSize: z.int().min(1).max(4096),
  learningRate: z.number().positive().max(10),
  earlyStopping: z.int().min(1).nullable(),
  bestEpoch: z.boolean(),
  ...SplitChoice,
});

/** What the page sends with each method. `z.null()` stands for nothing. */
export const INPUTS = {
  'app.info': z.null(),
  'app.openExternal': z.strictObject({ url: z.url().max(2000) }),
  'app.revealLog': z.null(),
  /** Light, dark or as the system has it, for window, menus and page (`nativeTheme.themeSource`); remembered. */
  'app.setTheme': z.strictObject({ theme: z.enum(THEMES) }),
  /** Asks for a folder and opens it as a dataset; null when the user changed their mind. */
  'datasets.choose': z.null(),
  /** Opens a folder that was dropped. */
  'datasets.open': z.strictObject({ grant: GrantId }),
  'datasets.makeSample': z.strictObject({ clipsPerClass: z.int().min(6).max(500) }),
  'datasets.list': z.null(),
  'datasets.get': z.strictObject({ dataset: Id }),
  'datasets.clips': ClipFilter,
  'datasets.rescan': z.strictObject({ dataset: Id }),
  /** Forgets the dataset; its folder is not touched. */
  'datasets.remove': z.strictObject({ dataset: Id }),
  'datasets.previewSplit': z.strictObject({ dataset: Id, ...SplitChoice }),
  'runs.presets': z.null(),
  'runs.train': z.strictObject({ dataset: Id, name: z.string().trim().min(1).max(200), training: TrainingChoice }),
  'runs.resume': z.strictObject({ run: Id }),
  'runs.list': z.null(),
  'runs.get': z.strictObject({ run: Id }),
  'runs.rename': z.strictObject({ run: Id, name: z.string().trim().min(1).max(200) }),
  /** Moves the run folder to the system's trash. */
  'runs.remove': z.strictObject({ run: Id }),
  'runs.reveal': z.strictObject({ run: Id }),
  /** The scored clips of one cell of the confusion matrix, or all wrong ones, most confident first. */
  'runs.clips': z.strictObject({ run: Id, label: z.string().nullable(), predicted: z.string().nullable(), ...Page }),
  /** Asks for files and names what is in them; null when the user changed their mind. */
  'classify.choose': z.strictObject({ run: Id }),
  'classify.start': z.strictObject({ run: Id, grants: z.array(GrantId).min(1).max(10_000) }),
  'jobs.list': z.null(),
  'jobs.cancel': z.strictObject({ job: Id }),
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
}

/** A clip with the address under which its sound and its picture are served. */
export interface ClipRow extends Pick<Clip, 'path' | 'kind' | 'label' | 'recording' | 'duration' | 'findings'> {
  /** All right answers, `label` first. */
  readonly labels: readonly string[];
  /** `media://clip/…`: sound, or the picture itself for a dataset of pictures; null where it cannot be read. */
  readonly sound: string | null;
  readonly picture: string | null;
}

export interface ClipPage {
  readonly total: number;
  readonly rows: readonly ClipRow[];
}

export interface SplitPreview {
  readonly counts: readonly SideCount[];
  readonly leak: Leak;
  readonly testLeak: Leak | null;
}

export interface PresetCard {
  readonly name: string;
  readonly description: string;
  /** For eleven classes. */
  readonly parameters: number;
}

export interface RunCard {
  readonly id: string;
  readonly run: Run;
  /** False for a run whose training stopped before its end and can go on. */
  readonly resumable: boolean;
}

export interface RunDetail extends RunCard {
  readonly history: readonly EpochRecord[];
  /** Null until the run has finished. */
  readonly metrics: Metrics | null;
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
  /** The other scored clips of its recording and what they were taken for. */
  readonly siblings: readonly { readonly clip: string; readonly label: string; readonly predicted: string }[];
}

export interface ScoredClipPage {
  readonly total: number;
  readonly rows: readonly ScoredClipRow[];
}

export type JobKind = 'scan' | 'sample' | 'train' | 'classify';
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
  'app.openExternal': null;
  'app.revealLog': null;
  'app.setTheme': null;
  'datasets.choose': { readonly job: string } | null;
  'datasets.open': { readonly job: string };
  'datasets.makeSample': { readonly job: string };
  'datasets.list': readonly DatasetCard[];
  'datasets.get': DatasetDetail;
  'datasets.clips': ClipPage;
  'datasets.rescan': { readonly job: string };
  'datasets.remove': null;
  'datasets.previewSplit': SplitPreview;
  'runs.presets': readonly PresetCard[];
  'runs.train': { readonly job: string; readonly run: string };
  'runs.resume': { readonly job: string; readonly run: string };
  'runs.list': readonly RunCard[];
  'runs.get': RunDetail;
  'runs.rename': null;
  'runs.remove': null;
  'runs.reveal': null;
  'runs.clips': ScoredClipPage;
  'classify.choose': { readonly job: string } | null;
  'classify.start': { readonly job: string };
  'jobs.list': readonly Job[];
  'jobs.cancel': null;
}

/** What the page is told without asking. */
export interface Events {
  /** A job began, went on or ended. */
  job: Job;
  /** The datasets or the runs are no longer as they were listed. */
  changed: { readonly what: 'datasets' | 'runs' };
  /** A training goes on. */
  batch: { readonly run: string } & Omit<BatchEvent, 'type'>;
  epoch: { readonly run: string; readonly epochs: number; readonly record: EpochRecord };
  /** One file was named; `sound` is its address under `media://`, null where it cannot be played. */
  classified: { readonly job: string; readonly result: ClassifiedFile; readonly sound: string | null };
  engine: EngineState;
  /** Files were handed to the app by the system or by a second start; they have been granted. */
  files: { readonly dropped: readonly DroppedItem[] };
}

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
