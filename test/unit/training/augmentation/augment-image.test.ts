import { describe, expect, it } from 'vitest';
import { Random } from '../../../../main/engine/common/random.ts';
import { augmentImage } from '../../../../main/engine/training/augmentation/augment-image.ts';
import { NO_AUGMENTATION, type AugmentationOptions } from '../../../../main/engine/training/augmentation/options.ts';

const HEIGHT = 12;
const WIDTH = 20;
const DRAWS = 60;

/** A picture in which every pixel says where it was: row in tens of 20, column in ones; none is 0. */
function picture(channels: 1 | 3): Uint8Array {
  return Uint8Array.from({ length: HEIGHT * WIDTH * channels }, (_, index) => {
    const pixel = Math.floor(index / channels);
    return 1 + Math.floor(pixel / WIDTH) * WIDTH + (pixel % WIDTH);
  });
}

function augmented(options: Partial<AugmentationOptions>, seed: number, channels: 1 | 3 = 1): Uint8Array {
  const image = picture(channels);
  const layout = { height: HEIGHT, width: WIDTH, channels };
  const scratch = new Uint8Array(image.length);
  augmentImage(image, scratch, layout, { ...NO_AUGMENTATION, ...options }, new Random(seed, 'test'));
  return image;
}

const at = (image: Uint8Array, row: number, column: number): number => image[row * WIDTH + column] ?? -1;
const draws = Array.from({ length: DRAWS }, (_, seed) => seed);

describe('augmentImage', () => {
  it('changes nothing where nothing is asked for', () => {
    for (const seed of draws) expect(augmented({}, seed)).toEqual(picture(1));
  });

  it('gives the same for the same random numbers, and something else for others', () => {
    const all: AugmentationOptions = {
      ...{
        mixup: 0,
        roll: 1,
        pitchShift: 3,
        timeMask: 0.3,
        frequencyMask: 0.3,
        gain: 20,
        contrast: 0.3,
        equaliser: 20,
      },
    };
    expect(augmented(all, 1)).toEqual(augmented(all, 1));
    expect(augmented(all, 1)).not.toEqual(augmented(all, 2));
  });

  it('rolls in time by whole columns, around the end, as far as allowed and either way', () => {
    const shifts = draws.map((seed) => {
      const image = augmented({ roll: 0.25 }, seed);
      const shift = (((at(picture(1), 0, 0) - at(image, 0, 0)) % WIDTH) + WIDTH) % WIDTH;
      for (let row = 0; row < HEIGHT; row++) {
        for (let column = 0; column < WIDTH; column++) {
          expect(at(image, row, (column + shift) % WIDTH)).toBe(at(picture(1), row, column));
        }
      }
      return shift > WIDTH / 2 ? shift - WIDTH : shift;
    });
    expect(Math.max(...shifts)).toBe(5);
    expect(Math.min(...shifts)).toBe(-5);
  });

  it('moves pitch by whole rows, filling up with the outermost', () => {
    const shifts = draws.map((seed) => {
      const image = augmented({ pitchShift: 3 }, seed);
      const rowOf = (row: number): number => Math.floor((at(image, row, 0) - 1) / WIDTH);
      const shift = rowOf(HEIGHT / 2) - HEIGHT / 2;
      for (let row = 0; row < HEIGHT; row++) {
        expect(rowOf(row)).toBe(Math.min(HEIGHT - 1, Math.max(0, row + shift)));
      }
      return shift;
    });
    expect(new Set(shifts)).toEqual(new Set([-3, -2, -1, 0, 1, 2, 3]));
  });

  it.each([
    ['time', { timeMask: 0.3 }, WIDTH, (image: Uint8Array, index: number) => at(image, 5, index)],
    ['frequency', { frequencyMask: 0.3 }, HEIGHT, (image: Uint8Array, index: number) => at(image, index, 5)],
  ])('silences one piece of %s, of any length up to the share', (_what, options, size, valueAt) => {
    const lengths = draws.map((seed) => {
      const image = augmented(options, seed);
      const silent = Array.from({ length: size }, (_, index) => index).filter((index) => valueAt(image, index) === 0);
      expect((silent.at(-1) ?? 0) - (silent[0] ?? 0)).toBe(Math.max(0, silent.length - 1));
      expect(image.filter((value) => value === 0)).toHaveLength((silent.length * HEIGHT * WIDTH) / size);
      return silent.length;
    });
    expect(Math.min(...lengths)).toBe(0);
    expect(Math.max(...lengths)).toBe(Math.floor(0.3 * size));
  });

  it('makes all louder or quieter, within the range of a byte', () => {
    const gains = draws.map((seed) => {
      const image = augmented({ gain: 30 }, seed);
      const gain = at(image, 6, 0) - at(picture(1), 6, 0);
      picture(1).forEach((value, index) => {
        expect(image[index]).toBe(Math.min(255, Math.max(0, value + gain)));
      });
      return gain;
    });
    expect(Math.max(...gains)).toBeGreaterThan(20);
    expect(Math.max(...gains)).toBeLessThanOrEqual(30);
    expect(Math.min(...gains)).toBeGreaterThanOrEqual(-30);
    expect(Math.min(...gains)).toBeLessThan(-20);
  });

  it('drives loud and quiet apart or together about the middle', () => {
    const slopes = draws.map((seed) => {
      const image = augmented({ contrast: 0.4 }, seed);
      const [dark, bright] = [at(image, 2, 0), at(image, 9, 0)];
      expect((dark + bright - 255) * (at(picture(1), 2, 0) + at(picture(1), 9, 0) - 255)).toBeGreaterThanOrEqual(0);
      return (bright - dark) / (at(picture(1), 9, 0) - at(picture(1), 2, 0));
    });
    expect(Math.max(...slopes)).toBeLessThan(1.41);
    expect(Math.max(...slopes)).toBeGreaterThan(1.25);
    expect(Math.min(...slopes)).toBeGreaterThan(0.59);
    expect(Math.min(...slopes)).toBeLessThan(0.75);
  });

  it('raises and lowers bands along a line with six random points, all of a row alike, within the range of a byte', () => {
    const size = 101;
    const grey = (): Uint8Array => new Uint8Array(size * 3).fill(128);
    const lines = draws.map((seed) => {
      const image = grey();
      const layout = { height: size, width: 3, channels: 1 } as const;
      augmentImage(image, grey(), layout, { ...NO_AUGMENTATION, equaliser: 40 }, new Random(seed, 'test'));
      const rows = Array.from({ length: size }, (_, row) => [...image.subarray(row * 3, row * 3 + 3)]);
      for (const [first, ...others] of rows) expect(others).toEqual([first, first]);
      return rows.map(([value = NaN]) => value - 128);
    });
    for (const line of lines) {
      const straight = line.map((_, row) => {
        const before = Math.min(4, Math.floor(row / 20)) * 20;
        const [from = NaN, to = NaN] = [line[before], line[before + 20]];
        return from + ((to - from) * (row - before)) / 20;
      });
      line.forEach((value, row) => {
        expect(Math.abs(value - (straight[row] ?? NaN))).toBeLessThanOrEqual(1);
      });
    }
    const all = lines.flat();
    expect([Math.max(...all) > 35, Math.min(...all) < -35]).toEqual([true, true]);
    expect(all.every((value) => Math.abs(value) <= 40)).toBe(true);
    for (const value of augmented({ equaliser: 96 }, 1)) expect(value).toBeLessThanOrEqual(255);
  });

  it('keeps the colours of a pixel together', () => {
    const options = { roll: 1, pitchShift: 3, timeMask: 0.3, frequencyMask: 0.3 };
    for (const seed of draws) {
      const coloured = augmented(options, seed, 3);
      augmented(options, seed).forEach((value, pixel) => {
        expect([...coloured.subarray(3 * pixel, 3 * pixel + 3)]).toEqual([value, value, value]);
      });
    }
  });

  it('draws each change by itself: switching one on leaves the others as they were', () => {
    for (const seed of draws) {
      const silent = augmented({ timeMask: 0.3 }, seed).map((value) => Number(value === 0));
      const both = augmented({ timeMask: 0.3, roll: 1 }, seed).map((value) => Number(value === 0));
      expect(both).toEqual(silent);
    }
  });
});
