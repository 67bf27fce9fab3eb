import type { Job } from '../../preload/contract.ts';
import { call } from './bridge.ts';
import { inspection } from './inspection.svelte.ts';
import { jobs } from './jobs.svelte.ts';
import { navigation } from './navigation.svelte.ts';
import { notices } from './notices.svelte.ts';

/** Says what jobs have made that is not seen by itself, and offers to show it. */
export function followJobNews(): void {
  jobs.onEnd((job) => {
    if (job.state !== 'done') return;
    if (job.kind === 'export')
      notices.show(`${job.title} was written.`, { label: 'Show', act: () => void reveal(job) });
    const { subject } = job;
    if (job.kind !== 'evaluate' || subject === null) return;
    const inspect = (): void => {
      void inspection.open(subject);
      navigation.go('inspect');
    };
    notices.show(`${job.title} was scored.`, { label: 'Inspect', act: inspect });
  });
}

async function reveal({ id }: Job): Promise<void> {
  try {
    await call('jobs.reveal', { job: id });
  } catch (error) {
    notices.fail(error);
  }
}
