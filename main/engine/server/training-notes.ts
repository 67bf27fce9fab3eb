import type { FirstOf, TrainingNotes } from '../../../preload/contract.ts';
import type { Note } from '../workflows/training-task.ts';

/** Files that are named before the rest is counted. */
const NAMED = 5;

export const NO_NOTES: TrainingNotes = { training: [], files: { count: 0, first: [] } };

export function firstOf<T>(all: readonly T[]): FirstOf<T> {
  return { count: all.length, first: all.slice(0, NAMED) };
}

/**
 * Collects what a training tells, which may be a sentence for each of 100,000 files at once. What has been collected is
 * handed on when the training pauses for breath, and no more than a few sentences of it.
 */
export class NoteCollector {
  readonly #onChange: (notes: TrainingNotes) => void;
  #notes = NO_NOTES;
  #isDue = false;

  constructor(onChange: (notes: TrainingNotes) => void) {
    this.#onChange = onChange;
  }

  add({ about, message }: Note): void {
    if (about === 'terminal') return;
    const { training, files } = this.#notes;
    if (about === 'training') this.#notes = { training: [...training, message], files };
    else {
      const first = files.count < NAMED ? [...files.first, message] : files.first;
      this.#notes = { training, files: { count: files.count + 1, first } };
    }
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#onChange(this.#notes);
    });
  }
}
