import { expect, it } from 'vitest';
import { reasonIn } from '../../../main/engine/audio/unreadable.ts';

it.each([
  ['[mov,mp4 @ 0x1] moov atom not found\nfile:a.m4a: Invalid data found when processing input', 'it is incomplete'],
  ["Stream map '0:a:0' matches no streams.", 'there is no sound track in it'],
  ['file:a.wav: Invalid data found when processing input', 'it holds no sound in a known format'],
  ['[mp3float @ 0x1] Header missing\nError while decoding stream #0:0', 'parts of the data are corrupt'],
  ['something never heard of', 'ffmpeg could not decode it'],
])('%j means that %s', (words, reason) => {
  expect(reasonIn(words, '/no/such/place')).toBe(reason);
});

it('takes no words of the file’s own name for the reason', () => {
  const path = '/home/Is a directory/no CRC: corrupt.mp3';
  const words = `file:${path}: Invalid data found when processing input`;
  expect(reasonIn(words, path)).toBe('it holds no sound in a known format');
});
