import type { Input, Job, Method, Outputs } from '../../../preload/contract.ts';
import { QUICK_TRAINING } from '../../helpers/quick-training.ts';
import { answerDialogs } from './dialogs.ts';
import type { RunningApp } from './running-app.ts';

type JobMethod = { [M in Method]: NonNullable<Outputs[M]> extends { readonly job: string } ? M : never }[Method];
type Training = Input<'runs.train'>['training'];

/** The smallest sample that can be trained on, made within two seconds. */
export const SMALL_SAMPLE = 6;

/** Starts a job as the page does and waits for its end. */
export async function runJob<M extends JobMethod>(app: RunningApp, method: M, input: Input<M>): Promise<Job> {
  return app.page.evaluate(
    async ([name, value]) => {
      const ended = new Map<string, Job>();
      let look = (): void => undefined;
      const stop = window.instrunet.on('job', (job) => {
        if (job.state !== 'queued' && job.state !== 'running') ended.set(job.id, job);
        look();
      });
      const reply = await window.instrunet.call(name as 'datasets.rescan', value as never);
      if (!reply.ok) {
        stop();
        throw new Error(`${name}: ${reply.error.code}: ${reply.error.message}`);
      }
      const { job: id } = reply.data;
      return new Promise<Job>((resolve) => {
        look = () => {
          const job = ended.get(id);
          if (job === undefined) return;
          stop();
          resolve(job);
        };
        look();
      });
    },
    [method, input] as const,
  );
}

/** Makes a small sample dataset. @returns its id */
export async function makeSample(app: RunningApp, clipsPerClass = SMALL_SAMPLE): Promise<string> {
  return subjectOf(await runJob(app, 'datasets.makeSample', { clipsPerClass }));
}

/** Opens a folder as the file dialog would give it. @returns the dataset's id */
export async function openFolder(app: RunningApp, folder: string): Promise<string> {
  await answerDialogs(app, { open: [folder] });
  return subjectOf(await runJob(app, 'datasets.choose', null));
}

/** Trains to the end. @returns the run's id */
export async function train(app: RunningApp, dataset: string, name: string, change: Partial<Training> = {}) {
  return subjectOf(
    await runJob(app, 'runs.train', { dataset, name, training: { ...QUICK_TRAINING, ...change }, corrections: false }),
  );
}

function subjectOf({ kind, state, error, subject }: Job): string {
  if (state !== 'done' || subject === null) {
    throw new Error(`${kind} ended as ${state}: ${error?.message ?? 'no reason'} ${error?.details ?? ''}`);
  }
  return subject;
}
