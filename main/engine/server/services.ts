import type { EngineContext } from '../workflows/context.ts';
import type { DatasetShelf } from './dataset-shelf.ts';
import type { JobQueue } from './job-queue.ts';
import type { ModelShelf } from './model-shelf.ts';
import type { NamedFiles } from './named-files.ts';
import type { EngineEvent, EngineEvents, EngineInputs, EngineMethod, EngineOutputs } from './protocol.ts';
import type { RunShelf } from './run-shelf.ts';

/** Tells the other side of something without being asked. */
export type Tell = <E extends EngineEvent>(event: E, payload: EngineEvents[E]) => void;

/** What the handlers of all namespaces share. */
export interface Services {
  readonly context: EngineContext;
  readonly jobs: JobQueue;
  readonly datasets: DatasetShelf;
  readonly runs: RunShelf;
  readonly models: ModelShelf;
  readonly named: NamedFiles;
  readonly tell: Tell;
}

/** The handlers of some methods. Input has been checked by the main process. */
export type Handlers<M extends EngineMethod> = {
  readonly [K in M]: (input: EngineInputs[K]) => EngineOutputs[K] | Promise<EngineOutputs[K]>;
};
