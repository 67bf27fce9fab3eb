import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { starterFile } from '../../../main/engine/library/starter-folder.ts';
import { loadBackend, type Backend } from '../../../main/engine/model/backend.ts';
import { readKerasFile, writeKerasFile } from '../../../main/engine/model/keras-file.ts';
import { createPredictor } from '../../../main/engine/model/network-predictor.ts';
import { outputUnits, type Architecture, type Network } from '../../../main/engine/model/network.ts';
import { withOutputs } from '../../../main/engine/model/sigmoid-output.ts';
import { ensembleArchitecture } from '../../../main/engine/model/ensemble.ts';
import { PRESETS } from '../../../main/engine/model/presets.ts';
import { presetTraining } from '../../../main/engine/workflows/preset-training.ts';
import { branching, EVERY_LAYER_KIND, randomImages, withRandomWeights } from '../../fixtures/model/networks.ts';

const python = process.env['INSTRUNET_PYTHON'];
const COUNT = 6;
const TOLERANCE = 1e-4;
const STARTER = starterFile('resources/starter-model', 'network');
const images = randomImages(COUNT, 128, 3, 11);

let backend: Backend;
let folder = '';

async function keras(command: 'make' | 'predict'): Promise<string> {
  const script = join(import.meta.dirname, 'keras_models.py');
  const { stdout } = await promisify(execFile)(python ?? '', [script, command, folder]);
  return stdout.trim();
}

async function floats(name: string): Promise<Float32Array> {
  const bytes = await readFile(join(folder, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function classesOf(network: Network): { code: string; name: string }[] {
  return Array.from({ length: outputUnits(network) }, (_, index) => ({ code: `c${index}`, name: `class ${index}` }));
}

async function ownPredictions(network: Network): Promise<Float32Array> {
  const predictor = createPredictor(backend, network, classesOf(network), DEFAULT_RECIPE);
  const channels = network.inputShape[2];
  const shown = channels === 3 ? images : images.filter((_, index) => index % 3 === 0);
  const probabilities = await predictor.predict(shown, COUNT);
  predictor.dispose();
  return probabilities;
}

function expectSame(own: Float32Array, theirs: Float32Array): void {
  expect(own.length).toBe(theirs.length);
  const differences = own.map((value, index) => Math.abs(value - (theirs[index] ?? NaN)));
  expect(Math.max(...differences)).toBeLessThan(TOLERANCE);
}

describe.skipIf(python === undefined)('.keras files and Keras (needs INSTRUNET_PYTHON)', () => {
  beforeAll(async () => {
    backend = await loadBackend();
    folder = await mkdtemp(join(tmpdir(), 'instrunet-parity-'));
    await writeFile(join(folder, 'images.u8'), images);
    await keras('make');
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.each<[string, Architecture]>([
    ...PRESETS.map(({ name, build }): [string, Architecture] => [
      name,
      ensembleArchitecture(build(11), presetTraining(name).members),
    ]),
    ['every layer kind', EVERY_LAYER_KIND],
    ['layers that branch and join', branching(128, 5)],
    ['sigmoid outputs', withOutputs(withRandomWeights(branching(128, 5), 1), 'sigmoid')],
  ])('Keras opens what is written here and predicts the same: %s', async (_what, architecture) => {
    const network = withRandomWeights(architecture, 21);
    await writeKerasFile(join(folder, 'model.keras'), network, { classes: classesOf(network), recipe: DEFAULT_RECIPE });
    expect(await keras('predict')).toMatch(/^3\./);
    expectSame(await ownPredictions(network), await floats('predictions.f32'));
  });

  it.skipIf(!existsSync(STARTER))('Keras opens the starter network and predicts the same', async () => {
    await copyFile(STARTER, join(folder, 'model.keras'));
    expect(await keras('predict')).toMatch(/^3\./);
    const { network } = await readKerasFile(STARTER);
    expectSame(await ownPredictions(network), await floats('predictions.f32'));
  });

  it.each(['sequential', 'functional', 'branching', 'seed', 'sigmoid'])(
    'what Keras has written opens here and predicts the same: %s',
    async (name) => {
      const { network, labels } = await readKerasFile(join(folder, `${name}.keras`));
      expect(labels).toBeNull();
      expectSame(await ownPredictions(network), await floats(`${name}.f32`));
    },
  );
});
