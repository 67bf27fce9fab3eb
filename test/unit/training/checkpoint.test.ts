import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../main/engine/common/random.ts';
import type { Weight } from '../../../main/engine/model/network.ts';
import {
  checkpointFile,
  readCheckpoint,
  writeCheckpoint,
  type Checkpoint,
} from '../../../main/engine/training/checkpoint.ts';
import { smallTrainable, withRandomWeights } from '../../fixtures/model/networks.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const network = withRandomWeights(smallTrainable(16, 3), 1);

function noise(key: string): Weight[] {
  const random = new Random(5, key);
  return network.weights.map((weight) => ({ ...weight, values: weight.values.map(() => random.next()) }));
}

const checkpoint: Checkpoint = {
  options: { epochs: 5, batchSize: 8, learningRate: 0.001, seed: 3 },
  fingerprint: 'abc',
  history: [{ epoch: 1, loss: 1.5, accuracy: 0.5, valLoss: 2, valAccuracy: 0.25, seconds: 3, clipsPerSecond: 100 }],
  weights: network.weights,
  adam: { iterations: 12, momentum: noise('m'), velocity: noise('v') },
  bestWeights: undefined,
};

describe('a checkpoint', () => {
  it('comes back bit by bit', async () => {
    const folder = await temporaryFolder();
    await writeCheckpoint(folder, checkpoint);
    expect(await readCheckpoint(folder, network.weights)).toEqual(checkpoint);
    const withBest = { ...checkpoint, average: noise('average'), bestWeights: noise('best') };
    await writeCheckpoint(folder, withBest);
    expect(await readCheckpoint(folder, network.weights)).toEqual(withBest);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('is a safetensors file', async () => {
    const folder = await temporaryFolder();
    await writeCheckpoint(folder, checkpoint);
    const file = await readFile(checkpointFile(folder));
    const length = Number(file.readBigUInt64LE(0));
    const header = JSON.parse(file.subarray(8, 8 + length).toString()) as Record<
      string,
      { data_offsets: [number, number] }
    >;
    const [start = 0, end = 0] = header['velocity/dense/bias']?.data_offsets ?? [];
    const values = Array.from({ length: (end - start) / 4 }, (_, index) =>
      file.readFloatLE(8 + length + start + 4 * index),
    );
    expect(length % 8).toBe(0);
    expect(values).toEqual([
      ...(noise('v').find(({ layer, name }) => layer === 'dense' && name === 'bias')?.values ?? []),
    ]);
  });
});

describe('a checkpoint that cannot be used says so', () => {
  const changed = async (change: (file: Buffer) => Buffer): Promise<string> => {
    const folder = await temporaryFolder();
    await writeCheckpoint(folder, checkpoint);
    const path = checkpointFile(folder);
    await writeFile(path, change(await readFile(path)));
    return folder;
  };

  it('missing', async () => {
    await expect(readCheckpoint(await temporaryFolder(), network.weights)).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each([
    [
      'a changed weight',
      (file: Buffer) => Buffer.concat([file.subarray(0, -1), Buffer.of((file.at(-1) ?? 0) ^ 1)]),
      /checksum/,
    ],
    [
      'a changed state',
      (file: Buffer) => Buffer.from(file.toString('latin1').replace('iterations\\":12', 'iterations\\":13'), 'latin1'),
      /checksum/,
    ],
    ['a missing end', (file: Buffer) => file.subarray(0, -100), /checksum/],
    ['a missing middle', (file: Buffer) => file.subarray(0, 100), /cut off/],
    ['nothing in it', () => Buffer.alloc(0), /too short/],
    ['something else in it', () => Buffer.from('\x05\0\0\0\0\0\0\0hello'), /header cannot be read/],
  ])('with %s', async (_what, change, message) => {
    await expect(readCheckpoint(await changed(change), network.weights)).rejects.toMatchObject({
      code: 'incompatible-run',
      message: expect.stringMatching(message) as string,
    });
  });

  it('of another network', async () => {
    const folder = await changed((file) => file);
    const other = withRandomWeights(smallTrainable(16, 4), 1);
    await expect(readCheckpoint(folder, other.weights)).rejects.toThrow(/belongs to another network/);
  });
});
