import { z } from 'zod';
import { EngineError } from '../common/errors.ts';
import { IMAGE, type Activation, type GlobalPooling2D, type Layer, type Pooling2D } from './layers.ts';
import { layerShapes, type Architecture, type ImageShape } from './network.ts';

/** What `config.json` of a `.keras` file says. */
export interface KerasModel {
  readonly architecture: Architecture;
  /** The group under `layers/` in the weights file that holds each layer's variables, by layer name. */
  readonly groups: ReadonlyMap<string, string>;
}

const namedObject = z.object({ class_name: z.string(), config: z.record(z.string(), z.unknown()) });
const history = z.tuple([z.string()]).rest(z.unknown());
const layerObject = namedObject.extend({ inbound_nodes: z.array(z.unknown()).optional() });
const modelObject = z.object({
  class_name: z.string(),
  config: z.object({
    name: z.string().default('model'),
    layers: z.array(layerObject),
    build_input_shape: z.array(z.int().nullable()).optional(),
    input_layers: z.array(z.unknown()).optional(),
    output_layers: z.array(z.unknown()).optional(),
  }),
});
type LayerObject = z.infer<typeof layerObject>;

const size = z.union([
  z
    .int()
    .positive()
    .transform((value) => [value, value] as const),
  z.tuple([z.int().positive(), z.int().positive()]),
]);
const activation = z.enum(['linear', 'relu', 'softmax', 'sigmoid']);
const padding = z.enum(['same', 'valid']).default('valid');
const channelsLast = z.literal('channels_last').nullish();
const name = z.string().min(1);

/** The part of each layer's configuration that decides what it computes; anything else that could change it is refused. */
const LAYER_SCHEMAS = {
  Rescaling: z
    .object({ name, scale: z.number(), offset: z.number().default(0) })
    .transform((config): Layer => ({ kind: 'Rescaling', ...config })),
  Conv2D: z
    .object({
      name,
      filters: z.int().positive(),
      kernel_size: size,
      strides: size.default([1, 1]),
      padding,
      data_format: channelsLast,
      dilation_rate: z.union([z.literal(1), z.tuple([z.literal(1), z.literal(1)])]).default(1),
      groups: z.literal(1).default(1),
      activation: activation.default('linear'),
      use_bias: z.boolean().default(true),
    })
    .transform((config): Layer => ({
      kind: 'Conv2D',
      name: config.name,
      filters: config.filters,
      kernelSize: config.kernel_size,
      strides: config.strides,
      padding: config.padding,
      useBias: config.use_bias,
      activation: config.activation,
    })),
  MaxPooling2D: poolingSchema('MaxPooling2D'),
  AveragePooling2D: poolingSchema('AveragePooling2D'),
  GlobalAveragePooling2D: globalPoolingSchema('GlobalAveragePooling2D'),
  GlobalMaxPooling2D: globalPoolingSchema('GlobalMaxPooling2D'),
  Add: z.object({ name }).transform((config): Layer => ({ kind: 'Add', name: config.name })),
  Concatenate: z
    .object({ name, axis: z.literal(-1).default(-1) })
    .transform((config): Layer => ({ kind: 'Concatenate', name: config.name })),
  Dropout: z
    .object({ name, rate: z.number().min(0).lt(1) })
    .transform((config): Layer => ({ kind: 'Dropout', ...config })),
  Flatten: z
    .object({ name, data_format: channelsLast })
    .transform((config): Layer => ({ kind: 'Flatten', name: config.name })),
  Dense: z
    .object({
      name,
      units: z.int().positive(),
      activation: activation.default('linear'),
      use_bias: z.boolean().default(true),
    })
    .transform((config): Layer => ({
      kind: 'Dense',
      name: config.name,
      units: config.units,
      useBias: config.use_bias,
      activation: config.activation,
    })),
  Activation: z.object({ name, activation }).transform((config): Layer => ({ kind: 'Activation', ...config })),
  ReLU: z
    .object({
      name,
      max_value: z.null().optional(),
      negative_slope: z.literal(0).optional(),
      threshold: z.literal(0).optional(),
    })
    .transform((config): Layer => activationLayer(config.name, 'relu')),
  Softmax: z
    .object({ name, axis: z.literal(-1).default(-1) })
    .transform((config): Layer => activationLayer(config.name, 'softmax')),
  BatchNormalization: z
    .object({
      name,
      axis: z.union([z.literal(-1), z.literal(3), z.tuple([z.literal(3)])]).default(-1),
      momentum: z.number().default(0.99),
      epsilon: z.number().default(0.001),
      center: z.boolean().default(true),
      scale: z.boolean().default(true),
    })
    .transform(({ name: layerName, momentum, epsilon, center, scale }): Layer => ({
      kind: 'BatchNormalization',
      name: layerName,
      momentum,
      epsilon,
      center,
      scale,
    })),
} as const;

function poolingSchema(kind: Pooling2D['kind']): z.ZodType<Layer> {
  return z
    .object({ name, pool_size: size.default([2, 2]), strides: size.nullish(), padding, data_format: channelsLast })
    .transform((config): Layer => ({
      kind,
      name: config.name,
      poolSize: config.pool_size,
      strides: config.strides ?? config.pool_size,
      padding: config.padding,
    }));
}

function globalPoolingSchema(kind: GlobalPooling2D['kind']): z.ZodType<Layer> {
  return z
    .object({ name, data_format: channelsLast, keepdims: z.boolean().default(false) })
    .transform((config): Layer => ({ kind, name: config.name, keepDims: config.keepdims }));
}

function activationLayer(layerName: string, kind: Activation): Layer {
  return { kind: 'Activation', name: layerName, activation: kind };
}

/**
 * Reads the configuration of a Sequential model, or of a Functional one with one image as input and one result.
 * @throws EngineError `unsupported-model` naming the layer and its kind where there is something that cannot be computed here
 */
export function architectureFromConfig(config: unknown): KerasModel {
  const parsed = modelObject.safeParse(config);
  if (!parsed.success) throw unsupported('its config.json does not describe a Keras model', parsed.error);
  const { class_name: kind, config: model } = parsed.data;
  if (kind !== 'Sequential' && kind !== 'Functional') {
    throw unsupported(`it is a ${kind} model, and only Sequential and Functional ones can be opened`);
  }
  const ordered = kind === 'Sequential' ? model.layers : fromInputToOutput(model.layers, model.output_layers);
  const [first] = ordered;
  const hasInputLayer = first?.class_name === 'InputLayer';
  const inputShape = hasInputLayer ? inputLayerShape(first) : model.build_input_shape;
  const layers = (hasInputLayer ? ordered.slice(1) : ordered).map((object, index, all) => ({
    ...parseLayer(object),
    ...(kind === 'Sequential' ? {} : inputsOf(object, all[index - 1] ?? first, first)),
  }));
  const architecture = { name: model.name, inputShape: imageShape(inputShape), layers };
  layerShapes(architecture);
  return { architecture, groups: weightGroups(model.layers) };
}

/** Whose results a layer takes, where that is not only the one listed before it. */
function inputsOf(
  layer: LayerObject,
  previous: LayerObject | undefined,
  image: LayerObject | undefined,
): { inputs?: readonly string[] } {
  const names = historiesIn(layer.inbound_nodes);
  if (names.length === 1 && names[0] === previous?.config['name']) return {};
  return { inputs: names.map((taken) => (taken === image?.config['name'] ? IMAGE : taken)) };
}

function parseLayer({ class_name: kind, config }: LayerObject): Layer {
  const layerName = typeof config['name'] === 'string' ? config['name'] : 'without a name';
  if (!isKnown(kind)) throw unsupported(`its layer ${layerName} is of the kind ${kind}`);
  const parsed = LAYER_SCHEMAS[kind].safeParse(config);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const setting = issue?.path[0] === undefined ? 'settings' : `setting ${String(issue.path[0])}`;
  throw unsupported(`its layer ${layerName} (${kind}) has a ${setting} that is not supported`, parsed.error);
}

function isKnown(kind: string): kind is keyof typeof LAYER_SCHEMAS {
  return Object.prototype.hasOwnProperty.call(LAYER_SCHEMAS, kind);
}

function inputLayerShape({ config }: LayerObject): unknown {
  return config['batch_shape'] ?? config['batch_input_shape'];
}

function imageShape(batchShape: unknown): ImageShape {
  const parsed = z
    .tuple([z.unknown(), z.int().positive(), z.int().positive(), z.int().positive()])
    .safeParse(batchShape);
  if (!parsed.success) throw unsupported('it does not take images of one fixed height, width and number of channels');
  const [, height, width, channels] = parsed.data;
  return [height, width, channels];
}

/** The layers of a Functional model, each after those it takes from: its one input first, its one output last. */
function fromInputToOutput(layers: readonly LayerObject[], outputs: readonly unknown[] | undefined): LayerObject[] {
  const byName = new Map(layers.map((layer) => [String(layer.config['name']), layer]));
  const [output, ...otherOutputs] = historiesIn(outputs);
  if (output === undefined || otherOutputs.length > 0) throw unsupported('it has not one result');
  const ordered: LayerObject[] = [];
  const begun = new Set<LayerObject>();
  const visit = (at: string): void => {
    const layer = byName.get(at);
    if (layer === undefined) throw unsupported(`its layer ${at} is missing`);
    if (ordered.includes(layer)) return;
    if (begun.has(layer)) throw unsupported('its layers go round in a circle');
    begun.add(layer);
    if ((layer.inbound_nodes?.length ?? 0) > 1) throw unsupported(`its layer ${at} is used more than once`);
    historiesIn(layer.inbound_nodes).forEach(visit);
    ordered.push(layer);
  };
  visit(output);
  if (ordered.length !== layers.length) throw unsupported('some of its layers do not lead to its result');
  if (ordered.filter(({ class_name: kind }) => kind === 'InputLayer').length > 1) {
    throw unsupported('it has more than one input');
  }
  return ordered;
}

/** Names of the layers whose tensors are referred to anywhere in a piece of configuration. */
function historiesIn(value: unknown): string[] {
  const direct = history.safeParse(value);
  if (direct.success) return [direct.data[0]];
  if (Array.isArray(value)) return value.flatMap(historiesIn);
  if (typeof value !== 'object' || value === null) return [];
  if ('keras_history' in value) return historiesIn(value.keras_history);
  return Object.values(value).flatMap(historiesIn);
}

/**
 * Keras names the groups in the weights file by class and number (`conv2d`, `conv2d_1`), not by the layers' names.
 * @see https://github.com/keras-team/keras/blob/master/keras/src/saving/saving_lib.py
 */
export function weightGroups(layers: readonly Pick<LayerObject, 'class_name' | 'config'>[]): Map<string, string> {
  const used = new Map<string, number>();
  return new Map(
    layers.map(({ class_name: kind, config }) => {
      const group = snakeCase(kind);
      const number = used.get(group) ?? 0;
      used.set(group, number + 1);
      return [String(config['name']), number === 0 ? group : `${group}_${number}`];
    }),
  );
}

function snakeCase(text: string): string {
  return text
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function unsupported(reason: string, cause?: unknown): EngineError {
  return new EngineError('unsupported-model', `This model cannot be used here: ${reason}.`, { cause });
}
