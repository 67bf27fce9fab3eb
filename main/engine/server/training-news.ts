import type { Fold } from '../dataset/fold.ts';
import type { TrainingNews, TrainingTask } from '../workflows/training-task.ts';
import type { JobTask } from './job-queue.ts';
import type { Services } from './services.ts';
import { NoteCollector } from './training-notes.ts';

/** The page is told of batches at most this often; the last one of an epoch always. */
const BATCH_INTERVAL_MS = 100;

/** Share of a fold up to which what is left of it tells how long it takes in all. */
const SAYS_ENOUGH = 0.9;

/** Turns what a training tells into events of the run and progress of its job. */
export function trainingTask({ runs, tell }: Services, run: string, { signal, onProgress }: JobTask): TrainingTask {
  let told = 0;
  let fold: Fold | null = null;
  /** How long one fold takes, as the one that goes on has it. */
  let foldSeconds = 0;
  const notes = new NoteCollector((collected) => {
    runs.setNotes(run, collected);
    tell('notes', { run, notes: collected });
  });
  const onEvent = (news: TrainingNews): void => {
    if (news.type === 'begun') {
      tell('changed', { what: 'runs' });
    } else if (news.type === 'note') {
      notes.add(news);
    } else if (news.type === 'fold') {
      ({ fold } = news);
      runs.beginFold(run, fold);
      tell('fold', { run, fold });
    } else if (news.type === 'epoch') {
      runs.addEpoch(run, news.record);
      tell('epoch', { run, epochs: news.epochs, record: news.record });
    } else {
      const now = performance.now();
      if (now - told < BATCH_INTERVAL_MS && news.batch < news.batches) return;
      told = now;
      const { epoch, epochs, batch, batches, loss, accuracy, clipsPerSecond, unit } = news;
      const done = (epoch - 1) * batches + batch;
      const total = epochs * batches;
      // Towards the end of a fold what is left of it says nothing about the whole.
      if (done < SAYS_ENOUGH * total) foldSeconds = (news.secondsLeft * total) / (total - done);
      const { number, of } = fold ?? { number: 1, of: 1 };
      const secondsLeft = news.secondsLeft + (of - number) * foldSeconds;
      tell('batch', { run, epoch, epochs, batch, batches, loss, accuracy, clipsPerSecond, unit, secondsLeft });
      onProgress({
        ...{ phase: 'train', done: (number - 1) * total + done, total: of * total, unit: 'batches' },
        ...{ rate: clipsPerSecond, secondsLeft },
      });
    }
  };
  return { signal, onProgress, onEvent };
}
