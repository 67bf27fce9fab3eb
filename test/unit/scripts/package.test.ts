import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fallbackRuntimes, refusal } from '../../../scripts/package.mjs';

const OFFICIAL = { electron: {}, tensorflow: {}, ffmpeg: {}, python: { insteadOf: 'no matter' } };

describe('a package for users', () => {
  it('needs every runtime from its official source', () => {
    expect(fallbackRuntimes(OFFICIAL)).toEqual([]);
    for (const id of ['electron', 'tensorflow', 'ffmpeg']) {
      expect(fallbackRuntimes({ ...OFFICIAL, [id]: { insteadOf: 'github.com cannot be reached' } })).toEqual([id]);
    }
    expect(fallbackRuntimes({})).toEqual(['electron', 'tensorflow', 'ffmpeg']);
  });

  it('is refused with the reason, while the folder for tests is not', () => {
    expect(refusal(true, ['electron'])).toContain('electron');
    expect(refusal(false, ['electron'])).toBeNull();
    expect(refusal(true, [])).toBeNull();
  });

  it('has no Electron older than what is supported', () => {
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      devDependencies: { electron: string };
    };
    expect(Number.parseInt(devDependencies.electron, 10)).toBeGreaterThanOrEqual(43);
  });

  it('is not made of words that mean nothing', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/package.mjs', '--installer'], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('--installer');
  });
});
