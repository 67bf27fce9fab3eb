import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../../main/engine/common/hash.ts';
import { IRMAS_INSTRUMENTS } from '../../../../main/engine/dataset/irmas.ts';
import { applyFilters, bandPass } from '../../../../main/engine/dataset/sample/filters.ts';
import { makeRecording } from '../../../../main/engine/dataset/sample/recording.ts';
import { rootMeanSquare, SAMPLE_RATE, type Signal } from '../../../../main/engine/dataset/sample/signal.ts';
import { encodeWav } from '../../../../main/engine/dataset/sample/wav.ts';

const LABELS = [...IRMAS_INSTRUMENTS.keys()];

function clip(label: string, index: number, number: number, seed = 1): Signal {
  return makeRecording({ seed, collection: 'dataset', label, index }).renderClip(number, 3);
}

/** Level in decibels in each of twelve bands: what a room, a microphone and an instrument leave in the sound. */
function colour(signal: Signal): number[] {
  return Array.from({ length: 12 }, (_, band) => {
    const filtered = signal.slice();
    applyFilters(filtered, [bandPass(100 * 1.5 ** band, 2.5), bandPass(100 * 1.5 ** band, 2.5)]);
    return 20 * Math.log10(rootMeanSquare(filtered) / rootMeanSquare(signal) + 1e-9);
  });
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('a synthetic recording', () => {
  // The hash is stored, not computed here: another machine, Node version or processor must give the same bytes, or a
  // score reported for the sample dataset could not be repeated. It changes only together with GENERATOR_VERSION.
  it('is the same bytes on every machine', () => {
    const bytes = LABELS.flatMap((label) => [0, 1].map((index) => encodeWav(clip(label, index, 1))));
    expect(sha256(Buffer.concat(bytes))).toBe('8ae2b736e493abf97ae0c9b597fe389dfa250580b89b805173c31724ee913cf0');
  });

  it.each(LABELS)('of %s is three seconds of sound that neither clips nor is silent', (label) => {
    for (let index = 0; index < 6; index++) {
      const signal = clip(label, index, 1);
      expect(signal.length).toBe(3 * SAMPLE_RATE);
      expect(signal.every(Number.isFinite)).toBe(true);
      const peak = signal.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(peak).toBeLessThan(0.95);
      expect(peak).toBeGreaterThan(0.08);
      expect(rootMeanSquare(signal)).toBeGreaterThan(peak / 60);
    }
  });

  it('has clips that differ, and other sound for another index, seed or collection', () => {
    const first = clip('vio', 0, 1);
    const others = [
      clip('vio', 0, 2),
      clip('vio', 1, 1),
      clip('vio', 0, 1, 2),
      makeRecording({ seed: 1, collection: 'held back', label: 'vio', index: 0 }).renderClip(1, 3),
    ];
    for (const other of others) expect(other).not.toEqual(first);
    expect(clip('vio', 0, 1)).toEqual(first);
  });

  it('marks its clips: two of one recording are more alike than two of different recordings of the class', () => {
    const within: number[] = [];
    const between: number[] = [];
    for (const label of LABELS) {
      const colours = [0, 1, 2].map((index) => [1, 2].map((number) => colour(clip(label, index, number))));
      for (const [index, [one = [], two = []]] of colours.entries()) {
        within.push(distance(one, two));
        between.push(distance(one, colours[(index + 1) % 3]?.[1] ?? []));
      }
    }
    expect(mean(within)).toBeLessThan(0.6 * mean(between));
  });

  it('refuses an unknown instrument', () => {
    expect(() => clip('xyz', 0, 1)).toThrow(RangeError);
  });
});
