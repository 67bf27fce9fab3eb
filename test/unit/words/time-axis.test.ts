import { describe, expect, it } from 'vitest';
import { timeAxis } from '../../../renderer/words/time-axis.ts';

const sound = (duration: number, start: number, end: number) => ({
  duration,
  heard: { start, end },
  windows: 1,
  low: [],
  high: [],
});

describe('the outline of a sound', () => {
  it('stands below a spectrogram moment for moment where the clip is no longer than that', () => {
    expect(timeAxis(sound(1.2, 0, 1.2), 3)).toEqual({ start: 0, span: 3 });
    expect(timeAxis(sound(3, 0.4, 3), 3)).toEqual({ start: 0.4, span: 3 });
  });

  it('shows all of a longer recording', () => {
    expect(timeAxis(sound(20, 2, 5), 3)).toEqual({ start: 0, span: 20 });
  });
});
