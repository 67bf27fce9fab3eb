import { beforeAll, describe, expect, it } from 'vitest';
import { Aggregate } from '../../../main/engine/classify/aggregate.ts';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { loadBackend, type Backend } from '../../../main/engine/model/backend.ts';
import { joinMembers } from '../../../main/engine/model/ensemble.ts';
import { Kernels } from '../../../main/engine/model/kernels.ts';
import { initialise, type Network } from '../../../main/engine/model/network.ts';
import { createPredictor } from '../../../main/engine/model/network-predictor.ts';
import { withOutputs } from '../../../main/engine/model/sigmoid-output.ts';
import { readCheckpoint, writeCheckpoint } from '../../../main/engine/training/checkpoint.ts';
import { fit, type FitData, type FitEvent } from '../../../main/engine/training/fit.ts';
import { NO_AUGMENTATION } from '../../../main/engine/training/augmentation/options.ts';
import { LEFT_OUT, type FitOptions } from '../../../main/engine/training/fit-options.ts';
import {
  branching,
  EVERY_LAYER_KIND,
  randomImages,
  smallTrainable,
  withRandomWeights,
} from '../../fixtures/model/networks.ts';
import { memoryStore } from '../../fixtures/training/memory-store.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const SIZE = 16;
const CLASSES = 3;

/** Noise in which each class has a bright band of its own. */
function bandData(clips: number): FitData {
  const images = randomImages(clips, SIZE, 1, 1).map((value) => value >> 2);
  const labels = Array.from({ length: clips }, (_, index) => index % CLASSES);
  labels.forEach((label, index) => {
    const start = index * SIZE * SIZE + (5 * label + 1) * SIZE;
    images.fill(200, start, start + 2 * SIZE);
  });
  const rows = labels.map((_, index) => index);
  const half = Math.floor((clips * 2) / 3);
  return {
    store: memoryStore(images, SIZE, 1),
    colourMap: 'magma',
    trainRows: rows.slice(0, half),
    trainLabels: labels.slice(0, half),
    validationRows: rows.slice(half),
    validationLabels: labels.slice(half),
  };
}

const data = bandData(75);
const network = initialise(smallTrainable(SIZE, CLASSES), 1);
const options: FitOptions = { epochs: 4, batchSize: 8, learningRate: 0.01, seed: 5 };

let backend: Backend;

beforeAll(async () => {
  backend = await loadBackend();
});

function values({ weights }: Network): Float32Array[] {
  return weights.map((weight) => weight.values);
}

describe('fit', () => {
  it('learns what can be learned, without changing the network it started from', async () => {
    const before = values(network).map((weights) => weights.slice());
    const result = await fit(backend, network, data, { ...options, epochs: 12 });
    const last = result.history[11];
    expect(last?.valAccuracy).toBeGreaterThan(0.9);
    expect(last?.loss).toBeLessThan((result.history[0]?.loss ?? 0) / 2);
    expect(result).toMatchObject({ selectedEpoch: 12, stopped: 'epochs-done', selectedOnValidation: false });
    expect(values(network)).toEqual(before);
    expect(values(result.network)).not.toEqual(before);
  });

  it('gives the same result again for the same seed, and another for another', async () => {
    const first = await fit(backend, network, data, options);
    const again = await fit(backend, network, data, options);
    const other = await fit(backend, network, data, { ...options, seed: 6 });
    expect(values(again.network)).toEqual(values(first.network));
    expect(again.history.map(({ loss, valLoss }) => [loss, valLoss])).toEqual(
      first.history.map(({ loss, valLoss }) => [loss, valLoss]),
    );
    expect(values(other.network)).not.toEqual(values(first.network));
  });

  it('tells of every batch and epoch', async () => {
    const events: FitEvent[] = [];
    const { history } = await fit(
      backend,
      network,
      data,
      { ...options, epochs: 2 },
      { onEvent: (event) => events.push(event) },
    );
    const batches = events.filter((event) => event.type === 'batch');
    expect(batches.map(({ epoch, batch }) => `${epoch}.${batch}`)).toEqual([
      '1.1',
      '1.2',
      '1.3',
      '1.4',
      '1.5',
      '1.6',
      '1.7',
      '2.1',
      '2.2',
      '2.3',
      '2.4',
      '2.5',
      '2.6',
      '2.7',
    ]);
    for (const event of batches) {
      expect(event.batches).toBe(7);
      expect(event.loss).toBeGreaterThan(0);
      expect(event.accuracy).toBeLessThanOrEqual(1);
      expect(event.clipsPerSecond).toBeGreaterThan(0);
      expect(event.secondsLeft).toBeGreaterThanOrEqual(0);
    }
    const epochs = events.filter((event) => event.type === 'epoch');
    expect(epochs.map(({ record }) => record)).toEqual(history);
    expect(batches[6]).toMatchObject({ loss: history[0]?.loss, accuracy: history[0]?.accuracy });
    expect(epochs[1]?.secondsLeft).toBe(0);
  });

  it('stops in the epoch in which it diverges, and keeps the checkpoint of the one before', async () => {
    const checkpoint = await temporaryFolder();
    await fit(backend, network, data, { ...options, epochs: 1 }, { checkpoint });
    const runaway = {
      ...network,
      weights: network.weights.map((w) => ({ ...w, values: w.values.map((x) => x * 1e30) })),
    };
    await expect(fit(backend, runaway, data, options, { checkpoint })).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('diverged in epoch 1') as string,
    });
    expect((await readCheckpoint(checkpoint, network.weights)).history).toHaveLength(1);
  });

  it('leaves no tensor behind, neither when done nor when cancelled', async () => {
    const kernels = new Kernels(backend);
    const before = [kernels.tensorCount, backend.tf.memory().numTensors];
    await fit(backend, network, data, { ...options, epochs: 1 });
    expect([kernels.tensorCount, backend.tf.memory().numTensors]).toEqual(before);
    const controller = new AbortController();
    const cancelled = fit(backend, network, data, options, {
      signal: controller.signal,
      onEvent: () => {
        controller.abort();
      },
    });
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect([kernels.tensorCount, backend.tf.memory().numTensors]).toEqual(before);
  });

  it('ends within a second when cancelled, between batches', async () => {
    const controller = new AbortController();
    let batches = 0;
    let cancelledAt = 0;
    const onEvent = (): void => {
      batches++;
    };
    setTimeout(() => {
      cancelledAt = performance.now();
      controller.abort();
    }, 20);
    await expect(
      fit(backend, network, data, { ...options, epochs: 10_000 }, { signal: controller.signal, onEvent }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(performance.now() - cancelledAt).toBeLessThan(1000);
    expect(batches).toBeGreaterThan(0);
  });

  it('does not begin when cancelled before', async () => {
    const started = fit(backend, network, data, options, { signal: AbortSignal.abort() });
    await expect(started).rejects.toMatchObject({ name: 'AbortError' });
  });
});

/** Everything at once: batch normalisation, changed and mixed clips, soft labels, AdamW, a cosine and an average. */
const everything: FitOptions = {
  ...options,
  schedule: 'cosine',
  warmupEpochs: 1,
  weightDecay: 0.05,
  labelSmoothing: 0.1,
  balanceClasses: true,
  averaging: 0.9,
  augmentation: {
    mixup: 0.3,
    roll: 0.5,
    pitchShift: 0,
    timeMask: 0.1,
    frequencyMask: 0.1,
    gain: 4,
    contrast: 0.1,
    equaliser: 8,
  },
};
const normalised = initialise(branching(SIZE, CLASSES), 1);

describe('fit for classes by themselves', () => {
  const free: FitOptions = { ...options, outputs: 'sigmoid' };
  /** Every third clip has the band of the next class, too, and every tenth none at all. */
  const mixed: FitData = (() => {
    const { store, ...rest } = data;
    const images = Uint8Array.from({ length: 75 * SIZE * SIZE });
    const labels = Array.from({ length: 75 }, (_, index): readonly number[] => {
      store.read(index, images, index * SIZE * SIZE);
      const own = index % CLASSES;
      const next = (own + 1) % CLASSES;
      const band = (label: number, value: number): void => {
        const start = index * SIZE * SIZE + (5 * label + 1) * SIZE;
        images.fill(value, start, start + 2 * SIZE);
      };
      if (index % 10 === 9) {
        band(own, 0);
        return [];
      }
      if (index % 3 !== 0) return [own];
      band(next, 200);
      return [own, next];
    });
    return {
      ...rest,
      store: memoryStore(images, SIZE, 1),
      trainLabels: labels.slice(0, 50),
      validationLabels: labels.slice(50),
    };
  })();

  it('learns clips with one label, with several and with none', async () => {
    const one = await fit(backend, network, data, { ...free, epochs: 12 });
    expect(one.history.at(-1)?.valAccuracy).toBeGreaterThan(0.9);
    const { history } = await fit(backend, network, mixed, { ...free, epochs: 20 });
    expect(history.at(-1)?.valAccuracy).toBeGreaterThan(0.9);
    expect(history.at(-1)?.valLoss).toBeLessThan((history[0]?.valLoss ?? 0) / 2);
  });

  it('ends bit by bit where it would have ended, when it is interrupted and resumed, with all other options', async () => {
    const checkpoint = await temporaryFolder();
    const chosen: FitOptions = { ...everything, outputs: 'sigmoid', bestEpoch: true };
    const whole = await fit(backend, normalised, mixed, chosen);
    const controller = new AbortController();
    const onEvent = (event: FitEvent): void => {
      if (event.type === 'batch' && event.epoch === 2 && event.batch === 2) controller.abort();
    };
    const task = { checkpoint, onEvent, signal: controller.signal };
    await expect(fit(backend, normalised, mixed, chosen, task)).rejects.toMatchObject({ name: 'AbortError' });
    const resumed = await fit(backend, normalised, mixed, chosen, { resumeFrom: checkpoint });
    expect(values(resumed.network)).toEqual(values(whole.network));
    await expect(
      fit(backend, normalised, mixed, { ...chosen, outputs: 'softmax' }, { resumeFrom: checkpoint }),
    ).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(
      fit(backend, normalised, data, { ...chosen, outputs: 'softmax' }, { resumeFrom: checkpoint }),
    ).rejects.toMatchObject({ code: 'incompatible-run', message: expect.stringContaining('outputs') as string });
  });

  it('is refused under softmax, which has one right class a clip', async () => {
    await expect(fit(backend, network, mixed, options)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('exactly one label') as string,
    });
  });
});

describe('fit with all its options', () => {
  it('learns what can be learned', async () => {
    const { history } = await fit(backend, normalised, data, { ...everything, epochs: 15 });
    expect(history.at(-1)?.valAccuracy).toBeGreaterThan(0.8);
  });

  it('leaves no tensor behind', async () => {
    const kernels = new Kernels(backend);
    const before = kernels.tensorCount;
    await fit(backend, normalised, data, { ...everything, epochs: 1 });
    expect(kernels.tensorCount).toBe(before);
  });

  it('ends bit by bit where it would have ended, when it is interrupted and resumed', async () => {
    const checkpoint = await temporaryFolder();
    const whole = await fit(backend, normalised, data, { ...everything, bestEpoch: true });
    const controller = new AbortController();
    const onEvent = (event: FitEvent): void => {
      if (event.type === 'batch' && event.epoch === 3) controller.abort();
    };
    const chosen = { ...everything, bestEpoch: true };
    await expect(
      fit(backend, normalised, data, chosen, { checkpoint, onEvent, signal: controller.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    const resumed = await fit(backend, normalised, data, chosen, { resumeFrom: checkpoint });
    expect(values(resumed.network)).toEqual(values(whole.network));
    expect(resumed.history.map(({ loss, valLoss }) => [loss, valLoss])).toEqual(
      whole.history.map(({ loss, valLoss }) => [loss, valLoss]),
    );
  });

  it.each<[string, Partial<FitOptions>]>([
    ['weight decay', { weightDecay: 0.5 }],
    ['label smoothing', { labelSmoothing: 0.2 }],
    ['averaging', { averaging: 0.5 }],
    ['a cosine', { schedule: 'cosine' }],
    ['mixup', { augmentation: { ...NO_AUGMENTATION, mixup: 0.5 } }],
    ['rolling', { augmentation: { ...NO_AUGMENTATION, roll: 1 } }],
  ])('gives something else for %s alone', async (_what, changed) => {
    const without = await fit(backend, normalised, data, { ...options, epochs: 1 });
    const result = await fit(backend, normalised, data, { ...options, epochs: 1, ...changed });
    expect(values(result.network)).not.toEqual(values(without.network));
  });

  it('is not resumed with more epochs than its learning rate was to fall over', async () => {
    const checkpoint = await temporaryFolder();
    await fit(backend, normalised, data, { ...everything, epochs: 2 }, { checkpoint });
    await expect(
      fit(backend, normalised, data, { ...everything, epochs: 3 }, { resumeFrom: checkpoint }),
    ).rejects.toMatchObject({ code: 'incompatible-run', message: expect.stringContaining('by epoch 2') as string });
  });
});

describe('fit of several members', () => {
  const together: FitOptions = { ...everything, members: 3 };
  const single = branching(SIZE, CLASSES);

  it('teaches each what it would have learned alone, by a seed of its own and with other rooms imitated more and more', async () => {
    const { network: joined, history } = await fit(backend, normalised, data, together);
    const alone = [];
    for (const [index, share] of [0, 0.5, 1].entries()) {
      const seed = options.seed + index;
      const begun = index === 0 ? normalised : initialise(single, seed);
      const augmentation = { ...everything.augmentation, contrast: 0.1 * share, equaliser: 8 * share };
      alone.push(
        await fit(backend, begun, data, { ...everything, seed, augmentation: { ...NO_AUGMENTATION, ...augmentation } }),
      );
    }
    expect(joined).toEqual(joinMembers(alone.map(({ network: member }) => member)));
    const losses = alone.map((member) => member.history[1]?.loss ?? NaN);
    expect(history[1]?.loss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 3, 10);
  });

  it('validates them as the one network that comes of them', async () => {
    const { network: joined, history } = await fit(backend, normalised, data, { ...together, epochs: 2 });
    const still: FitOptions = { ...options, epochs: 1, learningRate: 1e-30, keepsStatistics: true };
    const again = await fit(backend, joined, data, still);
    expect(again.history[0]).toMatchObject({ valLoss: history[1]?.valLoss, valAccuracy: history[1]?.valAccuracy });
  });

  it('ends bit by bit where it would have ended, when it is interrupted and resumed, and leaves no tensor behind', async () => {
    const kernels = new Kernels(backend);
    const before = kernels.tensorCount;
    const checkpoint = await temporaryFolder();
    const chosen = { ...together, bestEpoch: true };
    const whole = await fit(backend, normalised, data, chosen);
    const controller = new AbortController();
    const onEvent = (event: FitEvent): void => {
      if (event.type === 'batch' && event.epoch === 3) controller.abort();
    };
    await expect(
      fit(backend, normalised, data, chosen, { checkpoint, onEvent, signal: controller.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    const resumed = await fit(backend, normalised, data, chosen, { resumeFrom: checkpoint });
    expect(values(resumed.network)).toEqual(values(whole.network));
    expect(kernels.tensorCount).toBe(before);
  });

  it('tells of each batch once, with the mean of what it cost them', async () => {
    const events: FitEvent[] = [];
    const { history } = await fit(
      backend,
      normalised,
      data,
      { ...together, epochs: 1 },
      { onEvent: (event) => events.push(event) },
    );
    const batches = events.filter((event) => event.type === 'batch');
    expect(batches.map(({ batch }) => batch)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(batches[6]).toMatchObject({ batches: 7, loss: history[0]?.loss, accuracy: history[0]?.accuracy });
  });
});

describe('choosing an epoch', () => {
  /** Labels of the validation side are nonsense, so that its loss soon rises. */
  const misleading = { ...data, validationLabels: data.validationLabels.map((label) => (Number(label) + 1) % CLASSES) };
  const earlyStopping = { monitor: 'valLoss', minDelta: 0, patience: 2, restoreBestWeights: false } as const;

  it('stops early when validation no longer improves, and says so', async () => {
    const result = await fit(backend, network, misleading, { ...options, epochs: 50, earlyStopping });
    expect(result.history.length).toBeLessThan(50);
    expect(result).toMatchObject({
      stopped: 'early-stopping',
      selectedEpoch: result.history.length,
      selectedOnValidation: true,
    });
  });

  it.each([
    ['early stopping restores the best weights', { earlyStopping: { ...earlyStopping, restoreBestWeights: true } }],
    ['the best epoch is asked for', { bestEpoch: true }],
  ])('gives the weights of the best epoch when %s', async (_what, choice) => {
    const result = await fit(backend, network, misleading, { ...options, epochs: 6, ...choice });
    const losses = result.history.map(({ valLoss }) => valLoss);
    expect(result.selectedEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(result.selectedEpoch).toBeLessThan(result.history.length);
    expect(result.selectedOnValidation).toBe(true);
    const shorter = await fit(backend, network, misleading, { ...options, epochs: result.selectedEpoch });
    expect(values(result.network)).toEqual(values(shorter.network));
  });

  it('is no selection where training was to stop early and did not', async () => {
    const result = await fit(backend, network, data, { ...options, epochs: 2, earlyStopping });
    expect(result).toMatchObject({ stopped: 'epochs-done', selectedOnValidation: false });
  });

  it('on the training loss is no selection on validation', async () => {
    const result = await fit(backend, network, data, {
      ...options,
      epochs: 2,
      earlyStopping: { ...earlyStopping, monitor: 'loss' },
    });
    expect(result.selectedOnValidation).toBe(false);
  });
});

describe('resuming', () => {
  it('ends where an uninterrupted training ends, bit by bit', async () => {
    const checkpoint = await temporaryFolder();
    const chosen = { ...options, bestEpoch: true };
    const whole = await fit(backend, network, data, chosen);
    const controller = new AbortController();
    const onEvent = (event: FitEvent): void => {
      if (event.type === 'batch' && event.epoch === 3 && event.batch === 2) controller.abort();
    };
    await expect(
      fit(backend, network, data, chosen, { checkpoint, onEvent, signal: controller.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect((await readCheckpoint(checkpoint, network.weights)).history).toHaveLength(2);

    const epochs: number[] = [];
    const resumed = await fit(backend, network, data, chosen, {
      checkpoint,
      resumeFrom: checkpoint,
      onEvent: (event) => event.type === 'epoch' && epochs.push(event.record.epoch),
    });
    expect(epochs).toEqual([3, 4]);
    expect(values(resumed.network)).toEqual(values(whole.network));
    expect(resumed.selectedEpoch).toBe(whole.selectedEpoch);
    expect(
      resumed.history.map(({ loss, accuracy, valLoss, valAccuracy }) => [loss, accuracy, valLoss, valAccuracy]),
    ).toEqual(whole.history.map(({ loss, accuracy, valLoss, valAccuracy }) => [loss, accuracy, valLoss, valAccuracy]));
  });

  it('can add epochs, or find that all are done', async () => {
    const checkpoint = await temporaryFolder();
    const two = await fit(backend, network, data, { ...options, epochs: 2 }, { checkpoint });
    const same = await fit(backend, network, data, { ...options, epochs: 2 }, { resumeFrom: checkpoint });
    expect(values(same.network)).toEqual(values(two.network));
    expect(same.history).toEqual(two.history);
    const four = await fit(backend, network, data, options, { resumeFrom: checkpoint });
    expect(values(four.network)).toEqual(values((await fit(backend, network, data, options)).network));
  });

  it('goes on from a checkpoint that knows nothing of options which came later, where they ask for nothing', async () => {
    const checkpoint = await temporaryFolder();
    await fit(backend, network, data, { ...options, epochs: 1 }, { checkpoint });
    const later = { ...options, epochs: 2, ...LEFT_OUT };
    const { history } = await fit(backend, network, data, later, { resumeFrom: checkpoint });
    expect(history).toHaveLength(2);
    await expect(
      fit(backend, network, data, { ...later, weightDecay: 0.1 }, { resumeFrom: checkpoint }),
    ).rejects.toMatchObject({ code: 'incompatible-run' });
  });

  it('refuses the checkpoint of another training, saying what differs', async () => {
    const checkpoint = await temporaryFolder();
    await fit(backend, network, data, { ...options, epochs: 2 }, { checkpoint });
    const refused = (
      changed: Partial<{ network: Network; data: FitData; options: FitOptions }>,
      message: RegExp,
    ): Promise<void> =>
      expect(
        fit(backend, changed.network ?? network, changed.data ?? data, changed.options ?? options, {
          resumeFrom: checkpoint,
        }),
      ).rejects.toMatchObject({ code: 'incompatible-run', message: expect.stringMatching(message) as string });
    await refused(
      { options: { ...options, learningRate: 0.1, seed: 1 } },
      /other settings \((learningRate, seed|seed, learningRate)\)/,
    );
    await refused({ options: { ...options, epochs: 1 } }, /already 2 epochs long, and 1 were asked for/);
    await refused({ data: { ...data, trainRows: [...data.trainRows].reverse() } }, /other clips/);
    await refused({ network: initialise(smallTrainable(SIZE, CLASSES), 2) }, /another network/);
    await refused({ network: initialise(smallTrainable(SIZE, 4), 1) }, /another network/);
  });

  it('refuses a folder without a checkpoint', async () => {
    await expect(fit(backend, network, data, options, { resumeFrom: await temporaryFolder() })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('goes on from the state that was written', async () => {
    const checkpoint = await temporaryFolder();
    await fit(backend, network, data, { ...options, epochs: 2 }, { checkpoint });
    const written = await readCheckpoint(checkpoint, network.weights);
    const forgetful = { ...written, adam: { ...written.adam, momentum: written.adam.velocity } };
    await writeCheckpoint(checkpoint, forgetful);
    const resumed = await fit(backend, network, data, options, { resumeFrom: checkpoint });
    expect(values(resumed.network)).not.toEqual(values((await fit(backend, network, data, options)).network));
  });
});

describe('clips that are heard in windows', () => {
  const pairs = (rows: readonly unknown[]): number[][] =>
    Array.from({ length: Math.floor(rows.length / 2) }, (_, clip) => [2 * clip, 2 * clip + 1]);
  const { store, colourMap } = data;
  const [train, validation] = [
    pairs(data.trainRows),
    pairs(data.validationRows).map((own) => own.map((row) => row + 50)),
  ];
  const labels = (clips: readonly unknown[]): number[] => clips.map((_, clip) => clip % CLASSES);
  const windows: FitData = {
    ...{ store, colourMap, trainRows: train, validationRows: validation },
    ...{ trainLabels: labels(train), validationLabels: labels(validation) },
  };

  it('are learned from window by window, each with the labels of its clip', async () => {
    const apart = {
      ...windows,
      trainRows: train.flat(),
      trainLabels: train.flatMap((own, clip) => own.map(() => clip % CLASSES)),
    };
    const changes = { ...options, balanceClasses: true };
    const [together, each] = [
      await fit(backend, network, windows, changes),
      await fit(backend, network, apart, changes),
    ];
    expect(values(together.network)).toEqual(values(each.network));
  });

  it.each(['softmax', 'sigmoid'] as const)(
    'count once in validation, with the mean of their windows (%s)',
    async (outputs) => {
      const { network: trained, history } = await fit(backend, network, windows, { ...options, outputs });
      const recipe = { ...DEFAULT_RECIPE, imageHeight: SIZE, imageWidth: SIZE };
      const classes = Array.from({ length: CLASSES }, (_, index) => ({ code: String(index), name: String(index) }));
      const predictor = createPredictor(backend, withOutputs(trained, outputs), classes, recipe);
      let [loss, correct] = [0, 0];
      for (const [clip, rows] of validation.entries()) {
        const images = new Uint8Array(rows.length * SIZE * SIZE);
        for (const [index, row] of rows.entries()) store.read(row, images, index * SIZE * SIZE);
        const aggregate = new Aggregate(CLASSES);
        const all = await predictor.predict(images, rows.length);
        for (const index of rows.keys()) aggregate.add(all.subarray(index * CLASSES, (index + 1) * CLASSES));
        const mean = [...(aggregate.result('mean') ?? [])];
        const own = clip % CLASSES;
        const nats = mean.map((p, index) => -Math.log(index === own ? p : 1 - p));
        loss += outputs === 'softmax' ? (nats[own] ?? NaN) : nats.reduce((sum, value) => sum + value, 0) / CLASSES;
        if (mean.indexOf(Math.max(...mean)) === own) correct++;
      }
      predictor.dispose();
      expect(history.at(-1)?.valLoss).toBeCloseTo(loss / validation.length, 5);
      expect(history.at(-1)?.valAccuracy).toBeCloseTo(correct / validation.length, 12);
    },
  );

  it('are other clips to a checkpoint where their windows are others', async () => {
    const checkpoint = await temporaryFolder();
    await fit(backend, network, windows, { ...options, epochs: 2 }, { checkpoint });
    const [first = [], second = [], ...rest] = train;
    const moved = [[...first, ...second.slice(0, 1)], second.slice(1), ...rest];
    await expect(
      fit(backend, network, { ...windows, trainRows: moved }, options, { resumeFrom: checkpoint }),
    ).rejects.toMatchObject({ code: 'incompatible-run' });
    await fit(backend, network, windows, options, { resumeFrom: checkpoint });
  });
});

describe('what makes no training is refused before it starts', () => {
  it.each<[string, Partial<FitOptions>, RegExp]>([
    ['no epochs', { epochs: 0 }, /epochs/],
    ['a batch of nothing', { batchSize: 0 }, /batchSize/],
    ['a negative learning rate', { learningRate: -1 }, /learningRate/],
  ])('%s', async (_what, changed, message) => {
    await expect(fit(backend, network, data, { ...options, ...changed })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each<[string, Partial<FitData>, string]>([
    ['no training clips', { trainRows: [], trainLabels: [] }, 'too-few-recordings'],
    ['no validation clips', { validationRows: [], validationLabels: [] }, 'too-few-recordings'],
    ['a label beyond the classes', { validationLabels: data.validationLabels.map(() => CLASSES) }, 'invalid-argument'],
    ['images of another size', { store: memoryStore(new Uint8Array(75 * 64), 8, 1) }, 'unsupported-model'],
  ])('%s', async (_what, changed, code) => {
    await expect(fit(backend, network, { ...data, ...changed }, options)).rejects.toMatchObject({ code });
  });

  it('a network that cannot be trained', async () => {
    const untrainable = withRandomWeights(EVERY_LAYER_KIND, 1);
    const store = memoryStore(randomImages(2, 128, 3, 1), 128, 3);
    const tiny = { ...data, store, trainRows: [0], trainLabels: [0], validationRows: [1], validationLabels: [1] };
    await expect(fit(backend, untrainable, tiny, options)).rejects.toMatchObject({ code: 'unsupported-model' });
  });
});

describe('training further', () => {
  const trained = withRandomWeights(branching(SIZE, CLASSES), 3);
  const byKey = ({ weights }: Network): Map<string, Float32Array> =>
    new Map(weights.map((weight) => [`${weight.layer}/${weight.name}`, weight.values]));
  const changed = (before: Network, after: Network): string[] => {
    const now = byKey(after);
    return [...byKey(before)].filter(([key, weight]) => now.get(key)?.join() !== weight.join()).map(([key]) => key);
  };

  it('of the last layer leaves all others as they were, with their moving statistics', async () => {
    const last: FitOptions = { ...options, trainLayers: 'last', averaging: 0.9, weightDecay: 0.02 };
    const { network: after, history } = await fit(backend, trained, data, { ...last, epochs: 20 });
    expect(changed(trained, after)).toEqual(['logits/kernel', 'logits/bias']);
    expect(history.at(-1)?.loss).toBeLessThan(0.8 * (history[0]?.loss ?? 0));
  });

  it('of all layers with kept statistics changes everything but these', async () => {
    const { network: after } = await fit(backend, trained, data, { ...options, keepsStatistics: true });
    const statistics = [...byKey(trained).keys()].filter((key) => key.includes('/moving_'));
    expect(statistics).toHaveLength(8);
    expect(changed(trained, after).sort()).toEqual(
      [...byKey(trained).keys()].filter((key) => !statistics.includes(key)).sort(),
    );
  });

  it('goes on from a checkpoint to the same end, and not with other layers', async () => {
    const last: FitOptions = { ...options, trainLayers: 'last', keepsStatistics: true };
    const whole = await fit(backend, trained, data, last);
    const checkpoint = await temporaryFolder();
    const controller = new AbortController();
    const stopped = fit(backend, trained, data, last, {
      checkpoint,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'epoch' && event.record.epoch === 2) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const resumed = await fit(backend, trained, data, last, { resumeFrom: checkpoint });
    expect(values(resumed.network)).toEqual(values(whole.network));
    await expect(
      fit(backend, trained, data, { ...last, trainLayers: 'all' }, { resumeFrom: checkpoint }),
    ).rejects.toMatchObject({ code: 'incompatible-run', message: expect.stringContaining('trainLayers') as string });
  });

  it('leaves no tensor behind', async () => {
    const kernels = new Kernels(backend);
    const before = kernels.tensorCount;
    await fit(backend, trained, data, { ...options, epochs: 1, trainLayers: 'last' });
    await fit(backend, trained, data, { ...options, epochs: 1, keepsStatistics: true });
    expect(kernels.tensorCount).toBe(before);
  });
});
