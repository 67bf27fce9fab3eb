import { describe, expect, it } from 'vitest';
import { architectureFromConfig } from '../../../main/engine/model/keras-config.ts';
import type { Architecture } from '../../../main/engine/model/network.ts';
import { PRESETS } from '../../../main/engine/model/presets.ts';
import { configFromArchitecture } from '../../../main/engine/model/keras-config-writer.ts';
import { branching, EVERY_LAYER_KIND } from '../../fixtures/model/networks.ts';

const object = (kind: string, config: object, inputs: string[] = []): object => ({
  class_name: kind,
  config,
  inbound_nodes:
    inputs.length === 0
      ? []
      : [
          {
            args: inputs.map((input) => ({
              class_name: '__keras_tensor__',
              config: { shape: [null, 4], keras_history: [input, 0, 0] },
            })),
            kwargs: {},
          },
        ],
});
const input = object('InputLayer', { name: 'in', batch_shape: [null, 8, 8, 1] });
const flatten = object('Flatten', { name: 'flat' }, ['in']);
const dense = object('Dense', { name: 'out', units: 3, activation: 'softmax' }, ['flat']);

function functional(layers: object[], output = 'out'): object {
  return {
    class_name: 'Functional',
    config: { name: 'f', layers, input_layers: ['in', 0, 0], output_layers: [output, 0, 0] },
  };
}

function sequential(...layers: object[]): object {
  return { class_name: 'Sequential', config: { name: 's', layers } };
}

describe('architectureFromConfig', () => {
  it.each<[string, Architecture]>([
    ['every layer kind', EVERY_LAYER_KIND],
    ['layers that branch and join', branching(16, 3)],
    ...PRESETS.map(({ name, build }): [string, Architecture] => [name, build(4)]),
  ])('reads back what is written for %s', (_what, architecture) => {
    const { config, groups } = configFromArchitecture(architecture);
    const read = architectureFromConfig(JSON.parse(JSON.stringify(config)));
    expect(read.architecture).toEqual(architecture);
    for (const [layer, group] of groups) expect(read.groups.get(layer)).toBe(group);
  });

  it('orders a Functional model by its connections, not by its list', () => {
    const { architecture } = architectureFromConfig(functional([input, dense, flatten]));
    expect(architecture.layers.map(({ name }) => name)).toEqual(['flat', 'out']);
  });

  it('opens what branches and joins, and names what each layer takes', () => {
    const { architecture } = architectureFromConfig(
      functional([
        input,
        flatten,
        object('Flatten', { name: 'other' }, ['in']),
        object('Add', { name: 'sum' }, ['flat', 'other']),
        object('Dense', { name: 'out', units: 3 }, ['sum']),
      ]),
    );
    expect(architecture.layers.map(({ name, inputs }) => [name, inputs])).toEqual([
      ['flat', undefined],
      ['other', ['input_layer']],
      ['sum', ['flat', 'other']],
      ['out', undefined],
    ]);
  });

  it('numbers the weight groups by class, whatever the layers are called', () => {
    const { groups } = architectureFromConfig(
      sequential(
        input,
        flatten,
        object('Dense', { name: 'first', units: 4 }),
        object('BatchNormalization', { name: 'x' }),
        dense,
      ),
    );
    expect(Object.fromEntries(groups)).toEqual({
      in: 'input_layer',
      flat: 'flatten',
      first: 'dense',
      x: 'batch_normalization',
      out: 'dense_1',
    });
  });

  it('takes the input shape from the build where there is no input layer', () => {
    const config = {
      class_name: 'Sequential',
      config: { layers: [flatten, dense], build_input_shape: [null, 6, 7, 3] },
    };
    expect(architectureFromConfig(config).architecture.inputShape).toEqual([6, 7, 3]);
  });

  it('turns ReLU and Softmax layers into activations', () => {
    const { architecture } = architectureFromConfig(
      sequential(
        input,
        object('ReLU', { name: 'r', max_value: null, negative_slope: 0.0, threshold: 0.0 }),
        flatten,
        object('Softmax', { name: 's', axis: -1 }),
      ),
    );
    expect(architecture.layers.map((layer) => 'activation' in layer && layer.activation)).toEqual([
      'relu',
      false,
      'softmax',
    ]);
  });

  it.each([
    [
      'a layer that leads nowhere',
      functional([input, flatten, object('Flatten', { name: 'other' }, ['in']), dense]),
      /do not lead to its result/,
    ],
    [
      'two inputs',
      functional([
        input,
        object('InputLayer', { name: 'second', batch_shape: [null, 8, 8, 1] }),
        object('Add', { name: 'flat' }, ['in', 'second']),
        dense,
      ]),
      /more than one input/,
    ],
    ['a loop', functional([object('Flatten', { name: 'flat' }, ['out']), dense]), /round in a circle/],
    ['a subclassed model', { class_name: 'MyModel', config: { layers: [] } }, /is a MyModel model/],
    ['no model at all', { anything: 1 }, /does not describe a Keras model/],
    [
      'a nested model',
      sequential(input, object('Sequential', { name: 'inner', layers: [] })),
      /inner is of the kind Sequential/,
    ],
    [
      'a leaky ReLU',
      sequential(input, object('ReLU', { name: 'r', negative_slope: 0.1 })),
      /r \(ReLU\) has a setting negative_slope/,
    ],
    [
      'channels first',
      sequential(input, object('Conv2D', { name: 'c', filters: 1, kernel_size: 3, data_format: 'channels_first' })),
      /c \(Conv2D\) has a setting data_format/,
    ],
    [
      'another activation',
      sequential(input, object('Dense', { name: 'd', units: 2, activation: 'gelu' })),
      /d \(Dense\) has a setting activation/,
    ],
    [
      'an input that is no image',
      sequential(object('InputLayer', { name: 'in', batch_shape: [null, 40] }), dense),
      /images of one fixed height/,
    ],
    [
      'an input of any size',
      sequential(object('InputLayer', { name: 'in', batch_shape: [null, null, null, 3] }), dense),
      /images of one fixed height/,
    ],
  ])('refuses %s', (_what, config, message) => {
    expect(() => architectureFromConfig(config)).toThrow(message);
  });
});
