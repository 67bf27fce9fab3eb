import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../../renderer/words/blocks.ts';

describe('the text of the licences', () => {
  it('comes apart into headings, paragraphs and tables', () => {
    const text = '# Title\n\nTwo lines\nof `code`.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n';
    expect(blocksOf(text)).toEqual([
      { kind: 'heading', text: 'Title' },
      { kind: 'paragraph', text: 'Two lines of code.' },
      {
        kind: 'table',
        head: ['A', 'B'],
        rows: [
          ['1', '2'],
          ['3', '4'],
        ],
      },
    ]);
  });

  it('loses nothing of the file that is shipped', () => {
    const text = readFileSync('THIRD_PARTY_LICENSES.md', 'utf8');
    const tables = blocksOf(text).flatMap((block) => (block.kind === 'table' ? [block] : []));
    const lines = text.split('\n').filter((line) => line.startsWith('|'));
    expect(tables.reduce((total, { rows }) => total + rows.length + 2, 0)).toBe(lines.length);
    for (const { head, rows } of tables) for (const row of rows) expect(row).toHaveLength(head.length);
  });
});
