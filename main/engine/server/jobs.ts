import type { Handlers, Services } from './services.ts';

export function jobHandlers({ jobs }: Services): Handlers<'jobs.cancel' | 'engine.stop'> {
  return {
    'jobs.cancel': ({ job }) => {
      jobs.cancel(job);
      return null;
    },
    'engine.stop': async () => {
      await jobs.stop();
      return null;
    },
  };
}
