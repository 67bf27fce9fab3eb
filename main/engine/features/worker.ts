import { extract, type Extraction, type ExtractionTask } from './extract.ts';

/** What a worker thread is sent: a clip, and a flag in shared memory that says whether the work was cancelled. */
export interface WorkerMessage {
  readonly task: ExtractionTask;
  readonly cancelled: Int32Array;
}

/** How often a worker looks at the flag, in milliseconds. */
const LOOK_MS = 50;

/** The entry of a worker thread: makes the image of one clip; `null` when cancelled. */
export default async function work({ task, cancelled }: WorkerMessage): Promise<Extraction | null> {
  const controller = new AbortController();
  const timer = setInterval(() => {
    if (Atomics.load(cancelled, 0) !== 0) controller.abort();
  }, LOOK_MS);
  try {
    return await extract(task, controller.signal);
  } catch (error) {
    if (controller.signal.aborted) return null;
    throw error;
  } finally {
    clearInterval(timer);
  }
}
