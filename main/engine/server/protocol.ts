import type { Events, Input, Method, Outputs, Reply } from '../../../preload/contract.ts';

/** Raised whenever the two sides would no longer understand each other. */
export const PROTOCOL_VERSION = 1;

/** What the page asks and the main process hands on as it came. */
type HandedOn =
  | 'datasets.makeSample'
  | 'datasets.list'
  | 'datasets.get'
  | 'datasets.clips'
  | 'datasets.position'
  | 'datasets.twins'
  | 'datasets.rescan'
  | 'datasets.sampleEstimate'
  | 'datasets.remove'
  | 'datasets.previewSplit'
  | 'runs.presets'
  | 'runs.pace'
  | 'runs.train'
  | 'runs.resume'
  | 'runs.list'
  | 'runs.get'
  | 'runs.rename'
  | 'runs.clips'
  | 'jobs.cancel';

/** What the main process asks in its own words: here, and only here, are paths. */
interface OwnInputs {
  'datasets.open': { readonly folder: string };
  'datasets.locate': { readonly dataset: string; readonly folder: string };
  /** `file` is written: the user chose its place. */
  'datasets.writeClips': Input<'datasets.exportClips'> & { readonly file: string };
  'runs.writeHistory': Input<'runs.exportHistory'> & { readonly file: string };
  /** The user's own file behind a clip of a dataset or a recording that was named. */
  'clips.file': { readonly clip: string };
  'classify.start': { readonly run: string; readonly files: readonly string[] };
  'runs.folder': { readonly run: string };
  'media.sound': { readonly clip: string };
  'media.picture': { readonly clip: string };
}

interface OwnOutputs {
  'datasets.open': Outputs['datasets.open'];
  'datasets.locate': { readonly job: string };
  'datasets.writeClips': { readonly clips: number };
  'runs.writeHistory': null;
  'clips.file': MediaFile;
  'classify.start': Outputs['classify.start'];
  /** Refused while the run is being trained. */
  'runs.folder': { readonly folder: string };
  'media.sound': MediaFile;
  'media.picture': MediaFile;
}

/** A file that a clip's address stands for. */
export interface MediaFile {
  /** Absolute. */
  readonly path: string;
}

export type EngineInputs = { readonly [M in HandedOn & Method]: Input<M> } & OwnInputs;
export type EngineOutputs = { readonly [M in HandedOn & Method]: Outputs[M] } & OwnOutputs;
export type EngineMethod = keyof EngineInputs;

/** Events of the contract that begin in the engine. */
export type EngineEvents = Pick<Events, 'job' | 'changed' | 'scanned' | 'batch' | 'epoch' | 'classified' | 'engine'>;
export type EngineEvent = keyof EngineEvents;

/** From the main process to the engine. */
export interface Request {
  readonly type: 'request';
  readonly id: number;
  readonly method: EngineMethod;
  readonly input: unknown;
}

/** From the engine to the main process; `hello` is the first. */
export type EngineMessage =
  | { readonly type: 'hello'; readonly protocol: number; readonly version: string }
  | { readonly type: 'reply'; readonly id: number; readonly reply: Reply<unknown> }
  | EventMessage;

export type EventMessage = {
  [E in EngineEvent]: { readonly type: 'event'; readonly event: E; readonly payload: EngineEvents[E] };
}[EngineEvent];
