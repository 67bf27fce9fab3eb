import { weightGroups } from './keras-config.ts';
import { IMAGE, isMerging, type Layer } from './layers.ts';
import { IMAGE_POSITION, inputShapes, isLine, layerInputs, type Architecture } from './network.ts';

interface KerasObject {
  readonly module: string;
  readonly class_name: string;
  readonly config: Record<string, unknown>;
  readonly registered_name: string | null;
}

/**
 * The configuration as Keras 3 writes it, of a Sequential model where the layers follow each other and of a Functional one
 * otherwise, and where its weights go.
 */
export function configFromArchitecture(architecture: Architecture): {
  config: unknown;
  groups: ReadonlyMap<string, string>;
} {
  return isLine(architecture) ? sequential(architecture) : functional(architecture);
}

function sequential(architecture: Architecture): ReturnType<typeof configFromArchitecture> {
  const shapes = inputShapes(architecture);
  const inputShape = [null, ...architecture.inputShape];
  const input = layer('InputLayer', { batch_shape: inputShape, dtype: 'float32', sparse: false, name: IMAGE });
  const layers = architecture.layers.map((spec, index) => ({
    ...layer(spec.kind, { name: spec.name, trainable: true, dtype: FLOAT32, ...settingsOf(spec) }),
    build_config: { input_shape: [null, ...(shapes[index]?.[0] ?? architecture.inputShape)] },
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

function functional(architecture: Architecture): ReturnType<typeof configFromArchitecture> {
  const { layers } = architecture;
  const shapes = inputShapes(architecture);
  const takes = layerInputs(architecture);
  const tensor = (position: number, shape: readonly number[] = architecture.inputShape): unknown => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, ...shape], dtype: 'float32', keras_history: [layers[position]?.name ?? IMAGE, 0, 0] },
  });
  const batchShape = [null, ...architecture.inputShape];
  const input = {
    ...layer('InputLayer', { batch_shape: batchShape, dtype: 'float32', sparse: false, name: IMAGE }),
    name: IMAGE,
    inbound_nodes: [],
  };
  const written = kerasOrder(architecture).flatMap((index) => {
    const spec = layers[index];
    const own = shapes[index];
    if (spec === undefined || own === undefined) return [];
    const tensors = (takes[index] ?? []).map((position, place) => tensor(position, own[place]));
    const built = own.map((shape) => [null, ...shape]);
    return [
      {
        ...layer(spec.kind, { name: spec.name, trainable: true, dtype: FLOAT32, ...settingsOf(spec) }),
        build_config: { input_shape: isMerging(spec) ? built : built[0] },
        name: spec.name,
        inbound_nodes: [{ args: isMerging(spec) ? [tensors] : tensors, kwargs: {} }],
      },
    ];
  });
  const config = {
    ...layer('Functional', {
      name: architecture.name,
      trainable: true,
      layers: [input, ...written],
      input_layers: [IMAGE, 0, 0],
      output_layers: [layers[layers.length - 1]?.name ?? IMAGE, 0, 0],
    }),
    module: 'keras.src.models.functional',
    registered_name: 'Functional',
    build_config: { input_shape: null },
  };
  return { config, groups: weightGroups([input, ...written]) };
}

/**
 * The order in which Keras lists a Functional model's layers, and numbers their weights, when it has read them: those
 * farthest from the result first, and of equals the one that is met first on the way back from it.
 * @see https://github.com/keras-team/keras/blob/master/keras/src/ops/function.py (`map_graph`)
 */
function kerasOrder(architecture: Architecture): number[] {
  const takes = layerInputs(architecture);
  const depths = takes.map(() => 0);
  for (let index = takes.length - 1; index >= 0; index--) {
    for (const input of takes[index] ?? []) {
      if (input >= 0) depths[input] = Math.max(depths[input] ?? 0, (depths[index] ?? 0) + 1);
    }
  }
  const met: number[] = [];
  const visit = (index: number): void => {
    if (index === IMAGE_POSITION || met.includes(index)) return;
    met.push(index);
    takes[index]?.forEach(visit);
  };
  visit(takes.length - 1);
  return met
    .map((index, order) => ({ index, order, depth: depths[index] ?? 0 }))
    .sort((a, b) => b.depth - a.depth || a.order - b.order)
    .map(({ index }) => index);
}

const FLOAT32 = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' }, registered_name: null };

function layer(kind: string, config: Record<string, unknown>): KerasObject {
  return { module: 'keras.layers', class_name: kind, config, registered_name: null };
}

function settingsOf(spec: Layer): Record<string, unknown> {
  switch (spec.kind) {
    case 'Add':
      return {};
    case 'Concatenate':
      return { axis: -1 };
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
    case 'GlobalMaxPooling2D':
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
