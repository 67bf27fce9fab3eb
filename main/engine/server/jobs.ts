import type { Handlers, Services } from './services.ts';

export function jobHandlers({ jobs }: Services): Handlers<'jobs.cancel'> {
  return {
    'jobs.cancel': ({ job }) => {
      jobs.cancel(job);
      return null;
    },
  };
}
