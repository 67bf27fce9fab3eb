import { COMPLEX_BYTES, FLOAT_BYTES, radix2Function, radix4Function, VECTOR_BYTES } from './fourier-kernel.ts';
import type { WasmFunction, WasmInstance } from '../common/webassembly.ts';

/** Hands out addresses in a kernel's memory one after the other, aligned for vectors. */
export class Layout {
  bytes = 0;
  reserve(bytes: number): number {
    const address = this.bytes;
    this.bytes += Math.ceil(bytes / VECTOR_BYTES) * VECTOR_BYTES;
    return address;
  }
}

/** One pass of a transform: the bytes of a quarter of its blocks, and where its twiddle factors lie. */
interface Pass {
  readonly quarterBytes: number;
  readonly from: number;
  readonly to: number;
}

/** A transform of a fixed number of points, in the memory of a kernel. */
export interface Transform {
  /** Writes the tables; gives the transform, which works in place on `points` complex numbers from `address` on. */
  prepare(kernel: WasmInstance): (address: number) => void;
}

/** What a kernel must hold for {@link planTransform}. */
export function transformFunctions(): WasmFunction[] {
  return [radix4Function(), radix2Function()];
}

/** Plans a transform of `points` (a power of two) complex numbers; results come out at `placeOfBin`. */
export function planTransform(points: number, layout: Layout): Transform {
  const factors = twiddleFactors(points);
  const twiddles = layout.reserve(factors.length * FLOAT_BYTES);
  const passes = passesOf(points, twiddles);
  const bytes = points * COMPLEX_BYTES;
  return {
    prepare(kernel) {
      new Float32Array(kernel.memory, twiddles, factors.length).set(factors);
      const radix4 = kernel.call('radix4');
      const radix2 = kernel.call('radix2');
      return (address) => {
        for (const pass of passes) radix4(address, bytes, pass.quarterBytes, pass.to, pass.from);
        if (Math.log2(points) % 2 === 1) radix2(address, address + bytes);
      };
    },
  };
}

/** For each radix-4 pass and butterfly j of a block of n points: exp(-2 pi i j q / n) for q = 1, 2, 3. */
function twiddleFactors(points: number): Float32Array {
  const factors: number[] = [];
  for (let n = points; n >= 4; n /= 4) {
    for (let j = 0; j < n / 4; j++) {
      for (let q = 1; q <= 3; q++) {
        const angle = (-2 * Math.PI * j * q) / n;
        factors.push(Math.cos(angle), Math.sin(angle));
      }
    }
  }
  return Float32Array.from(factors);
}

function passesOf(points: number, twiddlesAt: number): Pass[] {
  const passes: Pass[] = [];
  let from = twiddlesAt;
  for (let n = points; n >= 4; n /= 4) {
    const to = from + (n / 4) * 6 * FLOAT_BYTES;
    passes.push({ quarterBytes: (n / 4) * COMPLEX_BYTES, from, to });
    from = to;
  }
  return passes;
}

/** Where the passes leave bin `bin`: its digits to base 4 (the last to base 2 where the length asks for it) reversed. */
export function placeOfBin(bin: number, points: number): number {
  let place = 0;
  let rest = bin;
  let size = points;
  while (size > 1) {
    const radix = size >= 4 ? 4 : 2;
    size /= radix;
    place += (rest % radix) * size;
    rest = Math.floor(rest / radix);
  }
  return place;
}
