import { Layout, placeOfBin, planTransform, transformFunctions } from '../audio/fourier.ts';
import { COMPLEX_BYTES, LANES, windowFunction } from '../audio/fourier-kernel.ts';
import { instantiate } from '../common/webassembly.ts';
import { melFilters, type MelFilter } from './mel-filters.ts';
import { clipLength, frameCount, recipeHash, type Recipe } from './recipe.ts';
import { melFunction, powerFunction } from './spectrogram-kernel.ts';

/** Loudness of a clip: `height` mel bands (row 0 is the lowest) by `width` frames, in dB from -topDb to 0. */
export interface MelImage {
  readonly height: number;
  readonly width: number;
  /** Row by row. */
  readonly decibels: Float32Array;
}

/** Below this power (full scale = 1) nothing is told apart: librosa's `amin`. */
const MIN_POWER = 1e-10;
const KEPT_PLANS = 2;
const plans = new Map<string, SpectrogramPlan>();

/**
 * The mel spectrogram of a clip as librosa's `power_to_db(melspectrogram(y), ref=np.max, top_db=topDb)`: frames centred
 * with zeros beyond the ends, periodic Hann window, Slaney's mel scale and normalisation.
 * @param samples the clip at the recipe's rate; at most `clipLength(recipe)`, zeros follow
 * @param gain multiplies every sample
 */
export function melSpectrogram(samples: Float32Array, recipe: Recipe, gain = 1): MelImage {
  const mel = planFor(recipe).transform(samples, gain);
  const height = recipe.melBands;
  const width = frameCount(recipe);
  const factor = (10 * 2) / recipe.power / Math.LN10;
  const least = recipe.power === 2 ? MIN_POWER : Math.sqrt(MIN_POWER);
  const decibels = new Float32Array(height * width);
  let loudest = least;
  let at = 0;
  for (let first = 0; first < width; first += LANES) {
    const lanes = Math.min(LANES, width - first);
    for (let band = 0; band < height; band++, at += LANES) {
      for (let lane = 0; lane < lanes; lane++) {
        const value = mel[at + lane] ?? 0;
        if (value > loudest) loudest = value;
        decibels[band * width + first + lane] = factor * Math.log(value > least ? value : least);
      }
    }
  }
  const reference = factor * Math.log(loudest);
  for (let index = 0; index < decibels.length; index++) {
    const level = (decibels[index] ?? 0) - reference;
    decibels[index] = level > -recipe.topDb ? level : -recipe.topDb;
  }
  return { height, width, decibels };
}

interface SpectrogramPlan {
  /**
   * The mel bands of all frames: for each four frames, for each band, the four values. The last group may go beyond the
   * end of the clip. The result is only valid until the next call.
   */
  transform(samples: Float32Array, gain: number): Float32Array;
}

function planFor(recipe: Recipe): SpectrogramPlan {
  const key = recipeHash(recipe);
  const known = plans.get(key);
  if (known !== undefined) return known;
  const plan = createPlan(recipe);
  const oldest = plans.keys().next();
  if (plans.size >= KEPT_PLANS && oldest.done !== true) plans.delete(oldest.value);
  plans.set(key, plan);
  return plan;
}

function createPlan(recipe: Recipe): SpectrogramPlan {
  const { fftSize, hopLength, melBands } = recipe;
  const points = fftSize / 2;
  const groups = Math.ceil(frameCount(recipe) / LANES);
  const filters = melFilters(recipe);
  const sampleCount = (groups * LANES - 1) * hopLength + fftSize;

  const layout = new Layout();
  const transform = planTransform(points, layout);
  const at = {
    data: layout.reserve(points * COMPLEX_BYTES),
    power: layout.reserve((points + 1) * 16),
    window: layout.reserve(fftSize * 4),
    pairs: layout.reserve((points / 2) * 24),
    filters: layout.reserve(melBands * 8),
    weights: layout.reserve(filters.reduce((count, filter) => count + Math.max(1, filter.weights.length), 0) * 4),
    samples: layout.reserve(sampleCount * 4),
    mel: layout.reserve(groups * melBands * 16),
  };
  const functions = [windowFunction(hopLength), powerFunction(recipe.power === 1), melFunction()];
  const kernel = instantiate([...functions, ...transformFunctions()], layout.bytes);
  const { memory } = kernel;
  new Float32Array(memory, at.window, fftSize).set(hannWindow(recipe.windowLength, fftSize));
  const pairsEnd = writePairs(memory, at, points);
  const filtersEnd = writeFilters(memory, at, filters);
  const toSpectrum = transform.prepare(kernel);

  const samplesArea = new Float32Array(memory, at.samples, sampleCount);
  const power = new Float32Array(memory, at.power, (points + 1) * LANES);
  const data = new Float32Array(memory, at.data, 2 * LANES);
  const mel = new Float32Array(memory, at.mel, groups * melBands * LANES);
  const call = { window: kernel.call('window'), power: kernel.call('power'), mel: kernel.call('mel') };
  const limit = clipLength(recipe);

  return {
    transform(samples, gain) {
      const length = Math.min(samples.length, limit);
      const offset = fftSize / 2;
      for (let index = 0; index < length; index++) samplesArea[offset + index] = (samples[index] ?? 0) * gain;
      samplesArea.fill(0, offset + length);
      for (let group = 0; group < groups; group++) {
        const start = at.samples + group * LANES * hopLength * 4;
        call.window(start, at.window + fftSize * 4, at.window, at.data);
        toSpectrum(at.data);
        edgeBins(data, power, recipe.power, points);
        call.power(at.data, at.pairs, pairsEnd);
        call.mel(at.power, at.filters, filtersEnd, at.weights, at.mel + group * melBands * 16);
      }
      return mel;
    },
  };
}

/** Periodic Hann window, centred in the transform; halved, which the separation of even and odd samples makes good. */
function hannWindow(length: number, fftSize: number): Float32Array {
  const window = new Float32Array(fftSize);
  const start = Math.floor((fftSize - length) / 2);
  for (let n = 0; n < length; n++) window[start + n] = (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length)) / 2;
  return window;
}

function writePairs(memory: ArrayBuffer, at: { pairs: number; power: number }, points: number): number {
  const view = new DataView(memory, at.pairs);
  for (let bin = 1; bin <= points / 2; bin++) {
    const row = (bin - 1) * 24;
    const angle = (-Math.PI * bin) / points;
    view.setInt32(row, placeOfBin(bin, points) * COMPLEX_BYTES, true);
    view.setInt32(row + 4, placeOfBin(points - bin, points) * COMPLEX_BYTES, true);
    view.setInt32(row + 8, at.power + bin * 16, true);
    view.setInt32(row + 12, at.power + (points - bin) * 16, true);
    view.setFloat32(row + 16, Math.cos(angle), true);
    view.setFloat32(row + 20, Math.sin(angle), true);
  }
  return at.pairs + (points / 2) * 24;
}

/** A filter so narrow that no bin lies under it keeps one weight of zero, as librosa's row of zeros. */
function writeFilters(
  memory: ArrayBuffer,
  at: { filters: number; weights: number },
  filters: readonly MelFilter[],
): number {
  const view = new DataView(memory);
  let weight = at.weights;
  filters.forEach(({ firstBin, weights }, band) => {
    const values = weights.length === 0 ? [0] : weights;
    for (const value of values) {
      view.setFloat32(weight, value, true);
      weight += 4;
    }
    view.setInt32(at.filters + band * 8, firstBin * 16, true);
    view.setInt32(at.filters + band * 8 + 4, weight, true);
  });
  return at.filters + filters.length * 8;
}

/** Bins 0 and fftSize / 2 are real: sum and difference of the even and the odd samples' first bins. */
function edgeBins(data: Float32Array, power: Float32Array, exponent: 1 | 2, points: number): void {
  for (let lane = 0; lane < LANES; lane++) {
    const even = 2 * (data[lane] ?? 0);
    const odd = 2 * (data[LANES + lane] ?? 0);
    power[lane] = Math.abs(even + odd) ** exponent;
    power[points * LANES + lane] = Math.abs(even - odd) ** exponent;
  }
}
