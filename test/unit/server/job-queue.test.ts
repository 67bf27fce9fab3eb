import { describe, expect, it } from 'vitest';
import { JobQueue, type JobTask } from '../../../main/engine/server/job-queue.ts';
import type { Job } from '../../../preload/contract.ts';

/** Work that goes on until it is cancelled, and then needs a moment to end well. */
async function untilCancelled({ signal }: JobTask): Promise<null> {
  await new Promise((done) => {
    signal.addEventListener('abort', done, { once: true });
  });
  await new Promise((done) => setTimeout(done, 20));
  signal.throwIfAborted();
  return null;
}

describe('a queue told to stop', () => {
  it('cancels what runs and what waits, and is done when all have ended', async () => {
    const states = new Map<string, Job['state']>();
    const queue = new JobQueue(({ title, state }) => states.set(title, state));
    let ends = 0;
    const onEnd = (): void => {
      ends++;
    };
    for (const [kind, title] of [
      ['train', 'first training'],
      ['train', 'waiting training'],
      ['scan', 'scan'],
    ] as const) {
      queue.start({ kind, title, subject: null, work: untilCancelled, onEnd });
    }
    await Promise.resolve();
    await queue.stop();
    expect(Object.fromEntries(states)).toEqual({
      'first training': 'cancelled',
      'waiting training': 'cancelled',
      scan: 'cancelled',
    });
    expect(ends).toBe(3);
  });

  it('has nothing to wait for where nothing goes on', async () => {
    await new JobQueue(() => undefined).stop();
  });
});
