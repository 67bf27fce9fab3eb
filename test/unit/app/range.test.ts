import { describe, expect, it } from 'vitest';
import { parseRange } from '../../../main/app/range.ts';

const SIZE = 1000;

describe('the header Range', () => {
  it.each([
    ['bytes=0-', 0, 999],
    ['bytes=0-0', 0, 0],
    ['bytes=10-19', 10, 19],
    ['bytes=999-', 999, 999],
    ['bytes=990-5000', 990, 999],
    ['bytes=-10', 990, 999],
    ['bytes=-5000', 0, 999],
    [' bytes=5-6 ', 5, 6],
  ])('%s asks for the bytes %i to %i of a thousand', (header, start, end) => {
    expect(parseRange(header, SIZE)).toEqual({ start, end });
  });

  it.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=-0'])('%s asks for no byte there is', (header) => {
    expect(parseRange(header, SIZE)).toBe('unsatisfiable');
  });

  it.each([null, '', 'bytes=', 'bytes=-', 'bytes=a-b', 'bytes=20-10', 'bytes=0-1,5-6', 'lines=0-5', 'bytes=1.5-3'])(
    '%s stands for the whole file',
    (header) => {
      expect(parseRange(header, SIZE)).toBeNull();
    },
  );

  it.each(['bytes=0-', 'bytes=-5'])('%s of an empty file cannot be satisfied', (header) => {
    expect(parseRange(header, 0)).toBe('unsatisfiable');
  });
});
