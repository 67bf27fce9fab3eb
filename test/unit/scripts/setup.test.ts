import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appSteps } from '../../../scripts/setup.mjs';
import { cached, removePartialFolders, withPartialFolder } from '../../../scripts/setup/cache.mjs';
import { firstNpmErrors, lastWords, run } from '../../../scripts/setup/command.mjs';
import { ensureDebianPackages, missingFrom } from '../../../scripts/setup/debian-packages.mjs';
import { withLock } from '../../../scripts/setup/lock.mjs';
import { isAtLeast } from '../../../scripts/setup/node-version.mjs';
import { isInstalled } from '../../../scripts/setup/npm-packages.mjs';
import { SetupProblem } from '../../../scripts/setup/problem.mjs';
import { pipErrors } from '../../../scripts/setup/python-wheel.mjs';
import { describe as describeSection, doSteps, stepLine, type Step } from '../../../scripts/setup/steps.mjs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'instrunet-setup-'));
  vi.stubEnv('XDG_CACHE_HOME', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('isAtLeast', () => {
  it('compares number by number', () => {
    expect(isAtLeast('20.19.0', '20.19')).toBe(true);
    expect(isAtLeast('20.20.1', '20.19')).toBe(true);
    expect(isAtLeast('24.0.0', '20.19')).toBe(true);
    expect(isAtLeast('20.9.0', '20.19')).toBe(false);
    expect(isAtLeast('18.20.4', '20.19')).toBe(false);
  });
});

describe('isInstalled', () => {
  const lock = {
    packages: {
      '': { version: '1.0.0' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/only-on-mac': { version: '2.0.0', optional: true },
    },
  };

  it('is true when every package is there in its version, those for other systems aside', () => {
    expect(isInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true);
  });

  it('is false when one is missing, has another version, or nothing is known', () => {
    expect(isInstalled(lock, { packages: {} })).toBe(false);
    expect(isInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false);
    expect(isInstalled(lock, null)).toBe(false);
  });
});

describe('missingFrom', () => {
  const listing = 'ii \tlibnss3\nrc \txvfb\nii \tlibgtk-3-0t64\n';

  it('finds the packages that are not installed', () => {
    expect(missingFrom(listing, ['libnss3', 'xvfb', 'xauth'])).toEqual(['xvfb', 'xauth']);
  });

  it('knows the names that came with 64-bit time', () => {
    expect(missingFrom(listing, ['libgtk-3-0'])).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('ensureDebianPackages', () => {
  /** Puts a program of this name before all others on PATH. */
  async function standIn(name: string, script: string): Promise<void> {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }

  beforeEach(async () => {
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH'] ?? ''}`);
    await standIn('dpkg-query', `printf 'ii \\tlibnss3\\n'`);
    await standIn('apt-get', `echo "$@" >> '${join(folder, 'asked')}'`);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const askedOfApt = () => readFile(join(folder, 'asked'), 'utf8');

  it('installs what is missing when it runs as root', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(0);
    expect(await ensureDebianPackages(['libnss3', 'xvfb'], 'Electron')).toEqual(['xvfb']);
    expect(await askedOfApt()).toMatch(/^install .* xvfb$/m);
  });

  it('otherwise names the one command to run, and runs nothing', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    await expect(ensureDebianPackages(['libnss3', 'xvfb', 'xauth'], 'Electron')).rejects.toMatchObject({
      message: 'Electron needs xvfb, xauth',
      next: 'run: sudo apt-get install xvfb xauth',
    });
    expect(existsSync(join(folder, 'asked'))).toBe(false);
  });

  it('does nothing when all is there', async () => {
    expect(await ensureDebianPackages(['libnss3'], 'Electron')).toEqual([]);
    expect(existsSync(join(folder, 'asked'))).toBe(false);
  });
});

describe('the words of a failed program', () => {
  it('are its last lines', () => {
    expect(lastWords('1\n2\n\n3\n4\r5\n6\n7\n8\n')).toBe('3\n4\n5\n6\n7\n8');
  });

  it('are the first ones for npm, which goes on to explain its command', () => {
    expect(firstNpmErrors('npm warn x\nnpm error code E404\nnpm error\nnpm error 404 Not Found\n')).toBe(
      'code E404\n404 Not Found',
    );
  });
});

describe('the words of a failed pip', () => {
  it('are its errors without the warnings about each try', () => {
    const output = 'WARNING: Retrying after connection broken\nERROR: No matching distribution found for a==1\n';
    expect(pipErrors(output)).toBe('No matching distribution found for a==1');
  });

  it('are the end of the stack of calls where it shows one', () => {
    const output =
      'ERROR: Exception:\nTraceback (most recent call last):\n  File "x"\nOSError: No space left on device\n';
    expect(pipErrors(output)).toBe('OSError: No space left on device');
  });

  it('are its last lines when it names no error', () => {
    expect(pipErrors('No module named pip\n')).toBe('No module named pip');
  });
});

describe('a step’s line', () => {
  it('names step, version, source and time', () => {
    const section = { version: '2.21.0', source: 'a wheel', files: [] };
    expect(stepLine('TensorFlow', describeSection(section), '1.0 s')).toBe(
      'TensorFlow               2.21.0, a wheel [1.0 s]',
    );
  });

  it('says why it was not the official source', () => {
    const section = { version: '', source: 'PATH', insteadOf: 'no network', files: [] };
    expect(describeSection(section)).toBe('PATH (fall-back: no network)');
  });
});

describe('run', () => {
  it('gives what the program wrote', async () => {
    expect(await run(process.execPath, ['-p', '6 * 7'])).toBe('42\n');
  });

  it('names the program, its exit code and its last words', async () => {
    const script = 'console.error("no such thing"); process.exit(3)';
    await expect(run(process.execPath, ['-e', script])).rejects.toThrow(/node -e .*exit code 3: no such thing/);
  });

  it('says when there is no such program', async () => {
    await expect(run('/no/such/program', [])).rejects.toThrow(/\/no\/such\/program/);
  });

  it('ends a program that takes too long', async () => {
    await expect(run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { limitMs: 300 })).rejects.toThrow(
      /took longer than 0.3 s/,
    );
  });

  it('ends the program and what that has started when set-up itself is killed', async () => {
    const sign = join(folder, 'sign-of-life');
    const grandchild = `setInterval(() => require('node:fs').writeFileSync(${JSON.stringify(sign)}, String(Date.now())), 20)`;
    const child = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(grandchild)}])`;
    const setup = startModule(
      `import { run } from ${JSON.stringify(resolve('scripts/setup/command.mjs'))};
       await run(process.execPath, ['-e', ${JSON.stringify(child)}]);`,
    );
    await vi.waitUntil(() => existsSync(sign), 10_000);
    setup.kill('SIGKILL');
    await vi.waitFor(async () => {
      const before = await readFile(sign, 'utf8');
      await new Promise((wake) => setTimeout(wake, 200));
      expect(await readFile(sign, 'utf8')).toBe(before);
    }, 10_000);
  });
});

describe('cached', () => {
  const entry = (fill: (empty: string) => Promise<void>) => ({
    fill,
    verify: async (filled: string) => {
      expect(await readFile(join(filled, 'file'), 'utf8')).toBe('whole');
    },
  });
  const fillWith = (contents: string) => (empty: string) => writeFile(join(empty, 'file'), contents);

  it('makes an entry once', async () => {
    const first = await cached('thing', entry(fillWith('whole')));
    const fill = vi.fn(fillWith('whole'));
    expect(await cached('thing', entry(fill))).toBe(first);
    expect(fill).not.toHaveBeenCalled();
  });

  it('leaves nothing behind when what was made does not work', async () => {
    await expect(cached('thing', entry(fillWith('half')))).rejects.toThrow();
    expect(existsSync(join(folder, 'instrunet', 'thing'))).toBe(false);
    expect(await readdir(join(folder, 'instrunet', 'partial'))).toEqual([]);
  });

  it('makes an entry again that has ceased to work', async () => {
    const made = await cached('thing', entry(fillWith('whole')));
    await writeFile(join(made, 'file'), 'damaged');
    await cached('thing', entry(fillWith('whole')));
    expect(await readFile(join(made, 'file'), 'utf8')).toBe('whole');
  });

  it('removes what killed set-ups left unfinished', async () => {
    await withPartialFolder(async (partial) => {
      await mkdir(join(partial, 'half'));
      await removePartialFolders();
      expect(existsSync(partial)).toBe(false);
    });
  });
});

describe('withLock', () => {
  const nobody = () => undefined;

  it('lets one after the other work, never two at once', async () => {
    const file = join(folder, 'lock');
    let working = 0;
    const most: number[] = [];
    await Promise.all(
      [1, 2, 3].map(() =>
        withLock(
          file,
          async () => {
            working += 1;
            most.push(working);
            await new Promise((wake) => setTimeout(wake, 30));
            working -= 1;
          },
          nobody,
        ),
      ),
    );
    expect(most).toEqual([1, 1, 1]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is released when the work fails', async () => {
    const file = join(folder, 'lock');
    await expect(withLock(file, () => Promise.reject(new Error('broken')), nobody)).rejects.toThrow('broken');
    expect(await withLock(file, () => Promise.resolve('free'), nobody)).toBe('free');
  });

  it('names the holder to whoever has to wait', async () => {
    const file = join(folder, 'lock');
    const holder = await holdLock(file);
    const waitedFor: string[] = [];
    const mine = withLock(
      file,
      () => Promise.resolve(),
      (name) => waitedFor.push(name),
    );
    await vi.waitUntil(() => waitedFor.length > 0, 10_000);
    expect(waitedFor).toEqual([`process ${holder.pid ?? ''}`]);
    holder.kill('SIGKILL');
    await mine;
  });

  it('is taken over at once from a holder that was killed', async () => {
    const file = join(folder, 'lock');
    const holder = await holdLock(file);
    holder.kill('SIGKILL');
    await vi.waitUntil(() => holder.signalCode !== null, 10_000);
    expect(await withLock(file, () => Promise.resolve('mine'), nobody)).toBe('mine');
  });
});

describe('doSteps', () => {
  let lines: string[];
  let keep: string;
  beforeEach(async () => {
    lines = [];
    keep = join(folder, 'needed-file');
    await writeFile(keep, '');
  });

  function step(more: Partial<Step> = {}) {
    const install = vi.fn(() => Promise.resolve({ version: '1.0', source: 'here', files: [keep] }));
    return { id: 'thing', title: 'Thing', key: () => 'key', install, ...more };
  }
  const doStepsOnce = (steps: readonly Step[], quietIfDone = false) =>
    doSteps(steps, { print: (line) => lines.push(line), quietIfDone, file: join(folder, 'state', 'runtimes.json') });

  it('does a step once and says both times where it was taken from', async () => {
    const thing = step();
    await doStepsOnce([thing]);
    await doStepsOnce([thing]);
    expect(thing.install).toHaveBeenCalledTimes(1);
    expect(lines).toEqual([
      expect.stringMatching(/^Thing +1\.0, here \[\d+\.\d s\]$/),
      expect.stringMatching(/^Thing +1\.0, here \[in place\]$/),
    ]);
  });

  it('keeps silent when asked to and nothing is to be done', async () => {
    const thing = step();
    await doStepsOnce([thing], true);
    lines.length = 0;
    await doStepsOnce([thing], true);
    expect(lines).toEqual([]);
  });

  it('does a step again when its key has changed, a file of it is gone, or its own condition does not hold', async () => {
    await doStepsOnce([step()]);
    const changed = step({ key: () => 'another key' });
    await doStepsOnce([changed]);
    expect(changed.install).toHaveBeenCalledTimes(1);

    await rm(keep);
    await doStepsOnce([changed]);
    expect(changed.install).toHaveBeenCalledTimes(2);

    const unmet = step({ isCurrent: () => Promise.resolve(false) });
    await doStepsOnce([unmet]);
    expect(unmet.install).toHaveBeenCalledTimes(1);
  });

  it('names the step, the cause and what to try next when a step cannot be done, and keeps what is done', async () => {
    const first = step({ id: 'first' });
    const broken = step({ install: () => Promise.reject(new SetupProblem('no network', 'plug it in.')) });
    await expect(doStepsOnce([first, broken])).rejects.toMatchObject({
      message: 'Set-up stopped at “Thing”: no network.',
      next: 'Next: plug it in.',
    });
    await doStepsOnce([first]);
    expect(first.install).toHaveBeenCalledTimes(1);
  });

  it('goes on without an optional step, says so, and tries it again next time', async () => {
    const fail = vi.fn(() => Promise.reject(new Error('no Python')));
    const last = step({ id: 'last' });
    const optional = step({ optional: true, install: fail });
    await doStepsOnce([optional, last]);
    expect(lines).toEqual([
      expect.stringMatching(/^Thing +absent: no Python \[/),
      expect.stringContaining('1.0, here'),
    ]);
    await doStepsOnce([optional, last]);
    expect(fail).toHaveBeenCalledTimes(2);
    expect(last.install).toHaveBeenCalledTimes(1);
  });

  it('says before the first step when its cache cannot be written, and what to do about it', async () => {
    vi.stubEnv('XDG_CACHE_HOME', keep);
    const first = step();
    await expect(doStepsOnce([first])).rejects.toMatchObject({
      message: expect.stringContaining('its cache cannot be written: ') as string,
      next: `Next: make ${join(keep, 'instrunet')} writable for yourself, or name a folder that is in the variable XDG_CACHE_HOME.`,
    });
    expect(first.install).not.toHaveBeenCalled();
  });

  it('looks at every step again where the record of what is done was damaged', async () => {
    await doStepsOnce([step()]);
    await writeFile(join(folder, 'state', 'runtimes.json'), '{"thing": {');
    const again = step();
    await doStepsOnce([again]);
    expect(again.install).toHaveBeenCalledTimes(1);
  });
});

describe('appSteps', () => {
  const optional = (screen: boolean) =>
    appSteps(screen)
      .filter((step) => step.optional === true)
      .map(({ id }) => id);

  it('asks for Electron only where a window could be opened', () => {
    expect(optional(true)).toEqual([]);
    expect(optional(false)).toEqual(['systemLibraries', 'electron']);
  });
});

function startModule(code: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
}

async function holdLock(file: string): Promise<ChildProcess> {
  const holder = startModule(
    `import { withLock } from ${JSON.stringify(resolve('scripts/setup/lock.mjs'))};
     await withLock(${JSON.stringify(file)}, () => new Promise(() => setInterval(() => {}, 1000)), () => {});`,
  );
  await vi.waitUntil(() => existsSync(file), 10_000);
  return holder;
}
