import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { readKerasFile, writeKerasFile } from '../../../main/engine/model/keras-file.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { EVERY_LAYER_KIND, smallTrainable, withRandomWeights } from '../../fixtures/model/networks.ts';

const classes = ['cel', 'cla', 'flu', 'gac', 'voi'].map((code) => ({ code, name: `name of ${code}` }));
const labels = { classes, recipe: DEFAULT_RECIPE };
const network = withRandomWeights(smallTrainable(16, 5), 1);

let folder = '';
let path = '';

beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder, 'model.keras');
});

/** Writes a good file, changes one entry (undefined: removes it), and writes that. */
async function writeChanged(entry: string, change: (text: string) => string | Uint8Array | undefined): Promise<void> {
  await writeKerasFile(path, network, labels);
  const entries = unzipSync(await readFile(path));
  const changed = change(strFromU8(entries[entry] ?? new Uint8Array()));
  const rest = Object.fromEntries(Object.entries(entries).filter(([name]) => name !== entry));
  const bytes = typeof changed === 'string' ? strToU8(changed) : changed;
  await writeFile(path, zipSync(bytes === undefined ? rest : { ...rest, [entry]: bytes }));
}

describe('a .keras file', () => {
  it('comes back as it was written, with labels and recipe', async () => {
    const every = withRandomWeights(EVERY_LAYER_KIND, 7);
    await writeKerasFile(path, every, labels);
    const read = await readKerasFile(path);
    expect(read.labels).toEqual(labels);
    expect(read.network).toEqual(every);
    expect(read.kerasVersion).toMatch(/^3\./);
  });

  it('is written without leaving anything beside it', async () => {
    await writeKerasFile(path, network, labels);
    expect(await readdir(folder)).toEqual(['model.keras']);
  });

  it('has no labels where Keras itself wrote it', async () => {
    await writeChanged('instrunet.json', () => undefined);
    expect((await readKerasFile(path)).labels).toBeNull();
  });
});

describe('a file that cannot be opened says why', () => {
  const unsupported = (message: RegExp): object =>
    expect.objectContaining({ code: 'unsupported-model', message: expect.stringMatching(message) as string }) as object;

  it('missing', async () => {
    await expect(readKerasFile(path)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('no zip', async () => {
    await writeFile(path, 'not a model');
    await expect(readKerasFile(path)).rejects.toEqual(unsupported(/no \.keras file/));
  });

  it('cut off', async () => {
    await writeKerasFile(path, network, labels);
    await writeFile(path, (await readFile(path)).subarray(0, 2000));
    await expect(readKerasFile(path)).rejects.toEqual(unsupported(/only a part/));
  });

  it.each(['config.json', 'metadata.json', 'model.weights.h5'])('without %s', async (entry) => {
    await writeChanged(entry, () => undefined);
    await expect(readKerasFile(path)).rejects.toEqual(unsupported(new RegExp(`there is no ${entry}`)));
  });

  it('broken JSON', async () => {
    await writeChanged('config.json', (text) => text.slice(0, 50));
    await expect(readKerasFile(path)).rejects.toEqual(unsupported(/config\.json is no valid JSON/));
  });

  it('of another version of Keras', async () => {
    await writeChanged('metadata.json', () => '{"keras_version": "4.0.0"}');
    await expect(readKerasFile(path)).rejects.toEqual(unsupported(/written by Keras 4\.0\.0/));
  });

  it('of a newer version of this program', async () => {
    await writeChanged('instrunet.json', (text) => text.replace('"formatVersion": 1', '"formatVersion": 3'));
    await expect(readKerasFile(path)).rejects.toEqual(unsupported(/newer version of this program/));
  });

  it('with a layer kind there is none of, which it names', async () => {
    await writeChanged('config.json', (text) => text.replace('"class_name":"Flatten"', '"class_name":"LSTM"'));
    await expect(readKerasFile(path)).rejects.toEqual(unsupported(/layer flatten is of the kind LSTM/));
  });

  it('with a setting that would change the result, which it names', async () => {
    await writeChanged('config.json', (text) => text.replace('"dilation_rate":[1,1]', '"dilation_rate":[2,2]'));
    await expect(readKerasFile(path)).rejects.toEqual(unsupported(/conv2d \(Conv2D\) has a setting dilation_rate/));
  });

  it('weights that are no HDF5', async () => {
    await writeChanged('model.weights.h5', () => 'not hdf5 at all');
    await expect(readKerasFile(path)).rejects.toEqual(unsupported(/no HDF5 file/));
  });

  it('weights of another shape', async () => {
    await writeChanged('config.json', (text) => text.replace('"units":12', '"units":13'));
    await expect(readKerasFile(path)).rejects.toEqual(
      unsupported(/kernel of the layer dense has the shape 96 x 12 instead of 96 x 13/),
    );
  });

  it('weights that are missing', async () => {
    await writeChanged('config.json', (text) => text.replace('"use_bias":true', '"use_bias":false'));
    const entries = unzipSync(await readFile(path));
    await writeChanged('model.weights.h5', () => entries['model.weights.h5']);
    await writeChanged('config.json', (text) =>
      text.replace(
        '{"module":"keras.layers","class_name":"Flatten"',
        '{"module":"keras.layers","class_name":"BatchNormalization","config":{"name":"extra"}},{"module":"keras.layers","class_name":"Flatten"',
      ),
    );
    await expect(readKerasFile(path)).rejects.toEqual(unsupported(/lacks the gamma of the layer extra/));
  });
});
