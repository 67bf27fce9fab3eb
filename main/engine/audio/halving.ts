import { COMPLEX_BYTES, FLOAT_BYTES, LANES, windowFunction } from './fourier-kernel.ts';
import { Layout, placeOfBin, planTransform, transformFunctions } from './fourier.ts';
import { FILTER_ROW_BYTES, filterFunction, firstBin, unpackFunction } from './halving-kernel.ts';
import { lowPassAt, sharpLowPass } from './resample-filter.ts';
import { instantiate } from '../common/webassembly.ts';

/** Samples of one Fourier transform. */
const SIZE = 2048;
/** Complex numbers of the forward and of the inverse transform: two real samples in each. */
const POINTS = SIZE / 2;
const HALF_POINTS = POINTS / 2;
/** Samples at either end of a transform into which its other end is folded by the filter; even. */
const MARGIN = 204;
/** Input samples from one transform to the next, and outputs of each; pairs of pairs of outputs. */
const HOP = SIZE - 2 * MARGIN;
const OUTPUTS = HOP / 2;

/** Inputs that one `run` takes, the first of them this many before the input of the first output; and what it gives. */
export const HALVING_INPUTS = (LANES - 1) * HOP + SIZE;
export const HALVING_OUTPUTS = LANES * OUTPUTS;
export const HALVING_REACH = MARGIN;

/** Halves the sample rate with the sharp filter, by overlap-save with Fourier transforms: four blocks at once. */
export interface Halving {
  /** @param input `HALVING_INPUTS` samples. The result is only valid until the next call. */
  run(input: Float32Array): Float32Array;
}

export function planHalving(): Halving {
  const layout = new Layout();
  const at = {
    samples: layout.reserve(HALVING_INPUTS * FLOAT_BYTES),
    window: layout.reserve(SIZE * FLOAT_BYTES),
    data: layout.reserve(POINTS * COMPLEX_BYTES),
    halved: layout.reserve(HALF_POINTS * COMPLEX_BYTES),
    filter: layout.reserve((HALF_POINTS / 2) * FILTER_ROW_BYTES),
    places: layout.reserve((OUTPUTS / 2) * FLOAT_BYTES),
    output: layout.reserve(HALVING_OUTPUTS * FLOAT_BYTES),
  };
  const forward = planTransform(POINTS, layout);
  const backward = planTransform(HALF_POINTS, layout);
  const functions = [windowFunction(HOP), filterFunction(), unpackFunction(OUTPUTS * FLOAT_BYTES)];
  const kernel = instantiate([...functions, ...transformFunctions()], layout.bytes);
  const { memory } = kernel;
  // The separation of even and odd samples doubles everything.
  new Float32Array(memory, at.window, SIZE).fill(0.5);
  const gains = filterGains();
  writeFilter(memory, at.filter, gains);
  const places = new Int32Array(memory, at.places, OUTPUTS / 2);
  places.forEach((_, index) => {
    places[index] = placeOfBin(MARGIN / 4 + index, HALF_POINTS) * COMPLEX_BYTES;
  });

  const toSpectrum = forward.prepare(kernel);
  const toSamples = backward.prepare(kernel);
  const window = kernel.call('window');
  const filter = kernel.call('filter');
  const unpack = kernel.call('unpack');
  const samples = new Float32Array(memory, at.samples, HALVING_INPUTS);
  const data = new Float32Array(memory, at.data, 2 * LANES);
  const halved = new Float32Array(memory, at.halved, 2 * LANES);
  const output = new Float32Array(memory, at.output, HALVING_OUTPUTS);
  return {
    run(input) {
      samples.set(input);
      window(at.samples, at.window + SIZE * FLOAT_BYTES, at.window, at.data);
      toSpectrum(at.data);
      firstBin(data, halved, gains[0] ?? 0);
      filter(at.data, at.filter, at.filter + (HALF_POINTS / 2) * FILTER_ROW_BYTES, at.halved);
      toSamples(at.halved);
      unpack(at.halved, at.places, at.places + (OUTPUTS / 2) * FLOAT_BYTES, at.output);
      return output;
    },
  };
}

/**
 * What the sharp filter leaves of bins 0 to a quarter of the transform; above that, so far as halving would fold it, it
 * leaves nothing. The filter lies about sample 0, so its transform is real. The factors of the two transforms are in it.
 */
function filterGains(): Float64Array {
  const sharp = sharpLowPass(2, 1);
  const cosines = Float64Array.from({ length: SIZE }, (_, index) => Math.cos((2 * Math.PI * index) / SIZE));
  const taps = Float64Array.from({ length: MARGIN }, (_, t) => (t === 0 ? 1 : 2) * lowPassAt(t, sharp));
  return Float64Array.from({ length: HALF_POINTS }, (_, bin) => {
    const gain = taps.reduce((sum, tap, t) => sum + tap * (cosines[(bin * t) % SIZE] ?? 0), 0);
    return gain / (4 * HALF_POINTS);
  });
}

function writeFilter(memory: ArrayBuffer, address: number, gains: Float64Array): void {
  const view = new DataView(memory);
  for (let bin = 1; bin <= HALF_POINTS / 2; bin++) {
    const mirror = HALF_POINTS - bin;
    const row = address + (bin - 1) * FILTER_ROW_BYTES;
    const offsets = [
      ...[bin, POINTS - bin, mirror, POINTS - mirror].map((one) => placeOfBin(one, POINTS)),
      ...[bin, mirror],
    ];
    offsets.forEach((place, column) => {
      view.setInt32(row + column * FLOAT_BYTES, place * COMPLEX_BYTES, true);
    });
    const turn = (index: number, size: number): number[] => {
      const angle = (2 * Math.PI * index) / size;
      return [Math.cos(angle), Math.sin(angle)];
    };
    const numbers = [
      ...[...turn(-bin, SIZE), gains[bin] ?? 0],
      ...[...turn(-mirror, SIZE), gains[mirror] ?? 0],
      ...turn(bin, POINTS),
    ];
    numbers.forEach((value, column) => {
      view.setFloat32(row + (6 + column) * FLOAT_BYTES, value, true);
    });
  }
}
