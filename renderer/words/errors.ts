import type { ErrorCode } from '../../preload/contract.ts';

/** What to do about an error, after the sentence that says what happened. */
export const ADVICE: Readonly<Partial<Record<ErrorCode, string>>> = {
  'not-found': 'It may have been moved or renamed. Put it back, or open it again from where it is now.',
  'permission-denied': 'Allow this app to read that place, or copy the files somewhere else.',
  'disk-full': 'Make room and try again. What was there before is unchanged.',
  'no-clips': 'Choose a folder with one folder for each instrument, and the recordings in them.',
  'too-few-classes': 'Add recordings of a second instrument: there must be something to tell apart.',
  'too-few-recordings': 'Add more recordings of that class, or choose smaller shares.',
  'engine-gone': 'It starts again by itself. An interrupted training goes on from its last epoch under Runs.',
  'unreadable-audio': 'Check whether another program plays it. The other files are not affected.',
  'unreadable-image': 'Check whether another program shows it. The other files are not affected.',
};
