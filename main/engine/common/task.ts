/** How far a long piece of work has come. */
export interface Progress {
  /** What is being done, in one or two words: `scan`, `features`, `train`, `evaluate`, `classify`, `sample`. */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  /** What `done` and `total` count: `clips`, `files`, `batches`. */
  readonly unit: string;
  /** Units per second, once known. */
  readonly rate?: number;
  /** Seconds until `total` is reached at the present rate, once known. */
  readonly secondsLeft?: number;
  /** How far the unit in work has come, in words, where one can take long. */
  readonly within?: string;
}

/** What every long function of the engine takes beside its input. */
export interface TaskOptions {
  /** Cancels the work: the function rejects with an `AbortError` and leaves the earlier state. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Progress is told at most this often, so that a listener in another process is not flooded. */
const MIN_INTERVAL_MS = 100;

/** Counts finished units and tells them with rate and time left, throttled at the source; the last one is always told. */
export class ProgressReporter {
  readonly #started = performance.now();
  #told = 0;
  #done = 0;

  constructor(
    private readonly phase: string,
    private readonly total: number,
    private readonly unit: string,
    private readonly onProgress: ((progress: Progress) => void) | undefined,
  ) {}

  advance(units = 1): void {
    this.#done += units;
    this.#tell({}, this.#done >= this.total);
  }

  /** Tells how far the unit in work has come, in words. */
  reach(within: string): void {
    this.#tell({ within }, false);
  }

  #tell(more: Pick<Progress, 'within'>, always: boolean): void {
    const now = performance.now();
    if (this.onProgress === undefined) return;
    if (now - this.#told < MIN_INTERVAL_MS && !always) return;
    this.#told = now;
    const seconds = (now - this.#started) / 1000;
    const rate = seconds > 0 ? this.#done / seconds : 0;
    const known = rate > 0 ? { rate, secondsLeft: (this.total - this.#done) / rate } : {};
    this.onProgress({ phase: this.phase, done: this.#done, total: this.total, unit: this.unit, ...known, ...more });
  }
}
