import { beforeAll, describe, expect, it } from 'vitest';
import { applyColourMap, colourTable } from '../../../main/engine/features/colour-map.ts';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { loadBackend, type Backend } from '../../../main/engine/model/backend.ts';
import { Kernels } from '../../../main/engine/model/kernels.ts';
import { createPredictor } from '../../../main/engine/model/network-predictor.ts';
import { withOutputs } from '../../../main/engine/model/sigmoid-output.ts';
import { findPreset } from '../../../main/engine/model/presets.ts';
import { EVERY_LAYER_KIND, randomImages, smallTrainable, withRandomWeights } from '../../fixtures/model/networks.ts';

const classes = ['cel', 'cla', 'flu', 'gac', 'gel'].map((code) => ({ code, name: code }));
const seed = withRandomWeights(findPreset('instrunet-seed').build(5), 1);
const gray = randomImages(40, 128, 1, 3);

let backend: Backend;

beforeAll(async () => {
  backend = await loadBackend();
});

async function predict(network: typeof seed, images: Uint8Array, count: number): Promise<Float32Array> {
  const predictor = createPredictor(backend, network, classes, DEFAULT_RECIPE);
  try {
    return await predictor.predict(images, count);
  } finally {
    predictor.dispose();
  }
}

describe('a predictor', () => {
  it.each([
    ['logits', seed],
    ['probabilities', withRandomWeights(EVERY_LAYER_KIND, 2)],
  ])('gives probabilities from a network that ends in %s', async (_what, network) => {
    const probabilities = await predict(network, gray.subarray(0, 2 * 128 * 128), 2);
    expect(probabilities).toHaveLength(10);
    for (const row of [probabilities.subarray(0, 5), probabilities.subarray(5)]) {
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    }
    expect(Math.max(...probabilities)).toBeLessThan(0.999);
    expect(probabilities[0]).not.toBe(probabilities[5]);
  });

  it('gives each class a probability of its own from a network that ends in sigmoid', async () => {
    const free = withOutputs(seed, 'sigmoid');
    const images = gray.subarray(0, 2 * 128 * 128);
    const [own, shared] = [await predict(free, images, 2), await predict(seed, images, 2)];
    const logits = Array.from(own, (probability) => Math.log(probability / (1 - probability))).slice(0, 5);
    const powers = logits.map(Math.exp);
    const sum = powers.reduce((total, power) => total + power, 0);
    powers.forEach((power, index) => {
      expect(power / sum).toBeCloseTo(shared[index] ?? NaN, 4);
    });
    expect(own.subarray(0, 5).reduce((total, value) => total + value, 0)).not.toBeCloseTo(1, 1);
    const predictor = createPredictor(backend, free, classes, DEFAULT_RECIPE);
    expect(predictor.outputs).toBe('sigmoid');
    predictor.dispose();
  });

  it("shows the network gray images in the recipe's colours", async () => {
    const rgb = new Uint8Array(gray.length * 3);
    applyColourMap(gray, colourTable('magma'), rgb);
    const size = 3 * 128 * 128;
    expect(await predict(seed, rgb.subarray(0, 4 * size), 4)).toEqual(
      await predict(seed, gray.subarray(0, (4 * size) / 3), 4),
    );
  });

  it('gives every image the same probabilities in any batch', async () => {
    const all = await predict(seed, gray, 40);
    const last = await predict(seed, gray.subarray(39 * 128 * 128), 1);
    for (let unit = 0; unit < 5; unit++) expect(all[39 * 5 + unit]).toBeCloseTo(last[unit] ?? NaN, 5);
  });

  it('gives nothing for no images', async () => {
    expect(await predict(seed, new Uint8Array(), 0)).toHaveLength(0);
  });

  it('leaves no tensor behind', async () => {
    const kernels = new Kernels(backend);
    const before = [kernels.tensorCount, backend.tf.memory().numTensors];
    await predict(seed, gray, 40);
    expect([kernels.tensorCount, backend.tf.memory().numTensors]).toEqual(before);
  });

  it('lets other work run between batches', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await predict(seed, randomImages(160, 128, 1, 1), 160);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });

  it('refuses a network for images of another size, or with another number of classes', () => {
    const small = withRandomWeights(smallTrainable(64, 5), 1);
    expect(() => createPredictor(backend, small, classes, DEFAULT_RECIPE)).toThrow(
      /takes images of 64 x 64 pixels, but these have 128 x 128/,
    );
    expect(() => createPredictor(backend, seed, classes.slice(1), DEFAULT_RECIPE)).toThrow(
      /tells 5 classes apart, but 4 class names/,
    );
  });
});
