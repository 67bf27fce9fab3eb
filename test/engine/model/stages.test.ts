import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend, type Backend } from '../../../main/engine/model/backend.ts';
import { colourTable } from '../../../main/engine/features/colour-map.ts';
import { infer, trainingPass } from '../../../main/engine/model/graph.ts';
import { ImageInput } from '../../../main/engine/model/image-input.ts';
import { Kernels, type DeviceTensor } from '../../../main/engine/model/kernels.ts';
import { ensembleArchitecture, joinMembers } from '../../../main/engine/model/ensemble.ts';
import type { Layer } from '../../../main/engine/model/layers.ts';
import { weightKey, type Architecture, type Network } from '../../../main/engine/model/network.ts';
import { planStages, trainable, type Learning } from '../../../main/engine/model/stages.ts';
import { buildLayersModel } from '../../../main/engine/model/tfjs-export.ts';
import {
  branching,
  EVERY_LAYER_KIND,
  randomImages,
  smallTrainable,
  withRandomWeights,
} from '../../fixtures/model/networks.ts';

let backend: Backend;
let kernels: Kernels;

beforeAll(async () => {
  backend = await loadBackend();
  kernels = new Kernels(backend);
});

/** The same library, taken for one that was built without oneDNN. */
function withoutOneDnn(): Kernels {
  return new Kernels({ ...backend, info: { ...backend.info, oneDnn: false } });
}

function upload(network: Network): Map<string, DeviceTensor> {
  return new Map(network.weights.map((weight) => [weightKey(weight), kernels.tensor(weight.values, weight.shape)]));
}

function uploadImages(network: Network, images: Uint8Array, count: number): DeviceTensor {
  const input = new ImageInput(kernels, network, colourTable('magma'));
  const result = input.upload(images, count);
  input.dispose();
  return result;
}

function imagesOf({ inputShape: [size, , channels] }: Architecture, count: number): Uint8Array {
  return randomImages(count, size, channels === 1 ? 1 : 3, 2);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let index = 0; index < a.length; index++)
    largest = Math.max(largest, Math.abs((a[index] ?? 0) - (b[index] ?? 0)));
  return largest;
}

describe.each([
  ['with oneDNN where there is any', () => new Kernels(backend)],
  ['without oneDNN', withoutOneDnn],
])('infer %s', (_way, make) => {
  beforeAll(() => {
    kernels = make();
  });

  it.each([
    ['every layer kind', EVERY_LAYER_KIND],
    ['convolutions with pooling taken in', smallTrainable(32, 4)],
    ['layers that branch and join', branching(20, 4)],
    ['an ensemble', ensembleArchitecture(branching(20, 4), 3)],
    ['an odd image, whose pooling cannot be taken in', smallTrainable(25, 4)],
  ])('gives what tfjs gives for %s', (_what, architecture) => {
    const network = withRandomWeights(architecture, 4);
    const images = imagesOf(architecture, 3);
    const before = kernels.tensorCount;
    const own = kernels.tidy(() =>
      infer(kernels, planStages(kernels, network), uploadImages(network, images, 3), upload(network)),
    );
    const values = kernels.read(own);
    kernels.free(own);
    expect(kernels.tensorCount).toBe(before);

    const model = buildLayersModel(backend.tf, network);
    const expected = backend.tf.tidy(() => {
      const output = model.predict(backend.tf.tensor(Float32Array.from(images), [3, ...network.inputShape]));
      return (Array.isArray(output) ? output : [output])[0]?.dataSync() ?? [];
    });
    model.dispose();
    expect(largestDifference(values, expected)).toBeLessThan(1e-4);
  });
});

describe('an ensemble', () => {
  it('gives the mean of the logits of its members', () => {
    kernels = new Kernels(backend);
    const members = [1, 2, 3].map((seed) => withRandomWeights(branching(20, 4), seed));
    const images = randomImages(3, 20, 1, 2);
    const logitsOf = (network: Network): Float32Array => {
      const logits = kernels.tidy(() =>
        infer(kernels, planStages(kernels, network), uploadImages(network, images, 3), upload(network)),
      );
      const values = Float32Array.from(kernels.read(logits));
      kernels.free(logits);
      return values;
    };
    const each = members.map(logitsOf);
    const mean = (each[0] ?? []).map((_, index) => each.reduce((sum, own) => sum + (own[index] ?? NaN), 0) / 3);
    expect(largestDifference(logitsOf(joinMembers(members)), mean)).toBeLessThan(1e-5);
  });
});

describe.each([
  ['with oneDNN where there is any', () => new Kernels(backend)],
  ['without oneDNN', withoutOneDnn],
])('the way back %s', (_way, make) => {
  beforeAll(() => {
    kernels = make();
  });

  /** Gradients of the sum of the outputs times `direction`, by the stages. */
  function ownGradients(
    network: Network,
    images: Uint8Array,
    direction: Float32Array,
    learning?: Learning,
  ): Map<string, Float32Array> {
    const result = new Map<string, Float32Array>();
    kernels.tidy(() => {
      const count = images.length / network.inputShape.reduce((size, length) => size * length, 1);
      const weights = upload(network);
      const stages = planStages(kernels, network, learning);
      const input = uploadImages(network, images, count);
      const pass = trainingPass(kernels, stages, input, weights, { seed: 1, number: 0 });
      const found = pass.backward(kernels.tensor(direction, pass.output.shape));
      for (const [key, tensor] of found) result.set(key, kernels.read(tensor));
      return undefined;
    });
    return result;
  }

  it.each([
    ['small whole values, many of them equal', 16, (value: number) => Math.round(value / 64)],
    ['flat areas and noise', 16, (value: number) => value],
    ['an image of odd size', 27, (value: number) => value],
  ])("gives the gradients of tfjs's own for %s", (_what, size, change) => {
    const network = withRandomWeights(smallTrainable(size, 4, 0), 6);
    const rounded: Network = {
      ...network,
      // With powers of two all sums are exact, so that values that should be equal are.
      layers: network.layers.map((layer) => (layer.kind === 'Rescaling' ? { ...layer, scale: 1 / 256 } : layer)),
      weights: network.weights.map((weight) => ({
        ...weight,
        values: weight.values.map((value) => Math.round(value * 4) / 4),
      })),
    };
    const images = imagesOf(network, 5).map(change);
    const direction = Float32Array.from({ length: 20 }, (_, index) => Math.sin(index));
    const own = ownGradients(rounded, images, direction);

    const { tf } = backend;
    const model = buildLayersModel(tf, rounded);
    const { grads } = tf.variableGrads(() => {
      const output = model.predict(tf.tensor(Float32Array.from(images), [5, ...network.inputShape]));
      if (Array.isArray(output)) throw new Error('one output was expected');
      return output
        .mul(tf.tensor2d(direction, [5, 4]))
        .sum()
        .asScalar();
    });
    expect(own.size).toBe(network.weights.length);
    for (const weight of model.trainableWeights) {
      const expected = grads[weight.name]?.dataSync() ?? [];
      const key = weight.originalName;
      const values = own.get(key) ?? [];
      const scale = Math.max(1e-6, ...Array.from(expected, Math.abs));
      expect(largestDifference(values, expected) / scale, key).toBeLessThan(1e-5);
    }
    model.dispose();
    tf.dispose(grads);
  });

  it.each([
    ['in training', { first: 0, keepsStatistics: false }],
    ['by moving statistics that are kept', { first: 0, keepsStatistics: true }],
  ])('gives the gradients of tfjs %s for layers that branch and join', (_how, learning) => {
    const training = !learning.keepsStatistics;
    const network = withRandomWeights(branching(20, 4), 6);
    const images = imagesOf(network, 5);
    const direction = Float32Array.from({ length: 20 }, (_, index) => Math.sin(index));
    const before = kernels.tensorCount;
    const own = ownGradients(network, images, direction, learning);
    expect(kernels.tensorCount).toBe(before);

    const { tf } = backend;
    const model = buildLayersModel(tf, network);
    const { grads } = tf.variableGrads(() => {
      const output = model.apply(tf.tensor(Float32Array.from(images), [5, ...network.inputShape]), { training });
      if (!(output instanceof tf.Tensor)) throw new Error('one output was expected');
      return output
        .mul(tf.tensor2d(direction, [5, 4]))
        .sum()
        .asScalar();
    });
    expect(own.size).toBe(model.trainableWeights.length);
    for (const weight of model.trainableWeights) {
      const expected = grads[weight.name]?.dataSync() ?? [];
      const key = weight.originalName;
      const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
      expect(largestDifference(own.get(key) ?? [], expected) / scale, key).toBeLessThan(1e-4);
    }
    model.dispose();
    tf.dispose(grads);
  });

  it('moves the statistics of batch normalisation as Keras does', () => {
    const layer: Layer = {
      kind: 'BatchNormalization',
      name: 'norm',
      momentum: 0.8,
      epsilon: 0.01,
      center: true,
      scale: true,
    };
    const network = withRandomWeights({ name: 'norm', inputShape: [2, 2, 1], layers: [layer] }, 3);
    const values = [1, 2, 4, 9, 0, 3, 5, 8];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const moved = new Map<string, number>();
    kernels.tidy(() => {
      const x = kernels.tensor(Float32Array.from(values), [2, 2, 2, 1]);
      const pass = trainingPass(kernels, planStages(kernels, network), x, upload(network), { seed: 1, number: 0 });
      for (const [key, tensor] of pass.statistics) moved.set(key, kernels.read(tensor)[0] ?? NaN);
      return undefined;
    });
    const start = (name: string): number => network.weights.find((weight) => weight.name === name)?.values[0] ?? NaN;
    expect(moved.get('norm/moving_mean')).toBeCloseTo(0.8 * start('moving_mean') + 0.2 * mean, 5);
    expect(moved.get('norm/moving_variance')).toBeCloseTo(0.8 * start('moving_variance') + 0.2 * variance, 5);
  });

  it.each<[string, Layer]>([
    ['Dense', { kind: 'Dense', name: 'odd', units: 2, useBias: true, activation: 'softmax' }],
    ['Activation', { kind: 'Activation', name: 'odd', activation: 'softmax' }],
  ])('refuses %s by name', (kind, layer) => {
    const stages = planStages(kernels, { name: 'odd', inputShape: [4, 4, 3], layers: [layer] });
    expect(() => stages.map(trainable)).toThrow(`The layer odd (${kind}) cannot be trained here.`);
  });
});

describe('dropout', () => {
  const architecture: Architecture = {
    name: 'dropout',
    inputShape: [40, 40, 3],
    layers: [{ kind: 'Dropout', name: 'dropout', rate: 0.3 }],
  };
  const dropped = (seed: number, number: number, name = 'dropout'): Float32Array => {
    const layers: Layer[] = [{ kind: 'Dropout', name, rate: 0.3 }];
    const output = kernels.tidy(() => {
      const ones = kernels.tensor(new Float32Array(4800).fill(1), [1, 40, 40, 3]);
      const [stage] = planStages(kernels, { ...architecture, layers }).map(trainable);
      return stage?.([ones], new Map(), { seed, number }).output;
    });
    if (output === undefined) throw new Error('no output');
    const values = kernels.read(output);
    kernels.free(output);
    return values;
  };

  it('drops its share and scales the rest, so that the mean stays', () => {
    const values = dropped(1, 0);
    const kept = values.filter((value) => value !== 0);
    expect(new Set(kept).size).toBe(1);
    expect(kept[0]).toBeCloseTo(1 / 0.7, 5);
    expect(kept.length / values.length).toBeCloseTo(0.7, 1);
  });

  it('depends on seed, step and layer and nothing else', () => {
    expect(dropped(1, 5)).toEqual(dropped(1, 5));
    expect(dropped(1, 5)).not.toEqual(dropped(1, 6));
    expect(dropped(1, 5)).not.toEqual(dropped(2, 5));
    expect(dropped(1, 5)).not.toEqual(dropped(1, 5, 'dropout_1'));
  });
});
