import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLI_BUNDLE } from '../../../scripts/build.mjs';
import { runCli } from '../../helpers/cli.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';

/** A file on Linux that never has space for anything. */
const FULL = '/dev/full';

const COMMANDS = ['sample', 'scan', 'train', 'evaluate', 'classify', 'export'];

describe('the command line', () => {
  const folder = suiteFolder();

  it.each(COMMANDS)('explains %s with examples', async (command) => {
    const { code, stdout } = await runCli(folder(), command, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain(`instrunet -- ${command} `);
    expect(stdout).toContain('--json');
    expect(stdout).not.toMatch(/default: (?:false|null)/u);
  });

  it('lists its commands', async () => {
    const { code, stdout } = await runCli(folder(), '--help');
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'mu'));
  });

  it.each([
    { use: 'no command', parameters: [] },
    { use: 'an unknown command', parameters: ['learn'] },
    { use: 'a missing argument', parameters: ['scan'] },
    { use: 'a missing --out', parameters: ['train', 'somewhere'] },
    { use: 'no epochs', parameters: ['train', 'somewhere', '--out', 'run', '--epochs', '0'] },
    { use: 'half a batch', parameters: ['train', 'somewhere', '--out', 'run', '--batch-size', '1.5'] },
    {
      use: 'all clips on the validation side',
      parameters: ['train', 'somewhere', '--out', 'run', '--validation', '1'],
    },
    { use: 'an unknown split', parameters: ['train', 'somewhere', '--out', 'run', '--split', 'sorted'] },
    { use: 'an unknown preset', parameters: ['train', 'somewhere', '--out', 'run', '--preset', 'huge'] },
    {
      use: 'two things to begin from',
      parameters: ['train', '.', '--out', 'run', '--preset', 'instrunet', '--from', 'x'],
    },
    { use: 'layers without a base', parameters: ['train', 'somewhere', '--out', 'run', '--train-layers', 'last'] },
    {
      use: 'unknown layers',
      parameters: ['train', 'somewhere', '--out', 'run', '--from', 'x', '--train-layers', 'first'],
    },
    { use: 'an unknown format', parameters: ['classify', 'run', 'file.wav', '--format', 'xml'] },
    { use: 'one label twice', parameters: ['classify', 'run', 'file.wav', '--labels', 'vio,vio'] },
    { use: 'no file to classify', parameters: ['classify', 'run'] },
    { use: 'an unknown option', parameters: ['scan', 'somewhere', '--deep'] },
  ])('answers $use with exit code 2 and nothing on stdout', async ({ parameters }) => {
    const { code, stdout, stderr } = await runCli(folder(), ...parameters);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
    const asJson = await runCli(folder(), ...parameters, '--json');
    expect(asJson.code).toBe(2);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 'invalid-argument' } });
  });

  it('answers a failure with exit code 1 and, with --json, one document that names it', async () => {
    const { code, stdout, stderr } = await runCli(folder(), 'scan', 'no-such-folder', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'not-found' } });
    expect(stderr).toContain('no-such-folder');
  });

  it.skipIf(!existsSync(FULL))('fails in one sentence when its result does not fit on the disk', () => {
    const full = openSync(FULL, 'w');
    const { status, stderr } = spawnSync(process.execPath, [CLI_BUNDLE, 'scan', 'no-such-folder', '--json'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(status).toBe(1);
    expect(stderr).toContain('Error: The output could not be written: the disk is full\n');
    expect(stderr).not.toContain(' at ');
  });
});
