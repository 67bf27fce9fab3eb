import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../main/engine/common/random.ts';
import { colourTable } from '../../../main/engine/features/colour-map.ts';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { loadBackend } from '../../../main/engine/model/backend.ts';
import { ImageInput } from '../../../main/engine/model/image-input.ts';
import { writeKerasFile } from '../../../main/engine/model/keras-file.ts';
import { Kernels } from '../../../main/engine/model/kernels.ts';
import { initialise, outputUnits, type Network } from '../../../main/engine/model/network.ts';
import type { OutputKind } from '../../../main/engine/model/output-kind.ts';
import { findPreset } from '../../../main/engine/model/presets.ts';
import { Adam, initialAdamState } from '../../../main/engine/training/adam.ts';
import { drawBatches } from '../../../main/engine/training/batches.ts';
import { BatchLoss } from '../../../main/engine/training/batch-loss.ts';
import { TrainStep } from '../../../main/engine/training/train-step.ts';
import { Variables } from '../../../main/engine/training/variables.ts';
import { randomImages } from '../../fixtures/model/networks.ts';
import { memoryStore } from '../../fixtures/training/memory-store.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const python = process.env['INSTRUNET_PYTHON'];
const BATCHES = 10;
const BATCH_SIZE = 16;
const LEARNING_RATE = 0.001;
const CLASSES = 11;
/** Of the binary cross-entropy. */
const LABEL_SMOOTHING = 0.1;
/** Relative. Keras with oneDNN and without already differ by a third of this after ten batches. */
const TOLERANCE = 1e-4;

function withoutDropout(network: Network): Network {
  const layers = network.layers.filter(({ kind }) => kind !== 'Dropout');
  return { ...network, layers };
}

/** Images in which each class is bright in rows of its own: the loss falls fast, and wrong steps would show. */
function bandedImages(labels: Int32Array, channels: 1 | 3): Uint8Array {
  const images = randomImages(labels.length, 128, channels, 4).map((value) => value >> 1);
  const row = 128 * channels;
  labels.forEach((label, index) => {
    const start = index * 128 * row + (40 + 6 * label) * row;
    images.fill(230, start, start + 6 * row);
  });
  return images;
}

describe.skipIf(python === undefined)('training and Keras (needs INSTRUNET_PYTHON)', () => {
  it.each<[preset: string, rate: number, weightDecay: number, tolerance: number, outputs: OutputKind]>([
    ['instrunet-seed', LEARNING_RATE, 0, TOLERANCE, 'softmax'],
    ['instrunet-seed', LEARNING_RATE, 0, TOLERANCE, 'sigmoid'],
    // Adam's first steps are as long for gradients that are nearly 0, of which normalisation makes many: what differs in
    // their last bits grows, and grows less with short steps.
    ['instrunet', LEARNING_RATE / 20, 5, 20 * TOLERANCE, 'softmax'],
  ])(
    'gives the same losses for ten batches from the same weights: %s, rate %d, weight decay %d, within %d, %s',
    async (preset, rate, weightDecay, tolerance, outputs) => {
      const folder = await temporaryFolder();
      const network = withoutDropout(initialise(findPreset(preset).build(CLASSES), 8));
      const random = new Random(1, 'labels');
      const labels = Int32Array.from({ length: BATCHES * BATCH_SIZE }, () => random.integer(CLASSES));
      const channels = network.inputShape[2] === 1 ? 1 : 3;
      const images = bandedImages(labels, channels);
      const classes = Array.from({ length: outputUnits(network) }, (_, index) => ({
        code: `c${index}`,
        name: `c${index}`,
      }));
      await writeKerasFile(join(folder, 'model.keras'), network, { classes, recipe: DEFAULT_RECIPE });
      await writeFile(join(folder, 'images.u8'), images);
      await writeFile(join(folder, 'labels.i32'), new Uint8Array(labels.buffer));
      const script = join(import.meta.dirname, 'keras_fit.py');
      const settings = [BATCH_SIZE, rate, weightDecay, outputs, LABEL_SMOOTHING].map(String);
      const { stdout } = await promisify(execFile)(python ?? '', [script, folder, ...settings]);
      const theirs = stdout.trim().split('\n').map(Number);

      const kernels = new Kernels(await loadBackend());
      const input = new ImageInput(kernels, network, colourTable('magma'));
      const variables = new Variables(kernels, network.weights);
      const learningRate = (): number => rate;
      const adam = new Adam(kernels, { learningRate, weightDecay }, initialAdamState(network.weights));
      const labelSmoothing = outputs === 'sigmoid' ? LABEL_SMOOTHING : 0;
      const loss = new BatchLoss(kernels, { classes: CLASSES, outputs, labelSmoothing, classWeights: null });
      const step = new TrainStep(kernels, network, input, variables, adam, loss, { seed: 1 });
      const rows = Array.from(labels, (_, index) => index);
      // With sigmoid every clip of an odd number has the next class, too.
      const targets = Array.from(labels, (label, index) =>
        outputs === 'sigmoid' && index % 2 === 1 ? [label, (label + 1) % CLASSES] : label,
      );
      const drawn = drawBatches({ store: memoryStore(images, 128, channels), rows, labels: targets }, BATCH_SIZE);
      const own = Array.from(drawn, (batch) => step.train(batch).lossSum / batch.count);

      expect(theirs).toHaveLength(BATCHES);
      expect(own).toHaveLength(BATCHES);
      expect(own[BATCHES - 1]).toBeLessThan(0.8 * (own[0] ?? 0));
      const differences = own.map((loss, index) => Math.abs(loss / (theirs[index] ?? NaN) - 1));
      expect(
        differences.every((difference) => difference < tolerance),
        `own ${own.join(' ')}\nKeras ${theirs.join(' ')}`,
      ).toBe(true);
      [input, variables, adam].forEach((owner) => {
        owner.dispose();
      });
    },
  );
});
