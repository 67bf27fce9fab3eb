import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tfjs from '@tensorflow/tfjs-node';
import { EngineError, toEngineError } from '../common/errors.ts';
import { exists, temporaryBeside } from '../common/files.ts';
import type { Backend } from './backend.ts';
import { IMAGE, isMerging, type Layer } from './layers.ts';
import { LABELS_FILE, labelsToJson, type ModelLabels } from './model-labels.ts';
import { IMAGE_POSITION, inputShapes, layerInputs, weightKey, type Network } from './network.ts';

type ModelArtifacts = Parameters<Parameters<typeof tfjs.io.withSaveHandler>[0]>[0];

const WEIGHTS_FILE = 'group1-shard1of1.bin';

/**
 * Writes a network as a tfjs layers model (`model.json` and its weights, with labels and recipe beside them), which `tf.loadLayersModel` opens in a browser.
 * The folder is written beside its place and renamed.
 * @throws EngineError `exists` when there is something at `folder` already; `disk-full`, `permission-denied`
 */
export async function exportTfjs(
  { tf }: Backend,
  network: Network,
  labels: ModelLabels,
  folder: string,
): Promise<void> {
  if (await exists(folder)) throw new EngineError('exists', `${folder} exists already.`);
  const artifacts = await artifactsOf(tf, network);
  const manifest = [{ paths: [WEIGHTS_FILE], weights: artifacts.weightSpecs }];
  const model = { modelTopology: artifacts.modelTopology, format: 'layers-model', weightsManifest: manifest };
  const temporary = temporaryBeside(folder);
  try {
    await mkdir(temporary, { recursive: true });
    await writeFile(join(temporary, 'model.json'), JSON.stringify(model));
    await writeFile(join(temporary, WEIGHTS_FILE), artifacts.weights);
    await writeFile(join(temporary, LABELS_FILE), labelsToJson(labels));
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw toEngineError(error, folder);
  }
}

async function artifactsOf(
  tf: typeof tfjs,
  network: Network,
): Promise<{ modelTopology: unknown; weightSpecs: unknown; weights: Uint8Array }> {
  const model = buildLayersModel(tf, network);
  try {
    let saved: ModelArtifacts | undefined;
    const handler = tf.io.withSaveHandler((artifacts) => {
      saved = artifacts;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } });
    });
    await model.save(handler);
    if (saved?.weightData === undefined) throw new Error('tfjs saved no weights');
    const buffers = Array.isArray(saved.weightData) ? saved.weightData : [saved.weightData];
    const weights = Buffer.concat(buffers.map((buffer) => new Uint8Array(buffer)));
    return { modelTopology: saved.modelTopology, weightSpecs: saved.weightSpecs, weights };
  } finally {
    model.dispose();
  }
}

/** The same network made of tfjs's own layers, with its weights. The caller disposes of it. */
export function buildLayersModel(tf: typeof tfjs, network: Network): tfjs.LayersModel {
  const shapes = inputShapes(network);
  const takes = layerInputs(network);
  const image = tf.input({ shape: [...network.inputShape], name: IMAGE });
  const results = new Map([[IMAGE_POSITION, image]]);
  const resultOf = (position: number): tfjs.SymbolicTensor => results.get(position) ?? image;
  for (const [index, layer] of network.layers.entries()) {
    const isFlatAlready = layer.kind === 'Flatten' && shapes[index]?.[0]?.length === 1;
    // tfjs's Flatten refuses what is flat already, Keras's does not.
    const own = isFlatAlready
      ? tf.layers.activation({ name: layer.name, activation: 'linear' })
      : layersModelLayer(tf, layer);
    const taken = (takes[index] ?? []).map(resultOf);
    const [first = image] = taken;
    const result = own.apply(isMerging(layer) ? taken : first);
    if (!(result instanceof tf.SymbolicTensor)) throw new Error(`${layer.name} gave no symbolic tensor`);
    results.set(index, result);
  }
  const model = tf.model({ inputs: image, outputs: resultOf(network.layers.length - 1), name: network.name });
  const values = new Map(network.weights.map((weight) => [weightKey(weight), weight]));
  for (const layer of network.layers) {
    const own = [...values.values()].filter((weight) => weight.layer === layer.name);
    tf.tidy(() => {
      model.getLayer(layer.name).setWeights(own.map(({ values: numbers, shape }) => tf.tensor(numbers, [...shape])));
    });
  }
  return model;
}

function layersModelLayer({ layers }: typeof tfjs, layer: Layer): tfjs.layers.Layer {
  const { name } = layer;
  switch (layer.kind) {
    case 'Add':
      return layers.add({ name });
    case 'Concatenate':
      return layers.concatenate({ name });
    case 'Rescaling':
      return layers.rescaling({ name, scale: layer.scale, offset: layer.offset });
    case 'Conv2D':
      return layers.conv2d({
        name,
        filters: layer.filters,
        kernelSize: [...layer.kernelSize],
        strides: [...layer.strides],
        padding: layer.padding,
        useBias: layer.useBias,
        activation: layer.activation,
      });
    case 'MaxPooling2D':
      return layers.maxPooling2d({
        name,
        poolSize: [...layer.poolSize],
        strides: [...layer.strides],
        padding: layer.padding,
      });
    case 'AveragePooling2D':
      return layers.averagePooling2d({
        name,
        poolSize: [...layer.poolSize],
        strides: [...layer.strides],
        padding: layer.padding,
      });
    case 'GlobalAveragePooling2D':
    case 'GlobalMaxPooling2D':
      if (layer.keepDims) {
        throw new EngineError(
          'unsupported-model',
          `tfjs has no counterpart of the layer ${name} (${layer.kind} that keeps its dimensions).`,
        );
      }
      return layer.kind === 'GlobalMaxPooling2D'
        ? layers.globalMaxPooling2d({ name, dataFormat: 'channelsLast' })
        : layers.globalAveragePooling2d({ name, dataFormat: 'channelsLast' });
    case 'Dropout':
      return layers.dropout({ name, rate: layer.rate });
    case 'Flatten':
      return layers.flatten({ name });
    case 'Dense':
      return layers.dense({ name, units: layer.units, useBias: layer.useBias, activation: layer.activation });
    case 'Activation':
      return layers.activation({ name, activation: layer.activation });
    case 'BatchNormalization': {
      const { momentum, epsilon, center, scale } = layer;
      return layers.batchNormalization({ name, momentum, epsilon, center, scale });
    }
  }
}
