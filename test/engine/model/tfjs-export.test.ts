import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { loadBackend, type Backend } from '../../../main/engine/model/backend.ts';
import { createPredictor } from '../../../main/engine/model/network-predictor.ts';
import { lastActivation, type Network } from '../../../main/engine/model/network.ts';
import { ensembleArchitecture } from '../../../main/engine/model/ensemble.ts';
import { PRESETS } from '../../../main/engine/model/presets.ts';
import { presetTraining } from '../../../main/engine/workflows/preset-training.ts';
import { withOutputs } from '../../../main/engine/model/sigmoid-output.ts';
import { exportTfjs } from '../../../main/engine/model/tfjs-export.ts';
import { branching, EVERY_LAYER_KIND, randomImages, withRandomWeights } from '../../fixtures/model/networks.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const network = withRandomWeights(EVERY_LAYER_KIND, 9);
const classes = ['a', 'b', 'c', 'd', 'e'].map((code) => ({ code, name: code }));

/** What it is, the network, its channels. */
type Case = [string, Network, 1 | 3];

let backend: Backend;

beforeAll(async () => {
  backend = await loadBackend();
});

describe('exportTfjs', () => {
  it.each<Case>([
    ['every layer kind', network, 3],
    ['layers that branch and join', withRandomWeights(branching(128, 5), 9), 1],
    ['sigmoid outputs', withOutputs(withRandomWeights(branching(128, 5), 9), 'sigmoid'), 1],
    ...PRESETS.map(({ name, build }): Case => {
      const preset = withRandomWeights(ensembleArchitecture(build(5), presetTraining(name).members), 9);
      return [name, preset, preset.inputShape[2] === 3 ? 3 : 1];
    }),
  ])(
    'writes a model that tf.loadLayersModel opens, with the same predictions: %s',
    async (_what, exported, channels) => {
      const folder = join(await temporaryFolder(), 'web');
      const before = backend.tf.memory().numTensors;
      await exportTfjs(backend, exported, { classes, recipe: DEFAULT_RECIPE }, folder);
      expect(backend.tf.memory().numTensors).toBe(before);
      expect(await readdir(folder)).toEqual(['group1-shard1of1.bin', 'instrunet.json', 'model.json']);

      const images = randomImages(4, 128, channels, 5);
      const { tf } = backend;
      const model = await tf.loadLayersModel(pathToFileURL(join(folder, 'model.json')).href);
      const output = tf.tidy(() => {
        const predicted = model.predict(tf.tensor4d(Float32Array.from(images), [4, 128, 128, channels]));
        if (Array.isArray(predicted)) throw new Error('one output was expected');
        return lastActivation(exported) === 'linear' ? tf.softmax(predicted) : predicted;
      });
      const expected = [...output.dataSync()];
      const predictor = createPredictor(backend, exported, classes, DEFAULT_RECIPE);
      const own = await predictor.predict(images, 4);
      expect(expected).toHaveLength(20);
      expected.forEach((value, index) => {
        expect(own[index]).toBeCloseTo(value, 4);
      });
      predictor.dispose();
      model.dispose();
      tf.dispose(output);
    },
  );

  it('leaves a folder that is there already as it is', async () => {
    const folder = join(await temporaryFolder(), 'web');
    await mkdir(folder);
    await expect(exportTfjs(backend, network, { classes, recipe: DEFAULT_RECIPE }, folder)).rejects.toMatchObject({
      code: 'exists',
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
