import { SingleBar } from 'cli-progress';
import type { Progress } from '../engine/common/task.ts';
import type { Terminal } from './terminal.ts';
import { formatDuration, formatNumber } from './words.ts';

/** Without a terminal a line is written when a phase ends, and this often before. */
const PLAIN_INTERVAL_MS = 10_000;

/** Fits in 80 columns with the longest words there are, those of an epoch. */
const BAR_FORMAT = '{phase} {bar} {value}/{total}, {detail}';
const BAR_WIDTH = 14;

/** Shows the progress of one phase after the other: a bar for a person, plain lines for a log file. */
export class ProgressView {
  #phase = '';
  #bar: SingleBar | undefined;
  #plainTold = 0;

  constructor(private readonly terminal: Terminal) {}

  /** @param detail takes the place of rate and time left, in a bar that goes when it ends: a line about it follows */
  readonly show = (progress: Progress, detail?: string): void => {
    const words = payload(progress, detail);
    if (progress.phase !== this.#phase) this.#begin(progress, words, detail !== undefined);
    if (this.#bar === undefined) this.#plain(progress, words);
    else this.#bar.update(progress.done, words);
  };

  /** Ends the bar, so that other words can follow on a line of their own. */
  readonly end = (): void => {
    this.#bar?.stop();
    this.#bar = undefined;
    this.#phase = '';
  };

  #begin(progress: Progress, words: Payload, passing: boolean): void {
    this.end();
    this.#phase = progress.phase;
    this.#plainTold = performance.now();
    if (!this.terminal.interactive) return;
    this.#bar = new SingleBar({
      format: BAR_FORMAT,
      barsize: BAR_WIDTH,
      barCompleteChar: '━',
      barIncompleteChar: '─',
      hideCursor: true,
      clearOnComplete: passing,
      fps: 10,
      stream: process.stderr,
    });
    this.#bar.start(progress.total, progress.done, words);
  }

  #plain(progress: Progress, { phase, unit, detail }: Payload): void {
    const now = performance.now();
    const finished = progress.done >= progress.total;
    if (!finished && now - this.#plainTold < PLAIN_INTERVAL_MS) return;
    this.#plainTold = now;
    this.terminal.say(`${phase.trim()}: ${progress.done}/${progress.total} ${unit}, ${detail}`);
  }
}

interface Payload {
  readonly phase: string;
  readonly unit: string;
  readonly detail: string;
}

function payload(progress: Progress, detail: string | undefined): Payload {
  const words = detail ?? progress.within ?? speed(progress);
  return { phase: progress.phase.padEnd(11), unit: progress.unit, detail: words };
}

function speed({ done, total, rate, secondsLeft, unit }: Progress): string {
  const rateWords = rate === undefined ? '' : `${formatNumber(rate)} ${unit}/s`;
  if (secondsLeft === undefined || done >= total) return rateWords;
  return `${rateWords}, ${formatDuration(secondsLeft)} left`;
}
