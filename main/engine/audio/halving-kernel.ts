import {
  advance,
  FLOAT_BYTES,
  kept,
  loadComplex,
  minus,
  plus,
  storeComplex,
  times,
  transposed,
  VECTOR_BYTES,
  type Complex,
} from './fourier-kernel.ts';
import { f32x4, i32, WasmFunction, type Code } from '../common/webassembly.ts';

/** Bytes of a row of the table that `filterFunction` reads: six offsets and eight numbers. */
export const FILTER_ROW_BYTES = 56;

/** The bin k of real samples, from the bins k and n - k of the transform of two samples a complex number. */
function realBin(code: WasmFunction, a: Complex, b: Complex, factor: Complex): Complex {
  const even = kept(code, { re: f32x4.add(a.re, b.re), im: f32x4.subtract(a.im, b.im) });
  const odd = kept(code, { re: f32x4.add(a.im, b.im), im: f32x4.subtract(b.re, a.re) });
  return kept(code, plus(even, kept(code, times(odd, factor))));
}

/**
 * filter(source, table, end, target): takes bins k and m - k of the real samples from a transform, multiplies them by the
 * filter, and makes of them bins k and m - k for the inverse transform to half as many real samples, two a complex
 * number. Real and imaginary parts are swapped, so that a forward transform gives the inverse one, swapped.
 */
export function filterFunction(): WasmFunction {
  const code = new WasmFunction('filter');
  const source = code.parameter();
  const table = code.parameter();
  const end = code.parameter();
  const target = code.parameter();
  const place = (column: number): Complex =>
    loadComplex(code, i32.add(source.get, i32.load(table.get, column * FLOAT_BYTES)));
  const number = (column: number): Code => code.vector(f32x4.loadSplat(table.get, column * FLOAT_BYTES)).get;
  const factor = (column: number): Complex => ({ re: number(column), im: number(column + 1) });
  const scaled = (value: Complex, gain: Code): Complex =>
    kept(code, { re: f32x4.multiply(value.re, gain), im: f32x4.multiply(value.im, gain) });
  const store = (column: number, { re, im }: Complex): void => {
    storeComplex(code, i32.add(target.get, i32.load(table.get, column * FLOAT_BYTES)), { re: im, im: re });
  };
  code.repeatWhile(() => {
    const low = scaled(realBin(code, place(0), place(1), factor(6)), number(8));
    const high = scaled(realBin(code, place(2), place(3), factor(9)), number(11));
    const mirrored = kept(code, { re: high.re, im: f32x4.subtract(f32x4.zero, high.im) });
    const even = kept(code, plus(low, mirrored));
    const odd = kept(code, times(kept(code, minus(low, mirrored)), factor(12)));
    store(4, { re: f32x4.subtract(even.re, odd.im), im: f32x4.add(even.im, odd.re) });
    store(5, { re: f32x4.add(even.re, odd.im), im: f32x4.subtract(odd.re, even.im) });
    advance(code, table, FILTER_ROW_BYTES);
    return i32.lessThan(table.get, end.get);
  });
  return code;
}

/**
 * unpack(source, table, end, target): picks the samples out of the swapped inverse transform, by a table of where each
 * complex number lies, two at a time, and lays those of each of the four signals down `stride` bytes apart.
 */
export function unpackFunction(stride: number): WasmFunction {
  const code = new WasmFunction('unpack');
  const source = code.parameter();
  const table = code.parameter();
  const end = code.parameter();
  const target = code.parameter();
  const address = code.local('i32');
  code.repeatWhile(() => {
    const samples = [0, FLOAT_BYTES].map((column): Complex => {
      code.add(address.set(i32.add(source.get, i32.load(table.get, column))));
      return loadComplex(code, address.get);
    });
    const [first, second] = samples;
    if (first === undefined || second === undefined) throw new RangeError('two complex numbers');
    transposed(code, [first.im, first.re, second.im, second.re]).forEach((signal, lane) => {
      code.add(f32x4.store(target.get, signal, lane * stride));
    });
    advance(code, table, 2 * FLOAT_BYTES);
    advance(code, target, VECTOR_BYTES);
    return i32.lessThan(table.get, end.get);
  });
  return code;
}

/** The first bin, which is real in samples and in their transform: `gain` times the sum of all samples. */
export function firstBin(source: Float32Array, target: Float32Array, gain: number): void {
  const lanes = VECTOR_BYTES / FLOAT_BYTES;
  for (let lane = 0; lane < lanes; lane++) {
    const value = 2 * gain * ((source[lane] ?? 0) + (source[lanes + lane] ?? 0));
    target[lane] = value;
    target[lanes + lane] = value;
  }
}
