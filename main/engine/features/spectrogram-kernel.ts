import {
  advance,
  FLOAT_BYTES,
  kept,
  loadComplex,
  minus,
  plus,
  times,
  VECTOR_BYTES,
  type Complex,
} from '../audio/fourier-kernel.ts';
import { f32x4, i32, WasmFunction, type Code } from '../common/webassembly.ts';

/**
 * power(data, pairs, end): turns the transform of two samples a complex number into squared magnitudes (or, with
 * `magnitude`, magnitudes) of the transform of real samples, for all bins but the first and the last. A pair is: offsets
 * in `data` of bin k and of bin n - k, addresses of the two results, real and imaginary part of the twiddle factor.
 */
export function powerFunction(magnitude: boolean): WasmFunction {
  const code = new WasmFunction('power');
  const data = code.parameter();
  const pairs = code.parameter();
  const end = code.parameter();
  const [near, far] = [code.local('i32'), code.local('i32')];
  const square = (value: Complex): Code => {
    const { re, im } = kept(code, value);
    const sum = f32x4.add(f32x4.multiply(re, re), f32x4.multiply(im, im));
    return magnitude ? f32x4.squareRoot(sum) : sum;
  };
  code.repeatWhile(() => {
    code.add(near.set(i32.add(data.get, i32.load(pairs.get))));
    code.add(far.set(i32.add(data.get, i32.load(pairs.get, 4))));
    const a = loadComplex(code, near.get);
    const b = loadComplex(code, far.get);
    const even = kept(code, { re: f32x4.add(a.re, b.re), im: f32x4.subtract(a.im, b.im) });
    const odd = kept(code, { re: f32x4.add(a.im, b.im), im: f32x4.subtract(b.re, a.re) });
    const factor = { re: f32x4.loadSplat(pairs.get, 16), im: f32x4.loadSplat(pairs.get, 20) };
    const turned = kept(code, times(odd, kept(code, factor)));
    code.add(f32x4.store(i32.load(pairs.get, 8), square(plus(even, turned))));
    code.add(f32x4.store(i32.load(pairs.get, 12), square(minus(even, turned))));
    advance(code, pairs, 24);
    return i32.lessThan(pairs.get, end.get);
  });
  return code;
}

/**
 * mel(power, filters, end, weights, target): sums the spectrum under each filter. A filter is: offset of its first bin in
 * `power`, and where its weights end.
 */
export function melFunction(): WasmFunction {
  const code = new WasmFunction('mel');
  const power = code.parameter();
  const filters = code.parameter();
  const end = code.parameter();
  const weights = code.parameter();
  const target = code.parameter();
  const bin = code.local('i32');
  const last = code.local('i32');
  const sum = code.local('v128');
  code.repeatWhile(() => {
    code.add(bin.set(i32.add(power.get, i32.load(filters.get))));
    code.add(last.set(i32.load(filters.get, 4)));
    code.add(sum.set(f32x4.zero));
    code.repeatWhile(() => {
      const product = f32x4.multiply(f32x4.load(bin.get), f32x4.loadSplat(weights.get));
      code.add(sum.set(f32x4.add(sum.get, product)));
      advance(code, bin, VECTOR_BYTES);
      advance(code, weights, FLOAT_BYTES);
      return i32.lessThan(weights.get, last.get);
    });
    code.add(f32x4.store(target.get, sum.get));
    advance(code, target, VECTOR_BYTES);
    advance(code, filters, 8);
    return i32.lessThan(filters.get, end.get);
  });
  return code;
}
