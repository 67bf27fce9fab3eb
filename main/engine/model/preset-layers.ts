import type { Conv2D, Layer, Pooling2D } from './layers.ts';
import type { Architecture, ImageShape } from './network.ts';

const RGB_IMAGE: ImageShape = [128, 128, 3];
const GRAY_IMAGE: ImageShape = [128, 128, 1];

function convolution(name: string, filters: number, settings: Partial<Conv2D> = {}): Conv2D {
  return {
    kind: 'Conv2D',
    name,
    filters,
    kernelSize: [3, 3],
    strides: [1, 1],
    padding: 'same',
    useBias: true,
    activation: 'relu',
    ...settings,
  };
}

function halving(name: string): Pooling2D {
  return { kind: 'MaxPooling2D', name, poolSize: [2, 2], strides: [2, 2], padding: 'valid' };
}

/** The published network. */
export function seedArchitecture(classes: number): Architecture {
  return {
    name: 'instrunet_seed',
    inputShape: RGB_IMAGE,
    layers: [
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
    ],
  };
}

/** A convolution whose result is normalised; what it is activated by comes later. */
function normalised(name: string, filters: number, settings: Partial<Conv2D> = {}): Layer[] {
  return [
    convolution(name, filters, { useBias: false, activation: 'linear', ...settings }),
    { kind: 'BatchNormalization', name: `${name}_norm`, momentum: 0.9, epsilon: 0.001, center: true, scale: true },
  ];
}

function relu(name: string): Layer {
  return { kind: 'Activation', name, activation: 'relu' };
}

/** Halves the map and activates it. In this order a ReLU has a quarter of the work, and the result is the same. */
function halvedRelu(name: string): Layer[] {
  return [halving(`${name}_pool`), relu(`${name}_relu`)];
}

/** Mean and maximum of every feature over the map, and from them one logit a class. Comes right after the layer `input`. */
function head(input: string, dropout: number, classes: number): Layer[] {
  return [
    { kind: 'GlobalAveragePooling2D', name: 'mean', keepDims: false },
    { kind: 'GlobalMaxPooling2D', name: 'maximum', keepDims: false, inputs: [input] },
    { kind: 'Concatenate', name: 'features', inputs: ['mean', 'maximum'] },
    { kind: 'Dropout', name: 'dropout', rate: dropout },
    { kind: 'Dense', name: 'logits', units: classes, useBias: true, activation: 'linear' },
  ];
}

/** Filters of the stem, of three convolutions and of the top. */
type LineFilters = readonly [number, number, number, number, number];

/** Five convolutions in a line, normalised, four of which are followed by halving the map. */
function lineOf(name: string, filters: LineFilters, dropout: number, classes: number): Architecture {
  return {
    name,
    inputShape: GRAY_IMAGE,
    layers: [
      { kind: 'Rescaling', name: 'rescaling', scale: 1 / 255, offset: 0 },
      ...normalised('stem', filters[0], { kernelSize: [5, 5], strides: [2, 2] }),
      ...halvedRelu('stem'),
      ...normalised('conv1', filters[1]),
      ...halvedRelu('conv1'),
      ...normalised('conv2', filters[2]),
      ...halvedRelu('conv2'),
      ...normalised('conv3', filters[3]),
      ...halvedRelu('conv3'),
      ...normalised('top', filters[4]),
      relu('top_relu'),
      ...head('top_relu', dropout, classes),
    ],
  };
}

/** The most accurate within an hour of training. */
export function wideArchitecture(classes: number): Architecture {
  return lineOf('instrunet', [32, 64, 128, 256, 384], 0.4, classes);
}

/** The same at half the width: a third of the work. */
export function fastArchitecture(classes: number): Architecture {
  return lineOf('instrunet_fast', [16, 32, 64, 128, 192], 0.2, classes);
}
