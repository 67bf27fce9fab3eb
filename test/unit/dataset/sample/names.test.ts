import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IRMAS_INSTRUMENTS, parseIrmasName } from '../../../../main/engine/dataset/irmas.ts';
import { clipPath, planRecordings } from '../../../../main/engine/dataset/sample/names.ts';
import { INSTRUMENTS, makeRecording } from '../../../../main/engine/dataset/sample/recording.ts';
import { containing } from '../../../helpers/containing.ts';

describe('the plan of a sample dataset', () => {
  it('has the eleven classes of IRMAS and an instrument for each', () => {
    expect(Object.keys(INSTRUMENTS)).toEqual([...IRMAS_INSTRUMENTS.keys()]);
  });

  it("has 6,705 clips with IRMAS's own counts, each recording number once", () => {
    const plan = planRecordings('irmas');
    expect(plan.reduce((sum, { clips }) => sum + clips, 0)).toBe(6705);
    expect(new Set(plan.map(({ number }) => number)).size).toBe(plan.length);
    expect(Math.max(...plan.map(({ number }) => number))).toBeLessThanOrEqual(9999);
  });

  it('gives three clips a recording and the rest to the last', () => {
    const clips = planRecordings(7)
      .filter(({ label }) => label === 'vio')
      .map((planned) => planned.clips);
    expect(clips).toEqual([3, 3, 1]);
  });

  it.each([0, -1, 2.5, Number.NaN, 1_000_000])('refuses %s clips per class', (count) => {
    expect(() => planRecordings(count)).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error);
  });

  it('says how many clips the names have room for', () => {
    expect(() => planRecordings(5000)).toThrow('at most 2727 clips per class');
    expect(planRecordings(2727).at(-1)?.number).toBeLessThanOrEqual(9999);
  });
});

describe('the names of the clips', () => {
  const names = planRecordings(30).map((planned) => {
    const { label, index } = planned;
    const recording = makeRecording({ seed: 1, collection: 'dataset', label, index });
    return { planned, recording, path: clipPath(planned, recording, 2, 1) };
  });

  it('are read back as IRMAS names with their class and recording', () => {
    for (const { planned, path } of names) {
      expect(parseIrmasName(posix.basename(path, '.wav'))).toEqual({
        instrument: planned.label,
        recording: String(planned.number).padStart(4, '0'),
      });
      expect(posix.dirname(path)).toBe(planned.label);
      expect(path).toEqual(containing('__2.wav'));
    }
  });

  it('are of both families, and a drum tag is true where there is one', () => {
    expect(names.some(({ path }) => /\/\d{3}__\[/.test(path))).toBe(true);
    expect(names.some(({ path }) => /\/\[\w{3}\]\[\w{3}(_\w{3})?\]\d{4}__/.test(path))).toBe(true);
    for (const { path, recording } of names) {
      if (path.includes('[dru]')) expect(recording.drums).toBe(true);
      if (path.includes('[nod]')) expect(recording.drums).toBe(false);
    }
  });
});
