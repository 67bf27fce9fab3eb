import type { Attributes } from './kernels.ts';
import type { Padding, Pooling2D, Size } from './layers.ts';

/**
 * A convolution's attributes for TensorFlow's kernels.
 * @param explicit zeroes before and after each of the four axes, instead of `padding`
 */
export function window2D(padding: Padding, strides: Size, explicit?: readonly number[]): Attributes {
  return {
    types: { T: 'float32' },
    ints: {
      strides: [1, ...strides, 1],
      dilations: [1, 1, 1, 1],
      ...(explicit === undefined ? {} : { explicit_paddings: explicit }),
    },
    flags: { use_cudnn_on_gpu: true },
    strings: { padding: explicit === undefined ? padding.toUpperCase() : 'EXPLICIT', data_format: 'NHWC' },
  };
}

/** A pooling's attributes for TensorFlow's kernels. */
export function pooling2D({ poolSize, strides, padding }: Pooling2D): Attributes {
  return {
    types: { T: 'float32' },
    ints: { ksize: [1, ...poolSize, 1], strides: [1, ...strides, 1] },
    strings: { padding: padding.toUpperCase(), data_format: 'NHWC' },
  };
}
