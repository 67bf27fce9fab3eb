import { describe, expect, it } from 'vitest';
import { resizeBilinear, toByteImage } from '../../../main/engine/features/byte-image.ts';
import { noise } from '../../fixtures/audio/signals.ts';
import { reference } from '../../fixtures/features/reference.ts';

describe('toByteImage', () => {
  it('spreads -80 to 0 dB over 0 to 255, the lowest band at the bottom', () => {
    const decibels = Float32Array.from([0, -80, -40, -79.8]);
    const { data } = toByteImage({ height: 2, width: 2, decibels }, 80);
    expect([...data]).toEqual([128, 1, 255, 0]);
  });
});

describe('resizeBilinear', () => {
  it.each(reference.resizes)("gives TensorFlow's values: $height x $width x $channels to $to", (resize) => {
    const { height, width, channels, to, values } = resize;
    const data = Uint8Array.from(noise(height * width * channels, 9), (value) => Math.floor((value + 0.5) * 256));
    const result = resizeBilinear({ height, width, channels, data }, ...to);
    expect(result).toMatchObject({ height: to[0], width: to[1], channels });
    values.forEach((value, index) => {
      expect(Math.abs((result.data[index] ?? NaN) - value)).toBeLessThanOrEqual(0.501);
    });
  });

  it('leaves an image of the right size alone', () => {
    const image = { height: 2, width: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4) } as const;
    expect(resizeBilinear(image, 2, 2)).toBe(image);
  });
});
