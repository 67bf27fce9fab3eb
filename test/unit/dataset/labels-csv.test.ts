import { describe, expect, test } from 'vitest';
import { parseLabelsCsv } from '../../../main/engine/dataset/labels-csv.ts';
import { containing } from '../../helpers/containing.ts';

const rowsOf = (text: string) => Object.fromEntries(parseLabelsCsv(text).rows);

describe('parseLabelsCsv', () => {
  test('reads path, label and recording in any order, and passes over other columns', () => {
    expect(rowsOf('Recording,comment,PATH,Label\nr1,"good, really",a/b.wav,vio\n')).toEqual({
      'a/b.wav': { label: 'vio', recording: 'r1' },
    });
  });

  test.each([
    ['semicolons', 'path;label;recording\na, b.wav;vio;r1\n'],
    ['tabs', 'path\tlabel\trecording\na, b.wav\tvio\tr1\n'],
    ['quotes', '"path","label","recording"\n"a, b.wav","vio","r1"\n'],
    ['a byte order mark and Windows line ends', '\uFEFFpath,label,recording\r\n"a, b.wav",vio,r1\r\n\r\n'],
    ['spaces around cells', 'path , label , recording\n"a, b.wav" , vio , r1\n'],
  ])('understands %s', (_, text) => {
    expect(rowsOf(text)).toEqual({ 'a, b.wav': { label: 'vio', recording: 'r1' } });
  });

  test('does without recordings, as a column or in a row', () => {
    expect(rowsOf('path,label\na.wav,vio\n')).toEqual({ 'a.wav': { label: 'vio', recording: undefined } });
    expect(rowsOf('path,label,recording\na.wav,vio\nb.wav,vio,\n')).toEqual({
      'a.wav': { label: 'vio', recording: undefined },
      'b.wav': { label: 'vio', recording: undefined },
    });
  });

  test('reads quotes and line ends inside a name', () => {
    expect(rowsOf('path,label\n"a ""b""\nc.wav",vio\n')).toEqual({
      'a "b"\nc.wav': { label: 'vio', recording: undefined },
    });
  });

  test('brings paths into one form', () => {
    const rows = rowsOf(`path,label\n.\\sub\\a.wav,vio\n${'é.wav'.normalize('NFD')},${'flûte'.normalize('NFD')}\n`);
    expect(rows).toEqual({
      'sub/a.wav': { label: 'vio', recording: undefined },
      'é.wav': { label: 'flûte', recording: undefined },
    });
  });

  test('reads several labels of one clip, each once', () => {
    expect(rowsOf('path,label\na.wav,vio; pia ;vio;\nb.wav,;\n')).toEqual({
      'a.wav': { label: 'vio', furtherLabels: ['pia'], recording: undefined },
    });
    expect(rowsOf('path;label\na.wav;"vio;pia"\n')).toEqual({
      'a.wav': { label: 'vio', furtherLabels: ['pia'], recording: undefined },
    });
  });

  test('warns where several labels without quotes have become cells of their own', () => {
    const { rows, warnings } = parseLabelsCsv('path;label\na.wav;vio;pia\nb.wav;cel\n');
    expect([...rows.keys()]).toEqual(['a.wav', 'b.wav']);
    expect(warnings).toEqual([{ message: containing('more cells than columns in one row'), paths: ['a.wav'] }]);
  });

  test('warns of rows without a label and of rows that contradict each other, naming them', () => {
    const { rows, warnings } = parseLabelsCsv('path,label\na.wav,\nb.wav,vio\nb.wav,cel\nc.wav,vio\nc.wav,vio\n');
    expect([...rows]).toEqual([
      ['b.wav', { label: 'vio', recording: undefined }],
      ['c.wav', { label: 'vio', recording: undefined }],
    ]);
    expect(warnings).toEqual([
      { message: 'labels.csv gives no label in one row.', paths: ['a.wav'] },
      {
        message: 'labels.csv contradicts itself in one row; the first row about a clip was taken.',
        paths: ['b.wav'],
      },
    ]);
  });

  test('a first row that is shorter than the header lacks its label, not the table its column', () => {
    const { rows, warnings } = parseLabelsCsv('path,label\na.wav\nb.wav,vio\n');
    expect([...rows.keys()]).toEqual(['b.wav']);
    expect(warnings).toEqual([{ message: 'labels.csv gives no label in one row.', paths: ['a.wav'] }]);
  });

  test('refuses a table without the columns, naming those it has', () => {
    expect(() => parseLabelsCsv('file,class\na.wav,vio\n')).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: containing('file, class') }),
    );
  });

  test('refuses what is no table', () => {
    expect(() => parseLabelsCsv('path,label\n"a.wav,vio\n')).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});
