import { setImmediate as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { NoteCollector } from '../../../main/engine/server/training-notes.ts';
import type { Note } from '../../../main/engine/workflows/training-task.ts';
import type { TrainingNotes } from '../../../preload/contract.ts';

const FILES = 100_000;

function told(): { readonly notes: TrainingNotes[]; readonly tell: (about: Note['about'], message: string) => void } {
  const notes: TrainingNotes[] = [];
  const collector = new NoteCollector((collected) => notes.push(collected));
  return {
    notes,
    tell: (about, message) => {
      collector.add({ type: 'note', about, message });
    },
  };
}

describe('what a training tells the window', () => {
  it('is handed on at once where much is said at once, and of many files only the number and the first', async () => {
    const { notes, tell } = told();
    tell('training', 'Split by recording.');
    for (let index = 0; index < FILES; index++) tell('file', `${String(index)}.wav ends early.`);
    tell('training', 'All layers learn.');
    await pause();
    expect(notes).toHaveLength(1);
    expect(notes[0]?.training).toEqual(['Split by recording.', 'All layers learn.']);
    expect(notes[0]?.files.count).toBe(FILES);
    expect(notes[0]?.files.first).toEqual([0, 1, 2, 3, 4].map((index) => `${String(index)}.wav ends early.`));
  });

  it('comes whole each time, so that who begins to listen late misses nothing', async () => {
    const { notes, tell } = told();
    tell('training', 'Split by recording.');
    await pause();
    tell('training', 'No temperature.');
    await pause();
    expect(notes.map(({ training }) => training.length)).toEqual([1, 2]);
  });

  it('is nothing of what only a terminal needs', async () => {
    const { notes, tell } = told();
    tell('terminal', 'TensorFlow 2.');
    await pause();
    expect(notes).toEqual([]);
  });
});
