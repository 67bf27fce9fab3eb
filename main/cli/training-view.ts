import type { EpochRecord } from '../engine/training/history.ts';
import type { TrainingNews } from '../engine/workflows/training-task.ts';
import type { ProgressView } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { formatDuration, formatNumber, formatShare } from './words.ts';

/** Tells how a training goes: what was found, then a bar for the batches and a line an epoch. */
export class TrainingView {
  constructor(
    private readonly terminal: Terminal,
    private readonly progress: ProgressView,
  ) {}

  readonly show = (news: TrainingNews): void => {
    if (news.type === 'note') {
      this.#say(news.message);
    } else if (news.type === 'fold') {
      this.#say(`\nFold ${news.fold.number} of ${news.fold.of}`);
    } else if (news.type === 'batch' && news.batch < news.batches) {
      const { batch, batches, clipsPerSecond, unit, secondsLeft, epoch, epochs, loss } = news;
      this.progress.show(
        { phase: `epoch ${epoch}/${epochs}`, done: batch, total: batches, unit: 'batches' },
        `loss ${loss.toFixed(3)}, ${formatNumber(clipsPerSecond)} ${unit}/s, ${formatDuration(secondsLeft)} left`,
      );
    } else if (news.type === 'epoch') {
      this.#say(epochLine(news.record, news.epochs));
    }
  };

  #say(text: string): void {
    this.progress.end();
    this.terminal.say(text);
  }
}

/** Fits in 80 columns. */
function epochLine(record: EpochRecord, epochs: number): string {
  const { epoch, loss, accuracy, valLoss, valAccuracy, seconds } = record;
  const training = `loss ${loss.toFixed(3)}, accuracy ${formatShare(accuracy)}`;
  const validation = `validation ${valLoss.toFixed(3)}, ${formatShare(valAccuracy)}`;
  const number = String(epoch).padStart(String(epochs).length);
  return `Epoch ${number}/${epochs}: ${training}; ${validation}; ${formatDuration(seconds)}`;
}
