import { lowPassAt, type LowPass } from './resample-filter.ts';
import { f32, f32x4, i32, instantiate, WasmFunction, type Code } from '../common/webassembly.ts';

/** Conversions with more phases than this interpolate between the tabulated ones: error below -140 dB. */
const MAX_EXACT_PHASES = 4096;
/** Samples handed to the inner loop at a time. */
const BLOCK = 8192;
/** The inner loop takes this many taps at a time; filters are filled up with zeros. */
const TAPS_A_STEP = 16;
const FLOAT_BYTES = 4;

/**
 * One step of a conversion by `up / down`: output n lies at input position n * down / up, and is the input around it
 * weighted by the filter. The weights for each of the `up` phases are tabulated in the order in which they come.
 */
export interface PolyphasePlan {
  readonly up: number;
  readonly down: number;
  /** Taps on each side of an output's position. */
  readonly reach: number;
  /** The longest input and output of one `run`. */
  readonly inputCapacity: number;
  readonly outputCapacity: number;
  /**
   * Computes `count` outputs from number `first` on. The first sample of `input` is the one with number `start`; all
   * samples within `reach` of each output must be there. The result is only valid until the next call.
   */
  run(input: readonly Float32Array[], start: number, first: number, count: number): Float32Array;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Where output `n` lies: the input sample at or before it, and how far behind that one, in units of 1 / up. */
function place(n: number, up: number, down: number): { whole: number; phase: number } {
  const position = n * down;
  const whole = Math.floor(position / up);
  return { whole, phase: position - whole * up };
}

export function polyphasePlan(upFactor: number, downFactor: number, filter: LowPass): PolyphasePlan {
  const divisor = greatestCommonDivisor(upFactor, downFactor);
  const up = upFactor / divisor;
  const down = downFactor / divisor;
  const reach = Math.ceil(filter.halfWidth);
  const taps = Math.ceil((2 * reach) / TAPS_A_STEP) * TAPS_A_STEP;
  const exact = up <= MAX_EXACT_PHASES;
  const rows = exact ? up : MAX_EXACT_PHASES + 1;
  const inputCapacity = BLOCK + 2 * taps;
  const outputCapacity = Math.ceil((inputCapacity * up) / down) + 1;

  const inputAt = rows * taps * FLOAT_BYTES;
  const outputAt = inputAt + (inputCapacity + TAPS_A_STEP) * FLOAT_BYTES;
  const kernel = instantiate([dotFunction(taps), convertFunction(taps)], outputAt + outputCapacity * FLOAT_BYTES);
  const dot = kernel.call('dot');
  const convert = kernel.call('convert');
  const table = new Float32Array(kernel.memory, 0, rows * taps);
  const inputArea = new Float32Array(kernel.memory, inputAt, inputCapacity);
  const outputArea = new Float32Array(kernel.memory, outputAt, outputCapacity);

  for (let row = 0; row < rows; row++) {
    const phase = exact ? place(row, up, down).phase / up : row / MAX_EXACT_PHASES;
    for (let tap = 0; tap < 2 * reach; tap++) table[row * taps + tap] = lowPassAt(tap - reach + 1 - phase, filter);
  }

  const runExact = (base: number, first: number, count: number): void => {
    const { whole, phase } = place(first, up, down);
    const row = ((first % up) + up) % up;
    const step = Math.floor(down / up);
    const address = inputAt + (whole - base) * FLOAT_BYTES;
    convert(outputAt, outputAt + count * FLOAT_BYTES, address, row, up, phase, step * FLOAT_BYTES, down % up);
  };

  const runInterpolated = (base: number, first: number, count: number): void => {
    for (let n = 0; n < count; n++) {
      const { whole, phase } = place(first + n, up, down);
      const row = (phase / up) * MAX_EXACT_PHASES;
      const lower = Math.floor(row);
      const share = row - lower;
      const address = inputAt + (whole - base) * FLOAT_BYTES;
      const before = dot(address, lower * taps * FLOAT_BYTES);
      const after = dot(address, (lower + 1) * taps * FLOAT_BYTES);
      outputArea[n] = before + share * (after - before);
    }
  };

  return {
    up,
    down,
    reach,
    inputCapacity,
    outputCapacity,
    run(input, start, first, count) {
      let length = 0;
      for (const piece of input) {
        inputArea.set(piece, length);
        length += piece.length;
      }
      // The zeros that fill up the filter meet what lies behind the input, which must be a number.
      inputArea.fill(0, length, length + TAPS_A_STEP);
      (exact ? runExact : runInterpolated)(start + reach - 1, first, count);
      return outputArea.subarray(0, count);
    },
  };
}

/** Adds to `code` the sum over the taps of input times weight, leaving a float. */
function dotProduct(code: WasmFunction, input: Code, weights: Code, taps: number): Code {
  const x = code.local('i32');
  const w = code.local('i32');
  const end = code.local('i32');
  const sums = Array.from({ length: 4 }, () => code.local('v128'));
  code.add(x.set(input), w.set(weights), end.set(i32.add(w.get, i32.value(taps * FLOAT_BYTES))));
  for (const sum of sums) code.add(sum.set(f32x4.zero));
  code.repeatWhile(() => {
    sums.forEach((sum, index) => {
      const product = f32x4.multiply(f32x4.load(x.get, 16 * index), f32x4.load(w.get, 16 * index));
      code.add(sum.set(f32x4.add(sum.get, product)));
    });
    code.add(x.set(i32.add(x.get, i32.value(TAPS_A_STEP * FLOAT_BYTES))));
    code.add(w.set(i32.add(w.get, i32.value(TAPS_A_STEP * FLOAT_BYTES))));
    return i32.lessThan(w.get, end.get);
  });
  const [a, b, c, d] = sums.map((sum) => sum.get);
  const total = code.vector(f32x4.add(f32x4.add(a ?? [], b ?? []), f32x4.add(c ?? [], d ?? [])));
  const lane = (index: number): Code => f32x4.lane(total.get, index);
  return f32.add(f32.add(lane(0), lane(1)), f32.add(lane(2), lane(3)));
}

/** dot(input, weights): one output. */
function dotFunction(taps: number): WasmFunction {
  const code = new WasmFunction('dot', true);
  const input = code.parameter();
  const weights = code.parameter();
  code.add(dotProduct(code, input.get, weights.get, taps));
  return code;
}

/** convert(output, outputEnd, input, row, up, phase, step, phaseStep): outputs one after the other, addresses in bytes. */
function convertFunction(taps: number): WasmFunction {
  const code = new WasmFunction('convert');
  const output = code.parameter();
  const outputEnd = code.parameter();
  const input = code.parameter();
  const row = code.parameter();
  const up = code.parameter();
  const phase = code.parameter();
  const step = code.parameter();
  const phaseStep = code.parameter();
  code.repeatWhile(() => {
    const weights = i32.multiply(row.get, i32.value(taps * FLOAT_BYTES));
    const sum = dotProduct(code, input.get, weights, taps);
    code.add(f32.store(output.get, sum));
    code.add(output.set(i32.add(output.get, i32.value(FLOAT_BYTES))));
    code.add(row.set(i32.add(row.get, i32.value(1))));
    code.add(row.set(i32.select(row.get, i32.value(0), i32.lessThan(row.get, up.get))));
    code.add(input.set(i32.add(input.get, step.get)));
    code.add(phase.set(i32.add(phase.get, phaseStep.get)));
    const stays = i32.lessThan(phase.get, up.get);
    code.add(input.set(i32.add(input.get, i32.select(i32.value(0), i32.value(FLOAT_BYTES), stays))));
    code.add(phase.set(i32.subtract(phase.get, i32.select(i32.value(0), up.get, stays))));
    return i32.lessThan(output.get, outputEnd.get);
  });
  return code;
}
