import { isCancellation } from '../engine/common/errors.ts';
import type { EpochRecord } from '../engine/training/history.ts';
import { FoldsTimeLeft } from '../engine/workflows/folds-time-left.ts';
import type { TrainingNews, TrainingTask } from '../engine/workflows/training-task.ts';
import type { Session } from './command.ts';
import type { ProgressView } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { formatDuration, formatNumber, formatShare } from './words.ts';

/** Tells how a training goes: what was found, then a bar for the batches and a line an epoch. */
export class TrainingView {
  readonly #terminal: Terminal;
  readonly #progress: ProgressView;
  readonly #signal: AbortSignal;
  readonly #timeLeft = new FoldsTimeLeft();
  #begun = false;

  constructor({ terminal, progress, signal }: Pick<Session, 'terminal' | 'progress' | 'signal'>) {
    this.#terminal = terminal;
    this.#progress = progress;
    this.#signal = signal;
  }

  /**
   * Does the training of a run folder. Where it is cancelled after the folder was begun, people are told how to go on.
   * @throws what `work` throws
   */
  async watch<Trained>(out: string, work: (task: TrainingTask) => Promise<Trained>): Promise<Trained> {
    try {
      const trained = await work({ signal: this.#signal, onProgress: this.#progress.show, onEvent: this.#show });
      this.#progress.end();
      return trained;
    } catch (error) {
      if (this.#begun && isCancellation(error)) {
        this.#say(`Stopped. The same command with --resume goes on with ${out}.`);
      }
      throw error;
    }
  }

  readonly #show = (news: TrainingNews): void => {
    if (news.type === 'note') {
      this.#say(news.message);
    } else if (news.type === 'begun') {
      this.#begun = true;
    } else if (news.type === 'fold') {
      this.#timeLeft.begin(news.fold);
      this.#say(`\nFold ${news.fold.number} of ${news.fold.of}`);
    } else if (news.type === 'batch' && news.batch < news.batches) {
      const { batch, batches, clipsPerSecond, unit, epoch, epochs, loss } = news;
      const secondsLeft = this.#timeLeft.secondsLeft(news);
      this.#progress.show(
        { phase: `epoch ${epoch}/${epochs}`, done: batch, total: batches, unit: 'batches' },
        `loss ${loss.toFixed(3)}, ${formatNumber(clipsPerSecond)} ${unit}/s, ${formatDuration(secondsLeft)} left`,
      );
    } else if (news.type === 'epoch') {
      this.#say(epochLine(news.record, news.epochs));
    }
  };

  #say(text: string): void {
    this.#progress.end();
    this.#terminal.say(text);
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
