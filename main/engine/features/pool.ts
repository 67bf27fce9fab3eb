import { cpus } from 'node:os';
import { Piscina } from 'piscina';
import { toEngineError } from '../common/errors.ts';
import { extract, type Extraction, type ExtractionTask } from './extract.ts';
import type { WorkerMessage } from './worker.ts';

export interface PoolOptions {
  /** The bundled `worker.ts`. Without it the work is done in this thread. */
  readonly workerFile: string | undefined;
  /** Threads (or, in this thread, files at a time); by default one for each processor. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A thread takes some time to start: fewer clips than this are not worth one more. */
const MIN_CLIPS_A_WORKER = 8;
/** A thread reads its next clip from the disk while it computes the image of one. */
const QUEUED_PER_WORKER = 2;

/**
 * Makes the images of many clips at once and hands them over as they are done, in no order.
 * @param onDone gets the index of the task; work goes on when its promise settles
 * @throws AbortError, after all that was running has ended; what `onDone` throws; EngineError `failed` when the worker
 * file cannot be run
 */
export async function extractAll(
  tasks: readonly ExtractionTask[],
  options: PoolOptions,
  onDone: (index: number, result: Extraction) => void | Promise<void>,
): Promise<void> {
  const { workerFile, signal } = options;
  const useful = Math.max(1, Math.ceil(tasks.length / MIN_CLIPS_A_WORKER));
  const workers = Math.min(options.workers ?? cpus().length, useful);
  if (workerFile === undefined) {
    await runConcurrently(tasks, workers, signal, async (task, index) => onDone(index, await extract(task, signal)));
    return;
  }
  const pool = new Piscina({
    filename: workerFile,
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: QUEUED_PER_WORKER,
  });
  // A thread that cannot even start answers no task.
  const broken = new Promise<never>((_resolve, reject) =>
    pool.once('error', (error) => {
      reject(toEngineError(error, workerFile));
    }),
  );
  broken.catch(() => undefined);
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const cancel = (): void => {
    Atomics.store(cancelled, 0, 1);
  };
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    await runConcurrently(tasks, workers * QUEUED_PER_WORKER, signal, async (task, index) => {
      const message: WorkerMessage = { task, cancelled };
      const result = (await Promise.race([pool.run(message), broken])) as Extraction | null;
      if (result !== null) await onDone(index, result);
    });
  } finally {
    signal?.removeEventListener('abort', cancel);
    await pool.destroy();
  }
}

/** Runs `work` on every item, `limit` at a time; after a failure no more are begun, and all that run are waited for. */
async function runConcurrently<T>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal | undefined,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const rest = items.entries();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const [index, item] of rest) {
      if (failed) return;
      try {
        signal?.throwIfAborted();
        await work(item, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: limit }, lane));
  signal?.throwIfAborted();
  for (const result of lanes) if (result.status === 'rejected') throw result.reason;
}
