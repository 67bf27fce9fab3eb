import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { readWaveform } from '../../../main/engine/features/waveform.ts';
import { tone, writeWav } from '../../helpers/wav.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const RATE = 16_000;
const silence = (seconds: number): Float32Array => new Float32Array(seconds * RATE);

describe('the outline of a recording', () => {
  it('says where it is loud, where silent, and what of it the network hears', async () => {
    const file = join(await temporaryFolder(), 'late.wav');
    await writeWav(file, Float32Array.from([...silence(1), ...tone(440, 5), ...silence(2)]));
    const { duration, low, high, heard } = await readWaveform(file, 80, DEFAULT_RECIPE);
    expect(duration).toBe(8);
    expect([low.length, high.length]).toEqual([80, 80]);
    expect(high.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0));
    for (const value of high.slice(10, 60)) expect(value).toBeCloseTo(0.5, 1);
    for (const value of low.slice(10, 60)) expect(value).toBeCloseTo(-0.5, 1);
    expect(heard.start).toBeCloseTo(1, 1);
    expect(heard.end - heard.start).toBeCloseTo(DEFAULT_RECIPE.clipSeconds, 5);
  });

  it('has no more stretches than there is sound, and none of an empty file', async () => {
    const folder = await temporaryFolder();
    await writeWav(join(folder, 'short.wav'), tone(440, 0.02));
    const short = await readWaveform(join(folder, 'short.wav'), 80, DEFAULT_RECIPE);
    expect(short.low).toHaveLength(5);
    await writeWav(join(folder, 'silent.wav'), silence(1));
    const silent = await readWaveform(join(folder, 'silent.wav'), 80, DEFAULT_RECIPE);
    expect(silent).toMatchObject({ duration: 1, heard: { start: 0, end: 0 } });
    expect(Math.max(...silent.high)).toBe(0);
  });
});
