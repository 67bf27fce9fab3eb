import { decodeMono, type DecodeOptions } from '../audio/decode.ts';
import { windowCount } from './clip-windows.ts';
import { clipLength, type Recipe } from './recipe.ts';
import { LoudnessTrack } from './trim.ts';

/** The outline of a whole recording, and which part of it the network is shown first. */
export interface Waveform {
  /** Seconds. */
  readonly duration: number;
  /** The smallest and the largest sample of each of equally long stretches; full scale = 1. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Seconds from the beginning: what is left after silence was trimmed and the rest cut off. Its picture is of this. */
  readonly heard: { readonly start: number; readonly end: number };
  /** In how many windows a clip of this length is heard; 1 for what the picture shows. */
  readonly windows: number;
}

/** Samples that are held as one pair while the length is not known yet. */
const PIECE = 64;

/**
 * Reads a recording as the recipe does and draws its outline.
 * @param points stretches to divide it into; fewer where it has fewer samples than that
 * @throws EngineError, AbortError as `decodeMono`
 */
export async function readWaveform(
  path: string,
  points: number,
  recipe: Recipe,
  options: DecodeOptions = {},
): Promise<Waveform> {
  const { sampleRate } = recipe;
  const track = new LoudnessTrack();
  const lows: number[] = [];
  const highs: number[] = [];
  for await (const chunk of decodeMono(path, sampleRate, options)) {
    for (const [index, sample] of chunk.entries()) {
      const piece = Math.floor((track.length + index) / PIECE);
      if (piece === lows.length) {
        lows.push(sample);
        highs.push(sample);
      } else {
        if (sample < (lows[piece] ?? 0)) lows[piece] = sample;
        if (sample > (highs[piece] ?? 0)) highs[piece] = sample;
      }
    }
    track.push(chunk);
  }
  const { start, end } = track.soundRange(recipe.trimDb);
  const stretches = Math.min(points, lows.length);
  return {
    duration: track.length / sampleRate,
    low: extremes(lows, stretches, Math.min),
    high: extremes(highs, stretches, Math.max),
    heard: { start: start / sampleRate, end: Math.min(end, start + clipLength(recipe)) / sampleRate },
    windows: windowCount(track.length / sampleRate, recipe),
  };
}

function extremes(values: readonly number[], stretches: number, choose: (a: number, b: number) => number): number[] {
  return Array.from({ length: stretches }, (_, stretch) => {
    const from = Math.floor((stretch * values.length) / stretches);
    const to = Math.floor(((stretch + 1) * values.length) / stretches);
    const extreme = values.slice(from, to).reduce((a, b) => choose(a, b));
    return Math.round(extreme * 1e4) / 1e4;
  });
}
