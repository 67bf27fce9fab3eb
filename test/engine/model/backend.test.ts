import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { loadBackend } from '../../../main/engine/model/backend.ts';

it('says truthfully what was loaded', async () => {
  const { tf, info } = await loadBackend();
  expect(tf.getBackend()).toBe('tensorflow');
  const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-node/package.json') as { version: string };
  expect(info.name).toBe(`tfjs-node ${version}`);
  expect(info.tensorflow).toMatch(/^2\.\d+\.\d+/);
  expect(info.runtime).toBe(`Node ${process.versions.node}`);
  expect(info.oneDnn).toBe(process.arch === 'x64' && process.env['TF_ENABLE_ONEDNN_OPTS'] === '1');
});

it('can be loaded again', async () => {
  expect((await loadBackend()).tf).toBe((await loadBackend()).tf);
});

const LOAD = `
  const { loadBackend } = await import('./main/engine/model/backend.ts');
  const { register } = await import('node:module');
  const { info, tf } = await loadBackend();
  tf.ones([2, 2]).matMul(tf.ones([2, 2])).dataSync();
  process.stderr.write(JSON.stringify({ oneDnn: info.oneDnn }) + '\\n');
`;

it('leaves the standard output to its caller, and a setting made by hand as it is', async () => {
  const run = promisify(execFile);
  const { build } = await import('esbuild');
  const bundled = await build({
    stdin: { contents: LOAD, resolveDir: process.cwd(), loader: 'js' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    external: ['@tensorflow/tfjs-node'],
  });
  const code = bundled.outputFiles[0]?.text ?? '';
  const env = { ...process.env, TF_ENABLE_ONEDNN_OPTS: '0' };
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', code], { env });
  expect(stdout).toBe('');
  expect(stderr).toContain('{"oneDnn":false}');
});
