import type { Events, Input, Method, Outputs, Reply } from '../../../preload/contract.ts';

/** Raised whenever the two sides would no longer understand each other. */
export const PROTOCOL_VERSION = 5;

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
  | 'marks.list'
  | 'marks.add'
  | 'marks.undo'
  | 'marks.remove'
  | 'runs.presets'
  | 'runs.base'
  | 'runs.baseOf'
  | 'runs.previewChanges'
  | 'runs.pace'
  | 'runs.resume'
  | 'runs.list'
  | 'runs.get'
  | 'runs.rename'
  | 'runs.clips'
  | 'runs.compare'
  | 'runs.evaluate'
  | 'models.list'
  | 'models.starter'
  | 'models.rename'
  | 'classify.forget'
  | 'runs.clip'
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
  'runs.train': Omit<Input<'runs.train'>, 'otherSounds'> & { readonly otherSounds?: OtherSoundsFolder | undefined };
  'classify.start': Omit<Input<'classify.start'>, 'grants'> & { readonly files: readonly string[] };
  'classify.results': { readonly jobs: readonly string[] };
  'classify.export': Input<'classify.export'> & Out;
  'runs.folder': { readonly run: string };
  'runs.export': Input<'runs.export'> & Out;
  'models.look': { readonly file: string };
  'models.import': Omit<Input<'models.import'>, 'grant'> & { readonly file: string };
  'models.folder': { readonly model: string };
  'marks.export': Input<'marks.export'> & { readonly to: string };
  'runs.saveCopy': Input<'runs.saveCopy'> & { readonly to: string };
  'engine.stop': null;
  'media.sound': { readonly clip: string };
  'media.picture': { readonly clip: string };
  'media.waveform': { readonly clip: string };
}

/** A folder of sounds in which none of the classes sounds: the user's, or the one that an earlier run learned from. */
export type OtherSoundsFolder =
  { readonly kind: 'folder'; readonly folder: string } | { readonly kind: 'run'; readonly id: string };

/** Where the user wants something written: a file, which may be replaced, or a folder, which must be new. */
interface Out {
  readonly out: string;
}

interface OwnOutputs {
  'datasets.open': Outputs['datasets.open'];
  'datasets.locate': { readonly job: string };
  'datasets.writeClips': { readonly clips: number };
  'runs.writeHistory': null;
  'clips.file': MediaFile;
  'runs.train': Outputs['runs.train'];
  'classify.start': Outputs['classify.start'];
  /** How many files these jobs have named, and one of them. Refused where they were named in different ways. */
  'classify.results': { readonly files: number; readonly first: string };
  'classify.export': { readonly job: string };
  /** Refused while the run is being trained. */
  'runs.folder': { readonly folder: string; readonly name: string };
  'runs.export': { readonly job: string };
  'models.look': Outputs['models.look'];
  'models.import': Outputs['models.import'];
  'models.folder': { readonly folder: string };
  'marks.export': null;
  'runs.saveCopy': null;
  /** Comes when all jobs have stopped; trainings can be resumed from their last epoch. */
  'engine.stop': null;
  /** Something that Chromium plays. */
  'media.sound': MediaFile;
  'media.picture': MediaFile;
  'media.waveform': Outputs['media.waveform'];
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
export type EngineEvents = Pick<
  Events,
  'job' | 'changed' | 'scanned' | 'batch' | 'epoch' | 'fold' | 'notes' | 'classified' | 'engine'
>;
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
