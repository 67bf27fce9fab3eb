import type { Listening } from '../../preload/contract.ts';

const KEY = 'listening';

interface Remembered extends Listening {
  /** Per cent, below which a verdict is shown as “not sure”; null for what is known to suit the network. */
  readonly threshold: number | null;
  readonly model: string | null;
}

const DEFAULTS: Remembered = { hopSeconds: 1.5, aggregation: 'mean', topK: 3, threshold: null, model: null };

/** How recordings are listened to; remembered over starts. */
class ListeningOptions {
  readonly #before = remembered();
  hopSeconds = $state(this.#before.hopSeconds);
  aggregation = $state(this.#before.aggregation);
  topK = $state(this.#before.topK);
  threshold = $state(this.#before.threshold);
  /** The network that was chosen, by its key. */
  model = $state(this.#before.model);

  get choice(): Listening {
    return { hopSeconds: this.hopSeconds, aggregation: this.aggregation, topK: this.topK };
  }

  remember(): void {
    const { threshold, model } = this;
    localStorage.setItem(KEY, JSON.stringify({ ...this.choice, threshold, model } satisfies Remembered));
  }
}

/** What was kept, as far as it still makes sense. */
function remembered(): Remembered {
  let kept: Partial<Record<keyof Remembered, unknown>>;
  try {
    kept = (JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {}) as typeof kept;
  } catch {
    kept = {};
  }
  return {
    hopSeconds: within(kept.hopSeconds, 0.1, 60) ?? DEFAULTS.hopSeconds,
    aggregation: kept.aggregation === 'sum-max' ? 'sum-max' : 'mean',
    topK: Math.round(within(kept.topK, 1, 100) ?? DEFAULTS.topK),
    threshold: within(kept.threshold, 0, 100) ?? DEFAULTS.threshold,
    model: typeof kept.model === 'string' ? kept.model : null,
  };
}

function within(value: unknown, least: number, most: number): number | null {
  return typeof value === 'number' && value >= least && value <= most ? value : null;
}

export const listening = new ListeningOptions();
