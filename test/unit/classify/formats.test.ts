import { describe, expect, it } from 'vitest';
import {
  audacityTrackName,
  percentage,
  toAudacityTrack,
  toCsvTable,
  toJsonDocument,
  toTextTable,
} from '../../../main/engine/classify/formats.ts';
import { parseCsv } from '../../../main/engine/common/csv.ts';
import { heard, heardBy, result, scored } from './made-results.ts';

const DUET = result('duo, "live".wav', [
  heard(0, scored('cel', 0.912345, 'cello'), scored('pia', 0.05, 'piano')),
  heard(1.5),
  heard(3, scored('pia', 0.6, 'piano'), scored('cel', 0.3, 'cello')),
]);
const BROKEN = result('bad.wav', [], {
  verdict: null,
  outcome: null,
  silent: false,
  duration: null,
  error: { code: 'unreadable-audio', message: 'bad.wav cannot be read as sound.' },
});

/** A network that judges each class by itself. */
const EACH = { kind: 'each', thresholds: [0.5, 0.3] } as const;
const duo = (cello: number, piano: number) => [scored('cel', cello, 'cello'), scored('pia', piano, 'piano')] as const;
const BOTH = result('both.wav', [heardBy(EACH, 0, ...duo(0.8, 0.4)), heardBy(EACH, 1.5, ...duo(0.2, 0.1))], {
  decision: EACH,
});
const NONE = result('rain.wav', [heardBy(EACH, 0, ...duo(0.2, 0.1))], { decision: EACH });
const UNSURE = { kind: 'best', sureFrom: 0.95 } as const;
const DOUBTFUL = result('far.wav', [heardBy(UNSURE, 0, ...duo(0.7, 0.1))], { decision: UNSURE });

describe('outcomes', () => {
  it('are told in the table: several, none of them, or not sure', () => {
    expect(toTextTable([BOTH])).toContain('  heard: cello, piano\n');
    expect(toTextTable([BOTH])).toMatch(/0:00\.0 to 0:02\.3 +cello \+ piano\n +0:02\.3 to 0:04\.5 +none of these\n/u);
    expect(toTextTable([NONE])).toContain('rain.wav\n  none of these\n');
    expect(toTextTable([DOUBTFUL])).toContain('far.wav\n  not sure\n');
  });

  it('are told in CSV, for the file and for each window', () => {
    const rows = parseCsv(toCsvTable([BOTH, NONE, DOUBTFUL]));
    expect(rows.map(({ verdict, heard: window }) => [verdict, window])).toEqual([
      ['cel;pia', 'cel;pia'],
      ['cel;pia', 'none of these'],
      ['none of these', 'none of these'],
      ['not sure', 'not sure'],
    ]);
  });

  it('are told in JSON with what they were decided by', () => {
    const { files } = JSON.parse(toJsonDocument('m', [BOTH, NONE])) as { files: unknown[] };
    expect(files).toMatchObject([
      {
        outcome: { kind: 'instruments', heard: [{ label: 'cel' }, { label: 'pia' }] },
        decision: EACH,
        windows: [{ outcome: { kind: 'instruments' } }, { outcome: { kind: 'none' } }],
      },
      { outcome: { kind: 'none' }, verdict: 'none of these' },
    ]);
  });

  it('are told in Audacity labels', () => {
    expect(toAudacityTrack(BOTH)).toBe('0.000000\t2.250000\tcello + piano\n2.250000\t4.500000\tnone of these\n');
    expect(toAudacityTrack(DOUBTFUL)).toBe('0.000000\t3.000000\tnot sure\n');
  });
});

describe('percentages', () => {
  it.each([
    [0.923, '92 %'],
    [0.5, '50 %'],
    [0.99, '99 %'],
    [0.9999, '> 99 %'],
    [1, '> 99 %'],
    [0.004, '< 1 %'],
    [0, '< 1 %'],
  ])('%s is %s', (share, text) => {
    expect(percentage(share)).toBe(text);
  });
});

describe('JSON', () => {
  it('has the documented keys for a file, its windows and an error', () => {
    const document: unknown = JSON.parse(toJsonDocument('runs/first', [DUET, BROKEN]));
    expect(document).toMatchObject({
      model: 'runs/first',
      files: [
        {
          file: 'duo, "live".wav',
          verdict: 'cel',
          top: [
            { label: 'cel', name: 'cello', probability: 0.912345 },
            { label: 'pia', name: 'piano', probability: 0.05 },
          ],
          windows: [
            { start: 0, end: 3, silent: false },
            { start: 1.5, end: 4.5, silent: true, top: [] },
            { start: 3, end: 6, silent: false },
          ],
          error: null,
        },
        { file: 'bad.wav', verdict: null, top: [], windows: [], error: { code: 'unreadable-audio' } },
      ],
    });
  });
});

describe('CSV', () => {
  it('has a row a window with the verdict of its file, and one row for a file with an error', () => {
    const rows = parseCsv(toCsvTable([DUET, BROKEN]));
    expect(rows).toHaveLength(4);
    expect(rows[0]).toEqual({
      file: 'duo, "live".wav',
      verdict: 'cel',
      verdict_probability: '0.912345',
      start: '0',
      end: '3',
      heard: 'cel',
      label_1: 'cel',
      name_1: 'cello',
      probability_1: '0.912345',
      label_2: 'pia',
      name_2: 'piano',
      probability_2: '0.05',
      error: '',
    });
    expect(rows[1]).toMatchObject({ start: '1.5', label_1: 'silent', probability_1: '', label_2: '' });
    expect(rows[3]).toMatchObject({
      file: 'bad.wav',
      verdict: '',
      start: '',
      error: 'bad.wav cannot be read as sound.',
    });
  });

  it('has its columns also where every file failed', () => {
    expect(toCsvTable([BROKEN]).split('\n')[0]).toBe(
      'file,verdict,verdict_probability,start,end,heard,label_1,name_1,probability_1,error',
    );
  });
});

describe('an Audacity label track', () => {
  it('has a line a stretch: start, end and text, parted by tabs', () => {
    expect(toAudacityTrack(DUET)).toBe(
      '0.000000\t2.250000\tcello 91 %\n2.250000\t3.750000\tsilent\n3.750000\t6.000000\tpiano 60 %\n',
    );
  });

  it('keeps each label on its line whatever the class is called', () => {
    const odd = result('x.wav', [heard(0, scored('a\tb', 0.5, 'a\tb\nc'))]);
    expect(toAudacityTrack(odd)).toBe('0.000000\t3.000000\ta b c 50 %\n');
  });

  it('is empty for a file that could not be read', () => {
    expect(toAudacityTrack(BROKEN)).toBe('');
  });

  it('is named for its recording', () => {
    expect(audacityTrackName('/music/my concert.flac')).toBe('my concert.labels.txt');
  });
});

describe('the table', () => {
  it('shows the best classes with bars and the times where the verdict changes', () => {
    expect(toTextTable([DUET, BROKEN])).toBe(
      [
        'duo, "live".wav',
        '  cello                   91 %  ██████████████████▎',
        '  piano                    5 %  █',
        '  0:00.0 to 0:02.3        cello                   91 %',
        '  0:02.3 to 0:03.8        silent',
        '  0:03.8 to 0:06.0        piano                   60 %',
        '',
        'bad.wav',
        '  error: bad.wav cannot be read as sound.',
        '',
      ].join('\n'),
    );
  });

  it('says silent, and how a short file was heard', () => {
    expect(toTextTable([result('rest.wav', [heard(0)])])).toBe('rest.wav\n  silent\n');
    const short = result('tick.wav', [{ ...heard(0, scored('pia', 1, 'piano')), end: 0.4 }], { padded: true });
    expect(toTextTable([short])).toContain('only 0.4 s long: filled up with silence');
  });

  it('stays aligned and within 80 columns for wide, combining and overlong names', () => {
    const names = ['尺八の長い名前の楽器です本当に', 'cor anglais d’amour in F sharp', 'se\u0301raphine', 'oud'];
    const windows = [heard(0, ...names.map((name) => scored(name, 0.25, name)))];
    const lines = toTextTable([result('x.wav', windows)])
      .trimEnd()
      .split('\n')
      .slice(1);
    const columns = lines.map((line) => displayWidth(line.slice(0, line.indexOf('%'))));
    expect(lines).toHaveLength(4);
    expect(new Set(columns).size).toBe(1);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80);
  });

  it('shows no control characters of a file name', () => {
    expect(toTextTable([result('two\nlines\u001b[31m.wav', [heard(0)])])).toBe('two�lines�[31m.wav\n  silent\n');
  });

  it('shows scores that are no percentages without one', () => {
    const file = result('x.wav', [heard(0, scored('pia', 1, 'piano'))], { aggregation: 'sum-max' });
    expect(toTextTable([file])).toContain('1.00');
    expect(toTextTable([file])).not.toContain('%');
  });
});

/** Columns on a terminal: two for East Asian wide characters, none for combining ones. */
function displayWidth(text: string): number {
  return Array.from(text).reduce((width, character) => {
    if (/\p{M}/u.test(character)) return width;
    return width + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/.test(character) ? 2 : 1);
  }, 0);
}
