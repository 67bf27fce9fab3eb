import type { Attributes, DeviceTensor, Kernels } from './kernels.ts';
import { product, type BatchNormalization } from './layers.ts';
import * as ops from './operations.ts';
import { weightOf, type Stage, type StageGradient, type TrainingPass, type WeightTensors } from './stage.ts';

const FLOATS = { T: 'float32', U: 'float32' } as const;

function attributesOf(epsilon: number, isTraining: boolean): Attributes {
  return {
    types: FLOATS,
    floats: { epsilon },
    flags: { is_training: isTraining },
    strings: { data_format: 'NHWC' },
  };
}

/**
 * `gamma * (x - mean) / sqrt(variance + epsilon) + beta` over all but the last axis, by TensorFlow's fused kernel: with
 * the batch's own mean and variance in training, with the moving ones in prediction. The moving variance follows the
 * batch's biased one, as Keras 3 does it; the kernel gives the unbiased.
 * @param keepsStatistics whether training, too, goes by the moving ones, which then stay as they are: a few clips say less
 *   about them than all those that the network was trained on before
 */
export function batchNormalization(kernels: Kernels, layer: BatchNormalization, keepsStatistics = false): Stage {
  const { name, momentum } = layer;
  const training: Attributes = {
    ...attributesOf(layer.epsilon, true),
    floats: { epsilon: layer.epsilon, exponential_avg_factor: 1 },
  };
  const inference: Attributes = {
    ...attributesOf(layer.epsilon, false),
    floats: { epsilon: layer.epsilon, exponential_avg_factor: 1 },
  };
  const backward = attributesOf(layer.epsilon, !keepsStatistics);

  const asImages = (x: DeviceTensor): DeviceTensor =>
    x.shape.length === 4 ? x : kernels.reshape(x, [product(x.shape.slice(0, -1)), 1, 1, channelsOf(x)]);
  const inShape = (x: DeviceTensor, shape: readonly number[]): DeviceTensor =>
    shape.length === 4 ? x : kernels.reshape(x, shape);
  const factorAndOffset = (weights: WeightTensors, channels: number): [DeviceTensor, DeviceTensor] => [
    layer.scale ? weightOf(weights, name, 'gamma') : ops.fill(kernels, [channels], 1),
    layer.center ? weightOf(weights, name, 'beta') : ops.fill(kernels, [channels], 0),
  ];
  const moved = (moving: DeviceTensor, batch: DeviceTensor, bias = 1): DeviceTensor =>
    kernels.tidy(() =>
      ops.add(kernels, ops.scale(kernels, moving, momentum), ops.scale(kernels, batch, (1 - momentum) * bias)),
    );

  const gradientOf =
    (x: DeviceTensor, images: DeviceTensor, factor: DeviceTensor, reserved: readonly DeviceTensor[]) =>
    (gradient: DeviceTensor): StageGradient => {
      const inputs = [asImages(gradient), images, factor, ...reserved];
      const [input, gamma, beta] = kernels.runMany('FusedBatchNormGradV3', backward, inputs, 5);
      if (input === undefined || gamma === undefined || beta === undefined) {
        throw new Error('batch normalisation gave no gradient');
      }
      const found = new Map<string, DeviceTensor>();
      if (layer.scale) found.set(`${name}/gamma`, gamma);
      if (layer.center) found.set(`${name}/beta`, beta);
      return { input: inShape(input, x.shape), weights: found };
    };
  const movingOf = (weights: WeightTensors): [DeviceTensor, DeviceTensor] => [
    weightOf(weights, name, 'moving_mean'),
    weightOf(weights, name, 'moving_variance'),
  ];
  const infer = (x: DeviceTensor, weights: WeightTensors): DeviceTensor =>
    kernels.tidy(() => {
      const inputs = [asImages(x), ...factorAndOffset(weights, channelsOf(x)), ...movingOf(weights)];
      const [output] = kernels.runMany('FusedBatchNormV3', inference, inputs, 6);
      if (output === undefined) throw new Error('batch normalisation gave no result');
      return inShape(output, x.shape);
    });

  if (keepsStatistics) {
    return {
      infer,
      train: (x, weights): TrainingPass => {
        const [factor] = factorAndOffset(weights, channelsOf(x));
        const reserved = [...movingOf(weights), kernels.tensor(new Float32Array(0), [0])];
        return { output: infer(x, weights), backward: gradientOf(x, asImages(x), factor, reserved) };
      },
    };
  }
  return {
    infer,

    train: (x, weights): TrainingPass => {
      const images = asImages(x);
      const [factor, offset] = factorAndOffset(weights, channelsOf(x));
      const nothing = kernels.tensor(new Float32Array(0), [0]);
      const [output, mean, variance, ...reserved] = kernels.runMany(
        'FusedBatchNormV3',
        training,
        [images, factor, offset, nothing, nothing],
        6,
      );
      if (output === undefined || mean === undefined || variance === undefined) {
        throw new Error('batch normalisation gave no result');
      }
      const count = product(images.shape.slice(0, 3));
      return {
        output: inShape(output, x.shape),
        statistics: new Map([
          [`${name}/moving_mean`, moved(weightOf(weights, name, 'moving_mean'), mean)],
          [`${name}/moving_variance`, moved(weightOf(weights, name, 'moving_variance'), variance, (count - 1) / count)],
        ]),
        backward: gradientOf(x, images, factor, reserved),
      };
    },
  };
}

function channelsOf({ shape }: DeviceTensor): number {
  return shape[shape.length - 1] ?? 0;
}
