import { EngineError } from '../common/errors.ts';
import type { Conv2D, Layer, Pooling2D } from './layers.ts';
import type { Architecture, ImageShape } from './network.ts';

/** A network to start from, chosen by name. */
export interface Preset {
  readonly name: string;
  /** One sentence for whoever chooses. */
  readonly description: string;
  /** @param classes how many outputs it shall have */
  readonly build: (classes: number) => Architecture;
}

const RGB_IMAGE: ImageShape = [128, 128, 3];

function convolution(name: string, filters: number): Conv2D {
  return {
    kind: 'Conv2D',
    name,
    filters,
    kernelSize: [3, 3],
    strides: [1, 1],
    padding: 'same',
    useBias: true,
    activation: 'relu',
  };
}

function halving(name: string): Pooling2D {
  return { kind: 'MaxPooling2D', name, poolSize: [2, 2], strides: [2, 2], padding: 'valid' };
}

function seedLayers(classes: number): Layer[] {
  return [
    { kind: 'Rescaling', name: 'rescaling', scale: 1 / 255, offset: 0 },
    convolution('conv2d', 16),
    halving('max_pooling2d'),
    convolution('conv2d_1', 32),
    halving('max_pooling2d_1'),
    convolution('conv2d_2', 64),
    halving('max_pooling2d_2'),
    { kind: 'Dropout', name: 'dropout', rate: 0.2 },
    { kind: 'Flatten', name: 'flatten' },
    { kind: 'Dense', name: 'dense', units: 128, useBias: true, activation: 'relu' },
    { kind: 'Dropout', name: 'dropout_1', rate: 0.2 },
    { kind: 'Dense', name: 'dense_1', units: classes, useBias: true, activation: 'linear' },
  ];
}

export const PRESETS: readonly Preset[] = [
  {
    name: 'instrunet-seed',
    description:
      'Three convolutions with pooling and one hidden layer: small, quick to train, the network of the published report.',
    build: (classes) => ({ name: 'instrunet_seed', inputShape: RGB_IMAGE, layers: seedLayers(classes) }),
  },
];

/** @throws EngineError `invalid-argument` naming the presets there are */
export function findPreset(name: string): Preset {
  const preset = PRESETS.find((candidate) => candidate.name === name);
  if (preset !== undefined) return preset;
  const names = PRESETS.map((candidate) => candidate.name).join(', ');
  throw new EngineError('invalid-argument', `There is no preset called "${name}". The presets are: ${names}.`);
}
