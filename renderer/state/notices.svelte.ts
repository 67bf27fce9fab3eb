import type { Failure } from '../../preload/contract.ts';
import { failureOf } from './bridge.ts';

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly failure: Failure | null;
  readonly undo: (() => void) | null;
  /** What can be done about it. */
  readonly offer: Offer | null;
}

interface Offer {
  readonly label: string;
  readonly act: () => void;
}

/** How long something can be undone, and how long news stays. */
const SHOWN_MS = 8000;

/** Short news at the foot of the window: what failed, and what can still be undone. */
class Notices {
  list = $state.raw<readonly Notice[]>([]);
  /** Read out by screen readers. */
  announcement = $state('');
  #last = 0;
  #shown = 0;

  say(text: string): void {
    this.announcement = text;
  }

  fail(error: unknown): void {
    const failure = failureOf(error);
    if (failure.code !== 'cancelled') this.#add({ text: failure.message, failure, undo: null, offer: null });
  }

  /** Shows news that goes by itself, where there is something with what can be done about it; without, in place of the last. */
  show(text: string, offer: Offer | null = null): void {
    if (offer === null) this.dismiss(this.#shown);
    const id = this.#add({ text, failure: null, undo: null, offer });
    if (offer === null) this.#shown = id;
    setTimeout(() => {
      this.dismiss(id);
    }, SHOWN_MS);
  }

  /** Does something only after the time in which it can be undone. */
  later(text: string, act: () => Promise<unknown>, undo: () => void): void {
    const timer = setTimeout(() => {
      this.dismiss(id);
      act().catch((error: unknown) => {
        undo();
        this.fail(error);
      });
    }, SHOWN_MS);
    const id = this.#add({
      text,
      failure: null,
      offer: null,
      undo: () => {
        clearTimeout(timer);
        this.dismiss(id);
        undo();
      },
    });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  #add(notice: Omit<Notice, 'id'>): number {
    const id = ++this.#last;
    this.list = [...this.list, { ...notice, id }];
    this.announcement = notice.text;
    return id;
  }
}

export const notices = new Notices();
