/**
 * Slaney's mel scale (Auditory Toolbox, 1998; librosa's default): linear below 1000 Hz with 3 mel a 200 Hz, then
 * logarithmic with 27 steps for a factor of 6.4.
 */
const MEL_PER_HZ = 3 / 200;
const BREAK_HZ = 1000;
const BREAK_MEL = BREAK_HZ * MEL_PER_HZ;
const LOG_STEP = Math.log(6.4) / 27;

export function hzToMel(hz: number): number {
  return hz < BREAK_HZ ? hz * MEL_PER_HZ : BREAK_MEL + Math.log(hz / BREAK_HZ) / LOG_STEP;
}

export function melToHz(mel: number): number {
  return mel < BREAK_MEL ? mel / MEL_PER_HZ : BREAK_HZ * Math.exp((mel - BREAK_MEL) * LOG_STEP);
}

/** One triangular filter: weights for the bins of a Fourier transform from `firstBin` on; all others are zero. */
export interface MelFilter {
  readonly firstBin: number;
  readonly weights: Float32Array;
}

export interface MelFilterOptions {
  readonly sampleRate: number;
  readonly fftSize: number;
  readonly melBands: number;
  readonly minFrequency: number;
  readonly maxFrequency: number;
}

/** The filters of librosa's `filters.mel(htk=False, norm='slaney')`, the lowest band first. */
export function melFilters(options: MelFilterOptions): MelFilter[] {
  const { sampleRate, fftSize, melBands } = options;
  const lowest = hzToMel(options.minFrequency);
  const spacing = (hzToMel(options.maxFrequency) - lowest) / (melBands + 1);
  const edge = (index: number): number => melToHz(lowest + index * spacing);
  const bins = fftSize / 2 + 1;
  return Array.from({ length: melBands }, (_, band) => {
    const [left, centre, right] = [edge(band), edge(band + 1), edge(band + 2)];
    const weightAt = (bin: number): number => {
      const hz = (bin * sampleRate) / fftSize;
      const slope = Math.min((hz - left) / (centre - left), (right - hz) / (right - centre));
      return (Math.max(0, slope) * 2) / (right - left);
    };
    const inside = Array.from({ length: bins }, (_unused, bin) => bin).filter((bin) => weightAt(bin) > 0);
    return { firstBin: inside[0] ?? 0, weights: Float32Array.from(inside, weightAt) };
  });
}
