import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { resizeBilinear } from '../../../main/engine/features/byte-image.ts';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { inspectImage, readSpectrogramImage } from '../../../main/engine/features/spectrogram-image.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';

const archive = fileURLToPath(new URL('../../../../shared/data/irmas-mels-dev.tar', import.meta.url));
const at = suitePaths();

describe.skipIf(!existsSync(archive))('IRMAS spectrogram pictures (shared data; skipped where it is absent)', () => {
  it('give back the bytes behind their palette', async () => {
    await mkdir(at('irmas'));
    await promisify(execFile)('tar', ['-xf', archive, '-C', at('irmas'), '--wildcards', 'irmas-mels-dev/cel/*']);
    const names = (await readdir(at('irmas', 'irmas-mels-dev', 'cel'))).slice(0, 50);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const path = at('irmas', 'irmas-mels-dev', 'cel', name);
      const { width, height, data: indexes } = decode(await readFile(path));
      const data = Uint8Array.from(indexes);
      const expected = resizeBilinear({ width, height, channels: 1, data }, 128, 128);
      expect(await readSpectrogramImage(path, DEFAULT_RECIPE)).toEqual(expected);
      expect(await inspectImage(path)).toMatchObject({ width: 94, height: 128, colourMap: 'magma' });
    }
  });
});
