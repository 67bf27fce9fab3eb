import type { Job, Reply } from '../../preload/contract.ts';
import type {
  EngineInputs,
  EngineMessage,
  EngineMethod,
  EngineOutputs,
  Request,
} from '../../main/engine/server/protocol.ts';
import { serve } from '../../main/engine/server/serve.ts';

/** The main process's side of an engine in this very process; messages are cloned as they would be on their way. */
export class EngineClient {
  readonly messages: EngineMessage[] = [];
  #listener: (message: Request) => void = () => undefined;
  #id = 0;
  #wake: () => void = () => undefined;

  constructor(libraryFolder: string, starterFolder?: string) {
    const port = {
      postMessage: (message: EngineMessage): void => {
        this.messages.push(structuredClone(message));
        this.#wake();
      },
      onMessage: (listener: (message: Request) => void): void => {
        this.#listener = listener;
      },
    };
    serve(port, { libraryFolder, workerFile: undefined, starterFolder });
  }

  async call<M extends EngineMethod>(method: M, input: EngineInputs[M]): Promise<Reply<EngineOutputs[M]>> {
    const id = ++this.#id;
    this.#listener(structuredClone({ type: 'request', id, method, input }));
    const message = await this.#next((candidate) => candidate.type === 'reply' && candidate.id === id);
    if (message.type !== 'reply') throw new Error('no reply');
    return message.reply as Reply<EngineOutputs[M]>;
  }

  async ask<M extends EngineMethod>(method: M, input: EngineInputs[M]): Promise<EngineOutputs[M]> {
    const reply = await this.call(method, input);
    if (!reply.ok) throw new Error(`${method}: ${reply.error.message}`);
    return reply.data;
  }

  async ended(id: string): Promise<Job> {
    const message = await this.#next(
      (candidate) =>
        candidate.type === 'event' &&
        candidate.event === 'job' &&
        candidate.payload.id === id &&
        !['queued', 'running'].includes(candidate.payload.state),
    );
    if (message.type !== 'event' || message.event !== 'job') throw new Error('no job');
    return message.payload;
  }

  /** Waits for an epoch of a run. */
  async epoch(run: string, epoch: number): Promise<void> {
    await this.#next(
      (candidate) =>
        candidate.type === 'event' &&
        candidate.event === 'epoch' &&
        candidate.payload.run === run &&
        candidate.payload.record.epoch === epoch,
    );
  }

  async #next(matches: (message: EngineMessage) => boolean): Promise<EngineMessage> {
    for (;;) {
      const found = this.messages.find(matches);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const wake = this.#wake;
        this.#wake = () => {
          wake();
          resolve();
        };
      });
    }
  }
}
