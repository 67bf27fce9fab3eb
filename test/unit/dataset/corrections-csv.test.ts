import { describe, expect, test } from 'vitest';
import { parseCorrectionsCsv, toCorrectionsCsv } from '../../../main/engine/dataset/corrections-csv.ts';
import type { Correction } from '../../../main/engine/dataset/corrections.ts';

const corrections: Correction[] = [
  {
    ...{ clip: 'vio/ä, "b".wav', sha256: 'x', from: 'vio', to: 'voi' },
    ...{ note: ' two\nlines; "so" ', created: '2026-01-01T00:00:00.000Z' },
  },
  { clip: 'voi/c.wav', sha256: null, from: 'voi', to: null, note: '', created: '2026-01-02T00:00:00.000Z' },
];

describe('corrections.csv', () => {
  test('comes back as it was written', () => {
    expect(parseCorrectionsCsv(toCorrectionsCsv(corrections))).toEqual(corrections);
    expect(parseCorrectionsCsv(toCorrectionsCsv([]))).toEqual([]);
  });

  test.each(['', 'clip,to\na,b\n', 'clip,sha256,from,to,note,created\na,b\n', '"'])(
    '%j is refused as damaged',
    (text) => {
      expect(() => parseCorrectionsCsv(text)).toThrow('corrections.csv of the run is damaged');
    },
  );
});
