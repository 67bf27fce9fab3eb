/**
 * The low-pass filter of the resampler: a sinc under a Kaiser window, linear phase. The three numbers are those of
 * libsoxr's "HQ" recipe (what librosa calls `soxr_hq`), fitted to its measured response, which they follow to 0.1 dB
 * where half the amplitude is left and to 3 dB at -83 dB: flat up to 0.913 of the lower rate's Nyquist frequency, more
 * than 125 dB down from 1.0 on.
 */
const CUTOFF = 0.95686;
const KAISER_BETA = 13.63;
const HALF_WIDTH_PERIODS = 101.2;
/** Half the length of such a filter in seconds, times its transition band in Hz. */
const WIDTH_TIMES_TRANSITION = HALF_WIDTH_PERIODS * (1 - CUTOFF);

export interface LowPass {
  /** The frequency where half the amplitude is left, as a share of half the rate at which the filter runs. */
  readonly cutoff: number;
  /** The filter is zero this many samples away from its centre. */
  readonly halfWidth: number;
}

/** The filter for a conversion `from` → `to` (Hz) in one step, running at rate `from`. */
export function sharpLowPass(from: number, to: number): LowPass {
  const lower = Math.min(from, to);
  return { cutoff: (CUTOFF * lower) / from, halfWidth: (HALF_WIDTH_PERIODS * from) / lower };
}

/**
 * The shorter filter for a first step `from` → `2 * to` that only has to keep out what would fold below `to / 2`; the
 * sharp filter of the second step removes the rest.
 */
export function gentleLowPass(from: number, to: number): LowPass {
  return { cutoff: (2 * to) / from, halfWidth: (WIDTH_TIMES_TRANSITION * from) / to };
}

/** The filter's value `t` samples from its centre, for a gain of 1. */
export function lowPassAt(t: number, { cutoff, halfWidth }: LowPass): number {
  const x = t / halfWidth;
  if (x <= -1 || x >= 1) return 0;
  const angle = Math.PI * cutoff * t;
  const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
  return (cutoff * sinc * besselI0(KAISER_BETA * Math.sqrt(1 - x * x))) / besselI0(KAISER_BETA);
}

/** Modified Bessel function of the first kind, order 0, by its power series (Abramowitz and Stegun 9.6.12). */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-16; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}
