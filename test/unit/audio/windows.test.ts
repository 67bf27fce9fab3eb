import { describe, expect, it } from 'vitest';
import { slidingWindows, type AudioWindow } from '../../../main/engine/audio/windows.ts';

const options = { sampleRate: 10, windowSeconds: 3, hopSeconds: 1.5 };

/** A stream whose samples tell their own position, in chunks of `size`. */
function* counting(length: number, size: number): Generator<Float32Array> {
  for (let at = 0; at < length; at += size) {
    yield Float32Array.from({ length: Math.min(size, length - at) }, (_, index) => at + index);
  }
}

async function windowsOf(length: number, size = 7, changed = {}): Promise<AudioWindow[]> {
  const windows: AudioWindow[] = [];
  for await (const window of slidingWindows(counting(length, size), { ...options, ...changed })) windows.push(window);
  return windows;
}

const times = (windows: readonly AudioWindow[]): number[][] => windows.map(({ start, end }) => [start, end]);

describe('slidingWindows', () => {
  it.each([1, 7, 30, 1000])('cuts windows with their own samples and times, whatever the chunks (%i)', async (size) => {
    const windows = await windowsOf(60, size);
    expect(times(windows)).toEqual([
      [0, 3],
      [1.5, 4.5],
      [3, 6],
    ]);
    for (const { start, samples } of windows) {
      expect([...samples]).toEqual(Array.from({ length: 30 }, (_, index) => start * 10 + index));
    }
  });

  it('gives a recording shorter than a window as one short window', async () => {
    expect(times(await windowsOf(4))).toEqual([[0, 0.4]]);
  });

  it('adds a partial window when at least half a hop of it is new', async () => {
    expect(times(await windowsOf(38))).toEqual([
      [0, 3],
      [1.5, 3.8],
    ]);
    expect(times(await windowsOf(37))).toEqual([[0, 3]]);
  });

  it('passes over what lies between windows when the hop is longer', async () => {
    for (const size of [1, 7, 1000]) {
      const windows = await windowsOf(100, size, { windowSeconds: 1, hopSeconds: 4 });
      expect(times(windows)).toEqual([
        [0, 1],
        [4, 5],
        [8, 9],
      ]);
      expect(windows[2]?.samples[0]).toBe(80);
    }
  });

  it('gives nothing for nothing', async () => {
    expect(await windowsOf(0)).toEqual([]);
  });

  it('refuses a hop of no samples', async () => {
    await expect(windowsOf(60, 7, { hopSeconds: 0 })).rejects.toThrow(RangeError);
  });
});
