import type { Attributes, DeviceTensor, Kernels } from './kernels.ts';
import type { GlobalPooling2D, Pooling2D } from './layers.ts';
import { maxPool } from './max-pooling.ts';
import * as ops from './operations.ts';
import { passing, type Stage } from './stage.ts';
import { pooling2D } from './window.ts';

export function poolingStage(kernels: Kernels, layer: Pooling2D): Stage {
  if (layer.kind === 'AveragePooling2D') return averagePooling(kernels, pooling2D(layer));
  const pool = maxPool(kernels, layer);
  return {
    infer: (x) => kernels.tidy(() => pool(x).maxima),
    train: (x) => {
      const { maxima, unpool } = pool(x);
      return passing(maxima, unpool);
    },
  };
}

function averagePooling(kernels: Kernels, attributes: Attributes): Stage {
  const infer = (x: DeviceTensor): DeviceTensor => kernels.run('AvgPool', attributes, [x]);
  return {
    infer,
    train: (x) =>
      passing(infer(x), (gradient) =>
        kernels.tidy(() => {
          const shape = kernels.tensor(Int32Array.from(x.shape), [4]);
          return kernels.run('AvgPoolGrad', attributes, [shape, gradient]);
        }),
      ),
  };
}

/** Mean or maximum over height and width. Of equal maxima each gets its share of the gradient, as in TensorFlow. */
export function globalPoolingStage(kernels: Kernels, { kind, keepDims }: GlobalPooling2D): Stage {
  const reduce = kind === 'GlobalMaxPooling2D' ? ops.spatialMaximum : ops.spatialMean;
  const infer = (x: DeviceTensor): DeviceTensor => reduce(kernels, x, keepDims);
  const shares = kind === 'GlobalMaxPooling2D' ? sharesOfMaxima : evenShares;
  return {
    infer,
    train: (x) => {
      const output = infer(x);
      const pixel = [x.shape[0] ?? 0, 1, 1, x.shape[3] ?? 0];
      return passing(output, (gradient) =>
        kernels.tidy(() =>
          ops.multiply(kernels, shares(kernels, x, kernels.reshape(output, pixel)), kernels.reshape(gradient, pixel)),
        ),
      );
    },
  };
}

function evenShares(kernels: Kernels, x: DeviceTensor): DeviceTensor {
  const [, height = 1, width = 1] = x.shape;
  return ops.fill(kernels, x.shape, 1 / (height * width));
}

function sharesOfMaxima(kernels: Kernels, x: DeviceTensor, maxima: DeviceTensor): DeviceTensor {
  const are = ops.truthToFloat(kernels, ops.greaterEqual(kernels, x, maxima));
  return ops.divide(kernels, are, ops.spatialSum(kernels, are));
}
