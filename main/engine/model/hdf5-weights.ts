import * as h5wasm from 'h5wasm';
import { EngineError } from '../common/errors.ts';
import { networkWeightSpecs, type Architecture, type Weight } from './network.ts';

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * The weights as Keras 3 lays them out in `model.weights.h5`: `layers/<group>/vars/<number>`, where every group of variables
 * carries its layer's name.
 * @param groups each layer's group, by layer name
 */
export async function writeWeights(
  architecture: Architecture,
  weights: readonly Weight[],
  groups: ReadonlyMap<string, string>,
): Promise<Uint8Array> {
  return await inMemoryFile(undefined, (path) => {
    const file = new h5wasm.File(path, 'w');
    try {
      file.create_group('vars').create_attribute('name', architecture.name);
      const layers = file.create_group('layers');
      for (const [layer, group] of groups) {
        const vars = layers.create_group(group).create_group('vars');
        vars.create_attribute('name', layer);
        for (const [index, { shape, values }] of weights.filter((weight) => weight.layer === layer).entries()) {
          vars.create_dataset({ name: String(index), data: values, shape: [...shape], dtype: '<f4' });
        }
      }
    } finally {
      file.close();
    }
    return path;
  });
}

/**
 * Reads the weights an architecture needs.
 * @throws EngineError `unsupported-model` when the bytes are no HDF5 file, or a weight is missing or of another shape or type
 */
export async function readWeights(
  bytes: Uint8Array,
  architecture: Architecture,
  groups: ReadonlyMap<string, string>,
): Promise<Weight[]> {
  if (SIGNATURE.some((byte, index) => bytes[index] !== byte)) throw damaged('it is no HDF5 file');
  const weights: Weight[] = [];
  await inMemoryFile(bytes, (path) => {
    const file = openForReading(path);
    try {
      const numbers = new Map<string, number>();
      for (const spec of networkWeightSpecs(architecture)) {
        const number = numbers.get(spec.layer) ?? 0;
        numbers.set(spec.layer, number + 1);
        const dataset = file.get(`layers/${groups.get(spec.layer) ?? spec.layer}/vars/${number}`);
        const what = `the ${spec.name} of the layer ${spec.layer}`;
        if (!(dataset instanceof h5wasm.Dataset)) throw damaged(`it lacks ${what}`);
        const shape = dataset.shape ?? [];
        if (shape.join() !== spec.shape.join()) {
          throw damaged(`${what} has the shape ${shape.join(' x ')} instead of ${spec.shape.join(' x ')}`);
        }
        const values = dataset.value;
        if (!(values instanceof Float32Array)) throw damaged(`${what} is not stored as 32-bit floats`);
        weights.push({ ...spec, values: values.slice() });
      }
    } finally {
      file.close();
    }
    return path;
  });
  return weights;
}

function openForReading(path: string): h5wasm.File {
  try {
    const file = new h5wasm.File(path, 'r');
    file.keys();
    return file;
  } catch (error) {
    throw damaged('it cannot be read', error);
  }
}

let files = 0;

/** Runs `work` on a file in the library's own memory, where no other program sees it, and gives back what is in it then. */
async function inMemoryFile(bytes: Uint8Array | undefined, work: (path: string) => string): Promise<Uint8Array> {
  const { FS } = await h5wasm.ready;
  const path = `/weights-${files++}.h5`;
  if (bytes !== undefined) FS.writeFile(path, bytes);
  try {
    return FS.readFile(work(path));
  } finally {
    if (FS.analyzePath(path).exists) FS.unlink(path);
  }
}

function damaged(how: string, cause?: unknown): EngineError {
  return new EngineError('unsupported-model', `The model's weights (model.weights.h5) cannot be used: ${how}.`, {
    cause,
  });
}
