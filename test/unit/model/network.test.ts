import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../main/engine/common/hash.ts';
import {
  countParameters,
  initialise,
  lastActivation,
  layerShapes,
  outputUnits,
  weightKey,
  type Architecture,
} from '../../../main/engine/model/network.ts';
import { findPreset, PRESETS } from '../../../main/engine/model/presets.ts';
import { EVERY_LAYER_KIND } from '../../fixtures/model/networks.ts';

const seed = findPreset('instrunet-seed').build(11);

describe('the instrunet-seed preset', () => {
  it('has the parameters of the published network', () => {
    expect(countParameters(seed)).toBe(2_122_283);
  });

  it('halves the image three times and ends in one logit a class', () => {
    expect(layerShapes(seed).map((shape) => shape.join('x'))).toEqual([
      '128x128x3',
      '128x128x16',
      '64x64x16',
      '64x64x32',
      '32x32x32',
      '32x32x64',
      '16x16x64',
      '16x16x64',
      '16384',
      '128',
      '128',
      '11',
    ]);
    expect(outputUnits(seed)).toBe(11);
    expect(lastActivation(seed)).toBe('linear');
  });
});

describe('the presets for use', () => {
  it.each([
    ['instrunet', 1_284_523],
    ['instrunet-fast', 324_315],
  ])('%s reads gray images as they are, and ends in one logit a class', (name, parameters) => {
    const architecture = findPreset(name).build(11);
    expect(architecture.inputShape).toEqual([128, 128, 1]);
    expect(countParameters(architecture)).toBe(parameters);
    expect(lastActivation(architecture)).toBe('linear');
    expect(outputUnits(architecture)).toBe(11);
  });

  it('come before the one that is kept for comparison', () => {
    expect(PRESETS.map(({ name }) => name)).toEqual(['instrunet', 'instrunet-fast', 'instrunet-seed']);
  });
});

describe('findPreset', () => {
  it('names the presets when there is none of that name', () => {
    expect(() => findPreset('resnet')).toThrow(/no preset called "resnet".*instrunet-seed/);
  });

  it('builds every preset for any number of classes', () => {
    for (const preset of PRESETS) expect(outputUnits(preset.build(3))).toBe(3);
  });
});

describe('initialise', () => {
  it('gives the same bits for the same seed, on every machine', () => {
    const bytes = initialise(seed, 42).weights.map(({ values }) => Buffer.from(values.buffer));
    expect(sha256(Buffer.concat(bytes))).toBe('cd4898cf5fecf5815f2735af9b24e54ddaa5a83a27261cb49be3a5fdb9e18d9a');
  });

  it('gives other kernels for another seed', () => {
    const kernel = (value: number): Float32Array | undefined => initialise(seed, value).weights[0]?.values;
    expect(kernel(1)).not.toEqual(kernel(2));
  });

  it('draws kernels evenly within the Glorot limit and sets the rest as Keras does', () => {
    const network = initialise(EVERY_LAYER_KIND, 3);
    const byKey = new Map(network.weights.map((weight) => [weightKey(weight), weight.values]));
    const dense =
      initialise(seed, 3).weights.find((weight) => weightKey(weight) === 'dense/kernel')?.values ?? new Float32Array();
    const limit = Math.sqrt(6 / (16384 + 128));
    expect(Math.max(...dense.slice(0, 50_000))).toBeLessThan(limit);
    expect(Math.max(...dense.slice(0, 50_000))).toBeGreaterThan(0.99 * limit);
    expect(Math.min(...dense.slice(0, 50_000))).toBeLessThan(-0.99 * limit);
    const variance = dense.reduce((sum, value) => sum + value ** 2, 0) / dense.length;
    expect(variance / (limit ** 2 / 3)).toBeCloseTo(1, 2);
    const convolutionLimit = Math.sqrt(6 / (5 * 3 * (3 + 6)));
    const kernel = byKey.get('conv2d/kernel') ?? [];
    expect(Math.max(...kernel)).toBeLessThan(convolutionLimit);
    expect(Math.max(...kernel)).toBeGreaterThan(0.9 * convolutionLimit);
    expect(new Set(byKey.get('conv2d_1/bias'))).toEqual(new Set([0]));
    expect(new Set(byKey.get('batch_normalization/gamma'))).toEqual(new Set([1]));
    expect(new Set(byKey.get('batch_normalization/moving_variance'))).toEqual(new Set([1]));
    expect(new Set(byKey.get('batch_normalization/moving_mean'))).toEqual(new Set([0]));
  });
});

describe('architectures that make no network', () => {
  const dense = { kind: 'Dense', name: 'dense', units: 2, useBias: true, activation: 'linear' } as const;

  it('names the layer that cannot take its input', () => {
    const architecture: Architecture = {
      name: 'wrong',
      inputShape: [4, 4, 1],
      layers: [{ kind: 'AveragePooling2D', name: 'pool', poolSize: [5, 5], strides: [5, 5], padding: 'valid' }],
    };
    expect(() => layerShapes(architecture)).toThrow(
      'The layer pool (AveragePooling2D) cannot take an input of shape 4 x 4 x 1.',
    );
  });

  it('names the layer that takes from one that is not before it', () => {
    const architecture: Architecture = {
      name: 'wrong',
      inputShape: [4, 4, 1],
      layers: [{ kind: 'Add', name: 'sum', inputs: ['input_layer', 'later'] }],
    };
    expect(() => layerShapes(architecture)).toThrow(
      'The layer sum (Add) takes from later, which is no layer before it.',
    );
  });

  it.each(['Add', 'Concatenate'] as const)('names the layer that cannot join what it takes: %s', (kind) => {
    const architecture: Architecture = {
      name: 'wrong',
      inputShape: [4, 4, 1],
      layers: [
        { kind: 'MaxPooling2D', name: 'pool', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
        { kind, name: 'joined', inputs: ['input_layer', 'pool'] },
      ],
    };
    expect(() => layerShapes(architecture)).toThrow(
      /joined \(.*\) cannot take an input of shape 4 x 4 x 1 and 2 x 2 x 1/,
    );
  });

  it('refuses outputs that are no row of classes', () => {
    expect(() => outputUnits({ name: 'wrong', inputShape: [4, 4, 1], layers: [dense] })).toThrow(
      /does not end in one number/,
    );
    const single: Architecture = {
      name: 'single',
      inputShape: [4, 4, 1],
      layers: [
        { kind: 'Flatten', name: 'flatten' },
        { ...dense, units: 1 },
      ],
    };
    expect(() => outputUnits(single)).toThrow(/does not end in one number/);
  });
});
