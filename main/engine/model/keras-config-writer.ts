import type { Layer } from './layers.ts';
import { weightGroups } from './keras-config.ts';
import { layerShapes, type Architecture } from './network.ts';

interface KerasObject {
  readonly module: string;
  readonly class_name: string;
  readonly config: Record<string, unknown>;
  readonly registered_name: null;
}

/** The configuration of a Sequential model as Keras 3 writes it, and where its weights go. */
export function configFromArchitecture(architecture: Architecture): {
  config: unknown;
  groups: ReadonlyMap<string, string>;
} {
  const shapes = layerShapes(architecture);
  const inputShape = [null, ...architecture.inputShape];
  const input = layer('InputLayer', { batch_shape: inputShape, dtype: 'float32', sparse: false, name: 'input_layer' });
  const layers = architecture.layers.map((spec, index) => ({
    ...layer(spec.kind, { name: spec.name, trainable: true, dtype: FLOAT32, ...settingsOf(spec) }),
    build_config: { input_shape: [null, ...(shapes[index - 1] ?? architecture.inputShape)] },
  }));
  const config = {
    ...layer('Sequential', {
      name: architecture.name,
      trainable: true,
      dtype: FLOAT32,
      layers: [input, ...layers],
      build_input_shape: inputShape,
    }),
    module: 'keras',
    build_config: { input_shape: inputShape },
  };
  return { config, groups: weightGroups(layers) };
}

const FLOAT32 = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' }, registered_name: null };

function layer(kind: string, config: Record<string, unknown>): KerasObject {
  return { module: 'keras.layers', class_name: kind, config, registered_name: null };
}

function settingsOf(spec: Layer): Record<string, unknown> {
  switch (spec.kind) {
    case 'Rescaling':
      return { scale: spec.scale, offset: spec.offset };
    case 'Conv2D':
      return {
        filters: spec.filters,
        kernel_size: spec.kernelSize,
        strides: spec.strides,
        padding: spec.padding,
        data_format: 'channels_last',
        dilation_rate: [1, 1],
        groups: 1,
        activation: spec.activation,
        use_bias: spec.useBias,
      };
    case 'MaxPooling2D':
    case 'AveragePooling2D':
      return { pool_size: spec.poolSize, strides: spec.strides, padding: spec.padding, data_format: 'channels_last' };
    case 'GlobalAveragePooling2D':
      return { data_format: 'channels_last', keepdims: spec.keepDims };
    case 'Dropout':
      return { rate: spec.rate, seed: null, noise_shape: null };
    case 'Flatten':
      return { data_format: 'channels_last' };
    case 'Dense':
      return { units: spec.units, activation: spec.activation, use_bias: spec.useBias };
    case 'Activation':
      return { activation: spec.activation };
    case 'BatchNormalization':
      return { axis: -1, momentum: spec.momentum, epsilon: spec.epsilon, center: spec.center, scale: spec.scale };
  }
}
