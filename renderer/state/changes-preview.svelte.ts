import type { ClipChanges, Failure, Input } from '../../preload/contract.ts';
import { call, failureOf } from './bridge.ts';

/** Options that move are drawn only when they rest. */
const REST_MS = 200;

type Request = Omit<Input<'runs.previewChanges'>, 'clip'>;

/** One clip of those that would be learned from, as a training with the chosen options shows it. */
class ChangesPreview {
  changes = $state.raw<ClipChanges | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Counts through the clips. */
  clip = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  drawSoon(request: Request, clip: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#draw({ ...request, clip }), REST_MS);
  }

  async #draw(request: Input<'runs.previewChanges'>): Promise<void> {
    const asked = ++this.#asked;
    try {
      const changes = await call('runs.previewChanges', request);
      if (asked !== this.#asked) return;
      this.changes = changes;
      this.failure = null;
    } catch (error) {
      if (asked !== this.#asked) return;
      this.changes = null;
      this.failure = failureOf(error);
    }
  }
}

export const changesPreview = new ChangesPreview();
