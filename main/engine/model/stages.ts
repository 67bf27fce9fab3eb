import { EngineError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import { activate, learnsThrough } from './activations.ts';
import { ConvolutionStage, PooledConvolutionStage } from './convolution-stages.ts';
import type { DeviceTensor, Kernels } from './kernels.ts';
import {
  isMerging,
  product,
  type ActivationLayer,
  type Dense,
  type Dropout,
  type Layer,
  type MergingLayer,
  type Pooling2D,
} from './layers.ts';
import { mergeOf } from './merges.ts';
import { IMAGE_POSITION, inputShapes, layerInputs, leadingRescalings, type Architecture } from './network.ts';
import { convolutionMaxima } from './max-pooling.ts';
import { batchNormalization } from './normalisation-stage.ts';
import * as ops from './operations.ts';
import { globalPoolingStage, poolingStage } from './pooling-stages.ts';
import {
  NO_WEIGHTS,
  passing,
  weightOf,
  type Merge,
  type Stage,
  type TrainingPass,
  type TrainingStep,
  type WeightTensors,
} from './stage.ts';

/** A stage of a network and where it stands in it. */
export interface PlannedStage {
  /** The layer it begins with, for messages. */
  readonly layer: Layer;
  /** Positions of the stages whose results it takes; `IMAGE_POSITION` for the image. */
  readonly inputs: readonly number[];
  /** Whether it or one before it has weights that learn. */
  readonly learns: boolean;
  /** Whether it has weights that stay as they are: it then gives in training what it gives in prediction. */
  readonly frozen: boolean;
  readonly stage: Stage | Merge;
}

/** What of a network training changes. */
export interface Learning {
  /** Position of the first layer whose weights learn; those before it are frozen. */
  readonly first: number;
  /** Whether moving statistics stay as they are, in training, too. */
  readonly keepsStatistics: boolean;
}

export const LEARNS_ALL: Learning = { first: 0, keepsStatistics: false };

/**
 * Orders a network's layers into stages, beginning after the rescaling that `ImageInput` does. A convolution and the
 * max-pooling after it, which are cheaper together, become one.
 * @param learning what training is to change; everything where it is left out
 */
export function planStages(
  kernels: Kernels,
  architecture: Architecture,
  { first, keepsStatistics }: Learning = LEARNS_ALL,
): PlannedStage[] {
  const { layers } = architecture;
  const takes = layerInputs(architecture);
  const shapes = inputShapes(architecture);
  const isTakenOnce = (index: number): boolean => takes.flat().filter((input) => input === index).length === 1;
  const rescalings = leadingRescalings(architecture).length;
  const stages: PlannedStage[] = [];
  /** Which stage gives the result of each layer. */
  const stageOf = new Map<number, number>();
  for (let index = rescalings; index < layers.length; index++) {
    const layer = layers[index];
    if (layer === undefined) break;
    const next = layers[index + 1];
    const [input = []] = shapes[index] ?? [];
    const inputs = (takes[index] ?? []).map((taken) => stageOf.get(taken) ?? IMAGE_POSITION);
    const needsInputGradient = inputs.some((position) => stages[position]?.learns === true);
    const hasWeights = layer.kind === 'Conv2D' || layer.kind === 'Dense' || layer.kind === 'BatchNormalization';
    const frozen = hasWeights && index < first;
    const learns = needsInputGradient || (hasWeights && !frozen);
    const maxima =
      layer.kind === 'Conv2D' && isPooling(next) && isTakenOnce(index) && takes[index + 1]?.[0] === index
        ? convolutionMaxima(kernels, layer, next, input)
        : undefined;
    let stage: Stage | Merge;
    if (isMerging(layer)) stage = mergeOf(kernels, layer);
    else if (layer.kind !== 'Conv2D') stage = simpleStage(kernels, layer, input, needsInputGradient, keepsStatistics);
    else if (maxima === undefined) stage = new ConvolutionStage(kernels, layer, needsInputGradient);
    else {
      stage = new PooledConvolutionStage(kernels, layer, maxima, needsInputGradient);
      index++;
    }
    stageOf.set(index, stages.length);
    stages.push({ layer, inputs, learns, frozen, stage });
  }
  return stages;
}

/** A pass through a stage that may take several results. */
interface PlannedPass extends Pick<TrainingPass, 'output' | 'statistics'> {
  readonly backward: (gradient: DeviceTensor) => {
    /** With respect to each input; undefined where nothing before it learns. */
    readonly inputs: readonly (DeviceTensor | undefined)[];
    readonly weights: WeightTensors;
  };
}

/**
 * The way through a stage that leads back.
 * @throws EngineError `unsupported-model` for layers that can be predicted with, but not trained here
 */
export function trainable({
  layer,
  stage,
  frozen,
}: Pick<PlannedStage, 'layer' | 'stage' | 'frozen'>): (
  inputs: readonly DeviceTensor[],
  weights: WeightTensors,
  step: TrainingStep,
) => PlannedPass {
  if ('merge' in stage) {
    return (inputs) => ({
      output: stage.merge(inputs),
      backward: (gradient) => ({ inputs: stage.split(gradient, inputs), weights: NO_WEIGHTS }),
    });
  }
  if (frozen) {
    return ([input], weights) => {
      if (input === undefined) throw new Error(`${layer.name} was given nothing`);
      const backward = () => ({ inputs: [undefined], weights: NO_WEIGHTS });
      return { output: stage.infer(input, weights), backward };
    };
  }
  const train = stage.train?.bind(stage);
  if (train === undefined) {
    throw new EngineError('unsupported-model', `The layer ${layer.name} (${layer.kind}) cannot be trained here.`);
  }
  return ([input], weights, step) => {
    if (input === undefined) throw new Error(`${layer.name} was given nothing`);
    const { backward, ...pass } = train(input, weights, step);
    return {
      ...pass,
      backward: (gradient) => {
        const found = backward(gradient);
        return { inputs: [found.input], weights: found.weights };
      },
    };
  };
}

function isPooling(layer: Layer | undefined): layer is Pooling2D {
  return layer?.kind === 'MaxPooling2D' || layer?.kind === 'AveragePooling2D';
}

function simpleStage(
  kernels: Kernels,
  layer: Exclude<Layer, { kind: 'Conv2D' } | MergingLayer>,
  input: readonly number[],
  needsInputGradient: boolean,
  keepsStatistics: boolean,
): Stage {
  switch (layer.kind) {
    case 'Rescaling':
      return rescaling(kernels, layer.scale, layer.offset);
    case 'MaxPooling2D':
    case 'AveragePooling2D':
      return poolingStage(kernels, layer);
    case 'GlobalAveragePooling2D':
    case 'GlobalMaxPooling2D':
      return globalPoolingStage(kernels, layer);
    case 'Dropout':
      return dropout(kernels, layer);
    case 'Flatten':
      return flatten(kernels, input);
    case 'Dense':
      return dense(kernels, layer, input, needsInputGradient);
    case 'Activation':
      return activation(kernels, layer);
    case 'BatchNormalization':
      return batchNormalization(kernels, layer, keepsStatistics);
  }
}

function rescaling(kernels: Kernels, factor: number, offset: number): Stage {
  const infer = (x: DeviceTensor): DeviceTensor => ops.rescale(kernels, x, factor, offset);
  return { infer, train: (x) => passing(infer(x), (gradient) => ops.scale(kernels, gradient, factor)) };
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
  if (!learnsThrough(layer.activation) || input.length !== 1) return { infer };
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

function activation(kernels: Kernels, { activation: kind }: ActivationLayer): Stage {
  const infer = (x: DeviceTensor): DeviceTensor => activate(kernels, kind, x);
  if (!learnsThrough(kind)) return { infer };
  return {
    infer,
    train: (x) => {
      const output = infer(x);
      return passing(output, (gradient) => (kind === 'relu' ? ops.reluGradient(kernels, gradient, output) : gradient));
    },
  };
}
