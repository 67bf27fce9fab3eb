import type { Fold } from '../dataset/fold.ts';
import { FoldsTimeLeft } from '../workflows/folds-time-left.ts';
import type { TrainingNews, TrainingTask } from '../workflows/training-task.ts';
import type { JobTask } from './job-queue.ts';
import type { Services } from './services.ts';
import { NoteCollector } from './training-notes.ts';

/** The page is told of batches at most this often; the last one of an epoch always. */
const BATCH_INTERVAL_MS = 100;

/** Turns what a training tells into events of the run and progress of its job. */
export function trainingTask({ runs, tell }: Services, run: string, { signal, onProgress }: JobTask): TrainingTask {
  let told = 0;
  let fold: Fold | null = null;
  const timeLeft = new FoldsTimeLeft();
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
      timeLeft.begin(fold);
      const { history } = news;
      runs.beginFold(run, fold, history);
      tell('fold', { run, fold, history });
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
      const { number, of } = fold ?? { number: 1, of: 1 };
      const secondsLeft = timeLeft.secondsLeft(news);
      tell('batch', { run, epoch, epochs, batch, batches, loss, accuracy, clipsPerSecond, unit, secondsLeft });
      onProgress({
        ...{ phase: 'train', done: (number - 1) * total + done, total: of * total, unit: 'batches' },
        ...{ rate: clipsPerSecond, secondsLeft },
      });
    }
  };
  return { signal, onProgress, onEvent };
}
