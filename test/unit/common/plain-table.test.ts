import { describe, expect, it } from 'vitest';
import { plainTable } from '../../../main/engine/common/plain-table.ts';

describe('a table without rules', () => {
  it('counts wide characters as they are shown', () => {
    const rows = [
      ['ヴァイオリン', '1'],
      ['oboe', '23'],
    ];
    expect(plainTable({ rows, right: [1] })).toEqual(['ヴァイオリン   1', 'oboe          23']);
    expect(plainTable({ rows, right: [0, 1], gap: '' })).toEqual(['ヴァイオリン 1', '        oboe23']);
  });

  it('keeps a row in one line, whatever its names hold', () => {
    expect(plainTable({ rows: [['two\nlines\u001b[2J', 'x']], right: [] })).toEqual(['two\u{fffd}lines\u{fffd}[2J  x']);
  });

  it('cuts what does not fit, keeps empty rows, and has its header even without rows', () => {
    const rows = [
      ['contrabassoon', '1'],
      ['', ''],
    ];
    expect(plainTable({ rows, right: [], widths: [6, null] })).toEqual(['contr…  1', '']);
    expect(plainTable({ header: ['class', 'clips'], rows: [], right: [] })).toEqual(['class  clips']);
  });
});
