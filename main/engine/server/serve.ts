import type { Reply } from '../../../preload/contract.ts';
import { APP_VERSION } from '../common/version.ts';
import type { EngineContext } from '../workflows/context.ts';
import { baseHandlers } from './bases.ts';
import { changesHandlers } from './changes-preview.ts';
import { classifyHandlers } from './classify.ts';
import { DatasetShelf } from './dataset-shelf.ts';
import { datasetHandlers } from './datasets.ts';
import { failureOf } from './failure.ts';
import { JobQueue } from './job-queue.ts';
import { jobHandlers } from './jobs.ts';
import { markHandlers } from './marks.ts';
import { mediaHandlers } from './media.ts';
import { ModelShelf } from './model-shelf.ts';
import { modelHandlers } from './models.ts';
import { NamedFiles } from './named-files.ts';
import {
  PROTOCOL_VERSION,
  type EngineInputs,
  type EngineMessage,
  type EngineMethod,
  type EngineOutputs,
  type EventMessage,
  type Request,
} from './protocol.ts';
import { RunShelf } from './run-shelf.ts';
import { runUseHandlers } from './run-use.ts';
import { runHandlers } from './runs.ts';
import type { Handlers, Services } from './services.ts';

/** The other side: a utility process's parent, or the far end of a pair in a test. */
export interface Port {
  postMessage(message: EngineMessage): void;
  onMessage(listener: (message: Request) => void): void;
}

/** Answers requests from a port until the process ends. `hello` is sent at once. */
export function serve(port: Port, context: EngineContext): void {
  const tell: Services['tell'] = (event, payload) => {
    port.postMessage({ type: 'event', event, payload } as EventMessage);
  };
  const runs = new RunShelf(context.libraryFolder);
  const services: Services = {
    context,
    tell,
    jobs: new JobQueue((job) => {
      tell('job', job);
    }),
    datasets: new DatasetShelf(context.libraryFolder),
    runs,
    models: new ModelShelf(context.libraryFolder, runs, context.starterFolder),
    named: new NamedFiles(),
  };
  const handlers: Handlers<EngineMethod> = {
    ...datasetHandlers(services),
    ...runHandlers(services),
    ...baseHandlers(services),
    ...changesHandlers(services),
    ...runUseHandlers(services),
    ...modelHandlers(services),
    ...classifyHandlers(services),
    ...markHandlers(services),
    ...jobHandlers(services),
    ...mediaHandlers(services),
  };
  port.onMessage(({ id, method, input }) => {
    void answer(handlers, method, input).then((reply) => {
      port.postMessage({ type: 'reply', id, reply });
    });
  });
  port.postMessage({ type: 'hello', protocol: PROTOCOL_VERSION, version: APP_VERSION });
}

async function answer<M extends EngineMethod>(
  handlers: Handlers<EngineMethod>,
  method: M,
  input: unknown,
): Promise<Reply<EngineOutputs[M]>> {
  try {
    // The main process has checked the input against the method's schema.
    return { ok: true, data: await handlers[method](input as EngineInputs[M]) };
  } catch (error) {
    return { ok: false, error: failureOf(error) };
  }
}
