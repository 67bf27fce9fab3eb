import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Stand-ins for node (the set-up) and npm (checks and tests): each ends as the environment says. */
const PROGRAMS = {
  node: 'echo set-up; exit ${SETUP:-0}',
  npm: 'if [ "$1" = test ]; then echo "$SAYS"; exit ${TESTS:-0}; fi; echo checking; exit ${CHECK:-0}',
  timeout: 'shift 2; exec "$@"',
};

describe.skipIf(process.platform === 'win32')('.ci/run', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'instrunet-ci-'));
    for (const [name, script] of Object.entries(PROGRAMS)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, name), 0o755);
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function ciRun(environment: Readonly<Record<string, string>>) {
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`, ...environment };
    const { status, stdout } = spawnSync('.ci/run', { encoding: 'utf8', env });
    return { status, stdout };
  }

  it('prints nothing but the counts', () => {
    expect(ciRun({ SAYS: '5 passed, 0 failed' })).toEqual({ status: 0, stdout: '5 passed, 0 failed\n' });
    expect(ciRun({ SAYS: '5 passed, 0 failed, 2 skipped' }).stdout).toBe('5 passed, 0 failed, 2 skipped\n');
  });

  it('counts a failing check as one failure more', () => {
    const says = { SAYS: '4 passed, 1 failed', TESTS: '1', CHECK: '1' };
    expect(ciRun(says)).toEqual({ status: 1, stdout: '4 passed, 2 failed\n' });
    expect(ciRun({ SAYS: '5 passed, 0 failed', CHECK: '1' })).toEqual({ status: 1, stdout: '5 passed, 1 failed\n' });
  });

  it('does not believe in success when the tests broke down', () => {
    expect(ciRun({ SAYS: 'killed', TESTS: '137' })).toEqual({ status: 1, stdout: '0 passed, 1 failed\n' });
    expect(ciRun({ SAYS: '', TESTS: '0' })).toEqual({ status: 1, stdout: '0 passed, 1 failed\n' });
    expect(ciRun({ SAYS: '5 passed, 0 failed', TESTS: '1' })).toEqual({ status: 1, stdout: '5 passed, 1 failed\n' });
  });

  it('counts a set-up that stopped as a failure', () => {
    expect(ciRun({ SETUP: '1' })).toEqual({ status: 1, stdout: '0 passed, 1 failed\n' });
  });
});
