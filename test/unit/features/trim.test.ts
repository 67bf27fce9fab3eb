import { describe, expect, it } from 'vitest';
import { concatenate } from '../../../main/engine/audio/samples.ts';
import { LoudnessTrack } from '../../../main/engine/features/trim.ts';
import { noise } from '../../fixtures/audio/signals.ts';
import { reference } from '../../fixtures/features/reference.ts';

function trackOf(samples: Float32Array, chunk: number): LoudnessTrack {
  const track = new LoudnessTrack();
  for (let at = 0; at < samples.length; at += chunk) track.push(samples.subarray(at, at + chunk));
  return track;
}

describe('LoudnessTrack', () => {
  it.each(reference.trims)('trims as librosa does: $before $length $after $quiet', (trim) => {
    const { before, length, after, quiet } = trim;
    const faint = (count: number, seed: number): Float32Array => noise(count, seed).map((value) => value * quiet);
    const samples = concatenate([faint(before, 5), noise(length), faint(after, 6)]);
    for (const chunk of [1000, 512, 100_000]) {
      const { start, end } = trackOf(samples, chunk).soundRange(60);
      expect([start, end]).toEqual(trim.range);
    }
  });

  it('finds peak and length', () => {
    const track = trackOf(Float32Array.from([0.1, -0.7, 0.3]), 2);
    expect(track.peak).toBeCloseTo(0.7, 6);
    expect(track.length).toBe(3);
  });

  it('finds no sound in digital silence', () => {
    expect(trackOf(new Float32Array(5000), 700).soundRange(60)).toEqual({ start: 0, end: 0 });
    expect(new LoudnessTrack().soundRange(60)).toEqual({ start: 0, end: 0 });
  });
});
