import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runNode } from '../../../scripts/run-node.mjs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'instrunet-run-node-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that runs a script by `runNode` and ends with its exit code. */
function startRunner(script: string): ChildProcess {
  const code = `import { runNode } from ${JSON.stringify(resolve('scripts/run-node.mjs'))};
    process.exitCode = await runNode(['-e', ${JSON.stringify(script)}], { cwd: ${JSON.stringify(folder)} });`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
}

const ended = (child: ChildProcess): Promise<number | null> => new Promise((done) => child.on('exit', done));

describe('runNode', () => {
  it('gives the exit code of the script', async () => {
    expect(await runNode(['-e', 'process.exit(3)'], { cwd: folder })).toBe(3);
    expect(await runNode(['-e', ''], { cwd: folder })).toBe(0);
  });

  it('counts an end by a signal as shells do', async () => {
    const script = "process.kill(process.pid, 'SIGKILL')";
    expect(await runNode(['-e', script], { cwd: folder })).toBe(128 + constants.signals.SIGKILL);
  });

  it('hands a request to end on to the script, and waits for what the script makes of it', async () => {
    const script = `const { writeFileSync } = require('node:fs');
      setInterval(() => {}, 1000);
      process.on('SIGTERM', () => { writeFileSync('tidied', 'yes'); process.exit(130); });
      writeFileSync('ready', '');`;
    const runner = startRunner(script);
    const code = ended(runner);
    await vi.waitUntil(() => existsSync(join(folder, 'ready')), 10_000);
    runner.kill('SIGTERM');
    expect(await code).toBe(130);
    expect(await readFile(join(folder, 'tidied'), 'utf8')).toBe('yes');
  });

  it('leaves Ctrl-C to the script, which hears it from the terminal', async () => {
    const script = `require('node:fs').writeFileSync('ready', ''); setTimeout(() => process.exit(7), 500)`;
    const runner = startRunner(script);
    const code = ended(runner);
    await vi.waitUntil(() => existsSync(join(folder, 'ready')), 10_000);
    runner.kill('SIGINT');
    expect(await code).toBe(7);
  });
});
