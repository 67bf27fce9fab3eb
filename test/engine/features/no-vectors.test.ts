import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { music } from '../../fixtures/audio/signals.ts';
import { writeWav } from '../../fixtures/audio/write-wav.ts';
import { bundleWorker } from '../../helpers/bundle.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';

const at = suitePaths();

/** What the worker gives for a clip when Node is started with this switch. */
async function extractWith(...switches: string[]): Promise<unknown> {
  const worker = await bundleWorker(at('worker.cjs'));
  const path = await writeWav(at('clip.wav'), [music(44_100, 44_100)], { rate: 44_100 });
  const task = { path, kind: 'audio', recipe: DEFAULT_RECIPE };
  const call = `require(${JSON.stringify(worker)}).default({ task: ${JSON.stringify(task)}, cancelled: new Int32Array(1) })`;
  await writeFile(at('main.cjs'), `${call}.then((result) => console.log(JSON.stringify(Object.entries(result))))`);
  const { stdout } = await promisify(execFile)(process.execPath, [...switches, at('main.cjs')]);
  return Object.fromEntries(JSON.parse(stdout) as [string, unknown][]);
}

describe('without the vector instructions of WebAssembly', () => {
  const missing = {
    error: { code: 'runtime-missing', message: expect.stringContaining('WebAssembly SIMD') as string },
  };

  it.skipIf(process.arch !== 'x64')('an old processor is named as the cause, not the file', async () => {
    expect(await extractWith('--no-enable-sse4-1')).toMatchObject(missing);
  });

  it('a Node without WebAssembly is named as the cause, not the file', async () => {
    expect(await extractWith('--jitless')).toMatchObject(missing);
    expect(await extractWith()).toMatchObject({ warnings: [] });
  });
});
