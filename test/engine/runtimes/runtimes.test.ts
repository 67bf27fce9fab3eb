import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../scripts/build.mjs';
import { hasDisplay } from '../../../scripts/display.mjs';
import type { MainJobResult } from './main-job.ts';

const MAIN_JOB = resolve('out/main-job.cjs');
const ELECTRON_MAIN = resolve('test/engine/runtimes/electron-main.cjs');
const NODE_24 = process.env['INSTRUNET_NODE24'];
const ELECTRON = process.env['INSTRUNET_ELECTRON'];

/** Runs a program to its end and reads the one line of JSON it prints. */
function run(program: string, parameters: readonly string[]): MainJobResult {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: 'utf8', timeout: 120_000 });
  expect({ error, status, stderr: status === 0 ? '' : stderr }).toEqual({ error: undefined, status: 0, stderr: '' });
  return JSON.parse(stdout) as MainJobResult;
}

function runInElectron(electron: string): MainJobResult {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const command = [electron, ...asRoot, '--disable-gpu', ELECTRON_MAIN, MAIN_JOB] as const;
  return hasDisplay() ? run(command[0], command.slice(1)) : run('xvfb-run', ['--auto-servernum', ...command]);
}

/** Two runtimes differ in their names alone: their results are the same to the last bit. */
function withoutRuntime(result: MainJobResult): MainJobResult {
  return { ...result, runtime: '' };
}

describe('the bundled engine', () => {
  let reference: MainJobResult;

  beforeAll(async () => {
    await build();
    reference = run(process.execPath, [MAIN_JOB]);
  });

  it('does the main job under the Node that runs the tests', () => {
    const { runtime, parameters, losses, runFiles, verdicts, plain, compressed, exported } = reference;
    expect(runtime).toBe(`Node ${process.versions.node}`);
    expect(parameters).toBe(2_122_283);
    expect(losses).toHaveLength(2);
    expect(losses[1]).toBeLessThan(losses[0] ?? 0);
    expect(runFiles).toContain('instrunet_cnn.keras');
    expect(verdicts).not.toContain(null);
    expect(compressed).toEqual(plain);
    expect(exported).toContain('model.json');
  });

  it.skipIf(NODE_24 === undefined)('does it under Node 24 with the very same result', () => {
    const result = run(NODE_24 ?? '', [MAIN_JOB]);
    expect(result.runtime).toMatch(/^Node 24\./u);
    expect(withoutRuntime(result)).toEqual(withoutRuntime(reference));
  });

  it.skipIf(ELECTRON === undefined)('does it inside a utility process of Electron with the very same result', () => {
    const result = runInElectron(ELECTRON ?? '');
    expect(result.runtime).toMatch(/^Electron \d+\.\d+\.\d+ \(Node /u);
    expect(withoutRuntime(result)).toEqual(withoutRuntime(reference));
  });
});
