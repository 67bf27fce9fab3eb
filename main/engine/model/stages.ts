import { EngineError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import { ConvolutionStage, PooledConvolutionStage } from './convolution-stages.ts';
import type { Attributes, DeviceTensor, Kernels } from './kernels.ts';
import {
  product,
  type ActivationLayer,
  type BatchNormalization,
  type Dense,
  type Dropout,
  type Layer,
  type Pooling2D,
} from './layers.ts';
import { layerShapes, leadingRescalings, type Architecture } from './network.ts';
import { convolutionMaxima, maxPool } from './max-pooling.ts';
import * as ops from './operations.ts';
import { pooling2D } from './window.ts';
import { weightOf, type Stage, type StageGradient, type TrainingPass, type WeightTensors } from './stage.ts';

/** The stages a network is computed in, with the layer each begins with (for messages). */
export interface PlannedStage {
  readonly layer: Layer;
  readonly stage: Stage;
}

/**
 * Orders a network's layers into stages, beginning after the rescaling that `ImageInput` does. A convolution and the
 * max-pooling after it, which are cheaper together, become one.
 */
export function planStages(kernels: Kernels, architecture: Architecture): PlannedStage[] {
  const shapes = layerShapes(architecture);
  const stages: PlannedStage[] = [];
  let learns = false;
  for (let index = leadingRescalings(architecture).length; index < architecture.layers.length; index++) {
    const layer = architecture.layers[index];
    const next = architecture.layers[index + 1];
    const input = shapes[index - 1] ?? architecture.inputShape;
    if (layer === undefined) break;
    const maxima =
      layer.kind === 'Conv2D' && isPooling(next) ? convolutionMaxima(kernels, layer, next, input) : undefined;
    if (layer.kind === 'Conv2D' && maxima !== undefined) {
      stages.push({ layer, stage: new PooledConvolutionStage(kernels, layer, maxima, learns) });
      index++;
    } else if (layer.kind === 'Conv2D') {
      stages.push({ layer, stage: new ConvolutionStage(kernels, layer, learns) });
    } else {
      stages.push({ layer, stage: simpleStage(kernels, layer, input, learns) });
    }
    learns ||= layer.kind === 'Conv2D' || layer.kind === 'Dense' || layer.kind === 'BatchNormalization';
  }
  return stages;
}

/**
 * What a network gives for a batch of images from `ImageInput`: logits, or probabilities where it ends in softmax.
 * Frees nothing but its own intermediate tensors.
 */
export function infer(
  kernels: Kernels,
  stages: readonly PlannedStage[],
  images: DeviceTensor,
  weights: WeightTensors,
): DeviceTensor {
  return kernels.tidy(() => {
    let x = images;
    for (const { stage } of stages) {
      const output = stage.infer(x, weights);
      if (x !== images && output !== x) kernels.free(x);
      x = output;
    }
    return x;
  });
}

/**
 * The way through a stage that leads back.
 * @throws EngineError `unsupported-model` for layers that can be predicted with, but not trained here
 */
export function trainable({ layer, stage }: PlannedStage): NonNullable<Stage['train']> {
  if (stage.train !== undefined) return stage.train.bind(stage);
  throw new EngineError('unsupported-model', `The layer ${layer.name} (${layer.kind}) cannot be trained here.`);
}

function isPooling(layer: Layer | undefined): layer is Pooling2D {
  return layer?.kind === 'MaxPooling2D' || layer?.kind === 'AveragePooling2D';
}

function simpleStage(
  kernels: Kernels,
  layer: Exclude<Layer, { kind: 'Conv2D' }>,
  input: readonly number[],
  needsInputGradient: boolean,
): Stage {
  switch (layer.kind) {
    case 'Rescaling':
      return rescaling(kernels, layer.scale, layer.offset);
    case 'MaxPooling2D':
    case 'AveragePooling2D':
      return pooling(kernels, layer);
    case 'GlobalAveragePooling2D':
      return { infer: (x) => ops.spatialMean(kernels, x, layer.keepDims) };
    case 'Dropout':
      return dropout(kernels, layer);
    case 'Flatten':
      return flatten(kernels, input);
    case 'Dense':
      return dense(kernels, layer, input, needsInputGradient);
    case 'Activation':
      return activation(kernels, layer);
    case 'BatchNormalization':
      return batchNormalization(kernels, layer);
  }
}

const NO_WEIGHTS: WeightTensors = new Map();

function passing(output: DeviceTensor, back: (gradient: DeviceTensor) => DeviceTensor): TrainingPass {
  return { output, backward: (gradient): StageGradient => ({ input: back(gradient), weights: NO_WEIGHTS }) };
}

function rescaling(kernels: Kernels, factor: number, offset: number): Stage {
  const infer = (x: DeviceTensor): DeviceTensor => ops.rescale(kernels, x, factor, offset);
  return { infer, train: (x) => passing(infer(x), (gradient) => ops.scale(kernels, gradient, factor)) };
}

function pooling(kernels: Kernels, layer: Pooling2D): Stage {
  if (layer.kind === 'AveragePooling2D') {
    const attributes = pooling2D(layer);
    return { infer: (x) => kernels.run('AvgPool', attributes, [x]) };
  }
  const pool = maxPool(kernels, layer);
  return {
    infer: (x) => kernels.tidy(() => pool(x).maxima),
    train: (x) => {
      const { maxima, unpool } = pool(x);
      return passing(maxima, unpool);
    },
  };
}

function dropout(kernels: Kernels, layer: Dropout): Stage {
  const kept = 1 / (1 - layer.rate);
  return {
    infer: (x) => x,
    train: (x, _weights, { seed, number }) => {
      const mask = kernels.tidy(() => {
        const random = ops.statelessUniform(kernels, x.shape, [dropoutSeed(seed, layer.name), number]);
        const isKept = ops.greaterEqual(kernels, random, kernels.scalar(layer.rate));
        return ops.scale(kernels, ops.truthToFloat(kernels, isKept), kept);
      });
      return passing(ops.multiply(kernels, x, mask), (gradient) => ops.multiply(kernels, gradient, mask));
    },
  };
}

/** Gives every dropout layer random numbers of its own. */
function dropoutSeed(seed: number, name: string): number {
  return Buffer.from(sha256(`dropout\n${seed}\n${name}`), 'hex').readInt32LE();
}

function flatten(kernels: Kernels, input: readonly number[]): Stage {
  const infer = (x: DeviceTensor): DeviceTensor => kernels.reshape(x, [x.shape[0] ?? 0, product(input)]);
  return { infer, train: (x) => passing(infer(x), (gradient) => kernels.reshape(gradient, x.shape)) };
}

function dense(kernels: Kernels, layer: Dense, input: readonly number[], needsInputGradient: boolean): Stage {
  const infer = (x: DeviceTensor, weights: WeightTensors): DeviceTensor =>
    kernels.tidy(() => {
      const rows =
        input.length === 1 ? x : kernels.reshape(x, [product(x.shape.slice(0, -1)), input[input.length - 1] ?? 0]);
      const product2D = ops.matMul(kernels, rows, weightOf(weights, layer.name, 'kernel'));
      const biased = layer.useBias ? ops.addBias(kernels, product2D, weightOf(weights, layer.name, 'bias')) : product2D;
      const active = activate(kernels, layer.activation, biased);
      return input.length === 1 ? active : kernels.reshape(active, [...x.shape.slice(0, -1), layer.units]);
    });
  if (layer.activation === 'softmax' || input.length !== 1) return { infer };
  return {
    infer,
    train: (x, weights) => {
      const output = infer(x, weights);
      return {
        output,
        backward: (gradient) => {
          const inner = layer.activation === 'relu' ? ops.reluGradient(kernels, gradient, output) : gradient;
          const found = new Map([[`${layer.name}/kernel`, ops.matMul(kernels, x, inner, { transposeA: true })]]);
          if (layer.useBias) found.set(`${layer.name}/bias`, ops.biasGradient(kernels, inner));
          const kernel = weightOf(weights, layer.name, 'kernel');
          const before = needsInputGradient ? ops.matMul(kernels, inner, kernel, { transposeB: true }) : undefined;
          return { input: before, weights: found };
        },
      };
    },
  };
}

function activate(kernels: Kernels, kind: Dense['activation'], x: DeviceTensor): DeviceTensor {
  if (kind === 'linear') return x;
  return kind === 'relu' ? ops.relu(kernels, x) : ops.softmax(kernels, x);
}

function activation(kernels: Kernels, { activation: kind }: ActivationLayer): Stage {
  const infer = (x: DeviceTensor): DeviceTensor => activate(kernels, kind, x);
  if (kind === 'softmax') return { infer };
  return {
    infer,
    train: (x) => {
      const output = infer(x);
      return passing(output, (gradient) => (kind === 'relu' ? ops.reluGradient(kernels, gradient, output) : gradient));
    },
  };
}

/** `gamma * (x - mean) / sqrt(variance + epsilon) + beta` with the moving mean and variance */
function batchNormalization(kernels: Kernels, layer: BatchNormalization): Stage {
  const weight = (weights: WeightTensors, name: string): DeviceTensor | undefined =>
    weights.get(`${layer.name}/${name}`);
  const float: Attributes = { types: { T: 'float32' } };
  return {
    infer: (x, weights) =>
      kernels.tidy(() => {
        const mean = weight(weights, 'moving_mean');
        const variance = weight(weights, 'moving_variance');
        if (mean === undefined || variance === undefined) throw new Error(`${layer.name} has no moving statistics`);
        const gamma = weight(weights, 'gamma');
        const beta = weight(weights, 'beta');
        const inverse = kernels.run('Rsqrt', float, [ops.add(kernels, variance, kernels.scalar(layer.epsilon))]);
        const factor = gamma === undefined ? inverse : ops.multiply(kernels, inverse, gamma);
        const normalised = ops.multiply(kernels, ops.subtract(kernels, x, mean), factor);
        return beta === undefined ? normalised : ops.add(kernels, normalised, beta);
      }),
  };
}
