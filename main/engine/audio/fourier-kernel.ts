import { f32x4, i32, WasmFunction, type Code } from '../common/webassembly.ts';

/**
 * The Fourier transform for WebAssembly. Each of the four numbers of a vector belongs to another signal, so that four
 * are transformed at once by an ordinary scalar algorithm. A complex number is two vectors: 32 bytes.
 */
export const COMPLEX_BYTES = 32;
export const VECTOR_BYTES = 16;
export const FLOAT_BYTES = 4;
/** Signals transformed at once. */
export const LANES = 4;

export function advance(code: WasmFunction, pointer: { get: Code; set(value: Code): Code }, bytes: number): void {
  code.add(pointer.set(i32.add(pointer.get, i32.value(bytes))));
}

/** Four vectors as the columns of four others: what was lane n of each becomes vector n. */
export function transposed(code: WasmFunction, [a, b, c, d]: readonly [Code, Code, Code, Code]): Code[] {
  return (
    [
      [0, 4, 1, 5],
      [2, 6, 3, 7],
    ] as const
  ).flatMap((lanes) => {
    const first = code.vector(f32x4.shuffle(a, b, lanes)).get;
    const second = code.vector(f32x4.shuffle(c, d, lanes)).get;
    return [f32x4.shuffle(first, second, [0, 1, 4, 5]), f32x4.shuffle(first, second, [2, 3, 6, 7])];
  });
}

/**
 * window(samples, end, window, target): multiplies four stretches of a signal, `hop` samples apart, by the window (which
 * ends at `end`) and lays each two samples down as one complex number.
 */
export function windowFunction(hop: number): WasmFunction {
  const code = new WasmFunction('window');
  const samples = code.parameter();
  const end = code.parameter();
  const window = code.parameter();
  const target = code.parameter();
  code.repeatWhile(() => {
    const stretch = (index: number): Code => code.vector(f32x4.load(samples.get, index * hop * FLOAT_BYTES)).get;
    transposed(code, [stretch(0), stretch(1), stretch(2), stretch(3)]).forEach((column, sample) => {
      const weight = f32x4.loadSplat(window.get, sample * FLOAT_BYTES);
      code.add(f32x4.store(target.get, f32x4.multiply(column, weight), sample * VECTOR_BYTES));
    });
    advance(code, samples, 4 * FLOAT_BYTES);
    advance(code, window, 4 * FLOAT_BYTES);
    advance(code, target, 4 * VECTOR_BYTES);
    return i32.lessThan(window.get, end.get);
  });
  return code;
}

/** Real and imaginary part, each a vector. */
export interface Complex {
  readonly re: Code;
  readonly im: Code;
}

export const plus = (a: Complex, b: Complex): Complex => ({ re: f32x4.add(a.re, b.re), im: f32x4.add(a.im, b.im) });
export const minus = (a: Complex, b: Complex): Complex => ({
  re: f32x4.subtract(a.re, b.re),
  im: f32x4.subtract(a.im, b.im),
});
/** a - i b */
const minusTurned = (a: Complex, b: Complex): Complex => ({
  re: f32x4.add(a.re, b.im),
  im: f32x4.subtract(a.im, b.re),
});
/** a + i b */
const plusTurned = (a: Complex, b: Complex): Complex => ({
  re: f32x4.subtract(a.re, b.im),
  im: f32x4.add(a.im, b.re),
});
export const times = (a: Complex, b: Complex): Complex => ({
  re: f32x4.subtract(f32x4.multiply(a.re, b.re), f32x4.multiply(a.im, b.im)),
  im: f32x4.add(f32x4.multiply(a.re, b.im), f32x4.multiply(a.im, b.re)),
});

export function loadComplex(code: WasmFunction, address: Code): Complex {
  return { re: code.vector(f32x4.load(address)).get, im: code.vector(f32x4.load(address, VECTOR_BYTES)).get };
}

export function kept(code: WasmFunction, value: Complex): Complex {
  return { re: code.vector(value.re).get, im: code.vector(value.im).get };
}

export function storeComplex(code: WasmFunction, address: Code, value: Complex): void {
  code.add(f32x4.store(address, value.re), f32x4.store(address, value.im, VECTOR_BYTES));
}

/**
 * radix4(data, length, quarter, end, twiddles): one pass of a decimation-in-frequency Fourier transform, in place, over
 * all blocks of 4 * `quarter` bytes in `length` bytes; `end` is where the twiddle factors of this pass end (three a
 * butterfly). Results come out in digit-reversed order.
 */
export function radix4Function(): WasmFunction {
  const code = new WasmFunction('radix4');
  const data = code.parameter();
  const length = code.parameter();
  const quarter = code.parameter();
  const end = code.parameter();
  const twiddles = code.parameter();
  const first = code.local('i32');
  const limit = code.local('i32');
  const [second, third, fourth] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const factors = Array.from({ length: 3 }, () => ({ re: code.local('v128'), im: code.local('v128') }));
  code.add(limit.set(i32.add(data.get, length.get)));
  code.repeatWhile(() => {
    factors.forEach(({ re, im }, index) => {
      code.add(re.set(f32x4.loadSplat(twiddles.get, 2 * index * FLOAT_BYTES)));
      code.add(im.set(f32x4.loadSplat(twiddles.get, (2 * index + 1) * FLOAT_BYTES)));
    });
    const [w1, w2, w3] = factors.map(({ re, im }) => ({ re: re.get, im: im.get }));
    if (w1 === undefined || w2 === undefined || w3 === undefined) throw new RangeError('three factors');
    code.add(first.set(data.get));
    code.repeatWhile(() => {
      code.add(second.set(i32.add(first.get, quarter.get)));
      code.add(third.set(i32.add(second.get, quarter.get)));
      code.add(fourth.set(i32.add(third.get, quarter.get)));
      const a = loadComplex(code, first.get);
      const b = loadComplex(code, second.get);
      const c = loadComplex(code, third.get);
      const d = loadComplex(code, fourth.get);
      const evenSum = kept(code, plus(a, c));
      const evenDifference = kept(code, minus(a, c));
      const oddSum = kept(code, plus(b, d));
      const oddDifference = kept(code, minus(b, d));
      storeComplex(code, first.get, plus(evenSum, oddSum));
      storeComplex(code, second.get, times(kept(code, minusTurned(evenDifference, oddDifference)), w1));
      storeComplex(code, third.get, times(kept(code, minus(evenSum, oddSum)), w2));
      storeComplex(code, fourth.get, times(kept(code, plusTurned(evenDifference, oddDifference)), w3));
      code.add(first.set(i32.add(fourth.get, quarter.get)));
      return i32.lessThan(first.get, limit.get);
    });
    advance(code, data, COMPLEX_BYTES);
    advance(code, twiddles, 6 * FLOAT_BYTES);
    return i32.lessThan(twiddles.get, end.get);
  });
  return code;
}

/** radix2(data, end): the last pass where the length is no power of four. */
export function radix2Function(): WasmFunction {
  const code = new WasmFunction('radix2');
  const data = code.parameter();
  const end = code.parameter();
  code.repeatWhile(() => {
    const second = i32.add(data.get, i32.value(COMPLEX_BYTES));
    const a = loadComplex(code, data.get);
    const b = loadComplex(code, second);
    storeComplex(code, data.get, plus(a, b));
    storeComplex(code, second, minus(a, b));
    advance(code, data, 2 * COMPLEX_BYTES);
    return i32.lessThan(data.get, end.get);
  });
  return code;
}
