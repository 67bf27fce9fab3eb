import type { Random } from '../../common/random.ts';

/** How the clips of a batch were mixed. */
export interface Mixing {
  /** For each clip the place in the batch of the clip it was mixed with. */
  readonly partners: Int32Array;
  /** For each clip how much of it is its own, 0.5 to 1; the rest is its partner's. */
  readonly shares: Float32Array;
}

/**
 * mixup (Zhang et al. 2018): mixes each clip of a batch with the next one, in place; the shares come from the beta
 * distribution with both parameters `alpha`, the larger one for the clip itself.
 * @param images the bytes of `count` images
 */
export function mixBatch(images: Uint8Array, count: number, alpha: number, random: Random): Mixing {
  const size = images.length / count;
  const first = images.slice(0, size);
  const partners = Int32Array.from({ length: count }, (_, index) => (index + 1) % count);
  const shares = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    const drawn = symmetricBeta(alpha, random);
    const share = Math.max(drawn, 1 - drawn);
    shares[index] = share;
    const own = images.subarray(index * size, (index + 1) * size);
    mix(own, index + 1 < count ? images.subarray((index + 1) * size, (index + 2) * size) : first, share);
  }
  return { partners, shares };
}

function mix(own: Uint8Array, other: Uint8Array, share: number): void {
  // In 8 bits of fraction: whole numbers are several times faster here.
  const weight = Math.round(share * 256);
  const rest = 256 - weight;
  for (let index = 0; index < own.length; index++) {
    own[index] = ((own[index] ?? 0) * weight + (other[index] ?? 0) * rest + 128) >> 8;
  }
}

/** A number from the beta distribution with both parameters `alpha`, at most 1 (Jöhnk 1964). */
export function symmetricBeta(alpha: number, random: Random): number {
  for (;;) {
    const x = random.next() ** (1 / alpha);
    const y = random.next() ** (1 / alpha);
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}
