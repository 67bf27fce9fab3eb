import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createResampler, resample } from '../../../main/engine/audio/resample.ts';
import { concatenate } from '../../../main/engine/audio/samples.ts';
import { noise, sweep } from '../../fixtures/audio/signals.ts';

interface Reference {
  readonly rate: number;
  readonly length: number;
  readonly start: number;
  readonly values: readonly number[];
}

const references = JSON.parse(
  readFileSync(new URL('../../fixtures/audio/resample.json', import.meta.url), 'utf8'),
) as Reference[];

function level(values: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    sum += value * value;
    count++;
  }
  return 10 * Math.log10(sum / count);
}

describe('resample', () => {
  it.each(references)('gives what soxr HQ gives, from $rate Hz', ({ rate, length, start, values }) => {
    const result = resample(noise(Math.floor(rate / 5)), rate, 16_000);
    expect(result).toHaveLength(length);
    const difference = values.map((value, index) => value - (result[start + index] ?? NaN));
    expect(level(difference) - level(values)).toBeLessThan(-50);
  });

  it.each([
    [44_100, 16_000],
    [48_000, 16_000],
    [192_000, 16_000],
    [8000, 16_000],
    [47_999, 16_000],
    [16_000, 44_100],
  ])('gives the same from %i to %i Hz however the stream is cut', (from, to) => {
    const input = noise(from / 4);
    const whole = resample(input, from, to);
    const resampler = createResampler(from, to);
    const pieces: Float32Array[] = [];
    let at = 0;
    for (let size = 1; at < input.length; size = (size * 7) % 4999) {
      pieces.push(resampler.push(input.subarray(at, at + size)));
      at += size;
    }
    pieces.push(resampler.end());
    expect(concatenate(pieces)).toEqual(whole);
  });

  it.each([1, 2, 3, 100, 160, 441, 442, 10_000])('gives round(n * to / from) samples for %i', (length) => {
    expect(resample(new Float32Array(length), 44_100, 16_000)).toHaveLength(Math.round((length * 160) / 441));
    expect(resample(new Float32Array(length), 8000, 16_000)).toHaveLength(length * 2);
  });

  it('gives nothing for nothing, and the very samples for equal rates', () => {
    expect(resample(new Float32Array(0), 44_100, 16_000)).toHaveLength(0);
    const samples = noise(100);
    expect(resample(samples, 16_000, 16_000)).toEqual(samples);
  });

  it.each([44_100, 48_000, 47_999, 96_000, 11_025])(
    'keeps a tone in the pass band in place and in size, from %i Hz',
    (rate) => {
      const tone = (at: number): number => 0.5 * Math.sin(2 * Math.PI * 3000 * at);
      const input = Float32Array.from({ length: rate / 2 }, (_, index) => tone(index / rate));
      const result = resample(input, rate, 16_000);
      for (let index = 2000; index < 6000; index++) expect(result[index]).toBeCloseTo(tone(index / 16_000), 5);
    },
  );

  it.each([44_100, 96_000, 47_999])('keeps everything above the new Nyquist frequency out, from %i Hz', (rate) => {
    const input = sweep(rate, rate, 8100, rate / 2 - 100);
    const result = resample(input, rate, 16_000).subarray(1000, 15_000);
    expect(level(result) - level(input)).toBeLessThan(-110);
  });
});
