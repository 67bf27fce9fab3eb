import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RUN_FILES, type Run } from '../../../main/engine/library/run-folder.ts';
import { documentOf, runCli } from '../../helpers/cli.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';
import { tone, writeWav } from '../../helpers/wav.ts';

describe('input that makes no run', () => {
  const folder = suiteFolder();
  let dataset: string;
  let run: string;

  beforeAll(async () => {
    dataset = join(folder(), 'sample');
    run = join(folder(), 'run');
    documentOf(await runCli(folder(), 'sample', dataset, '--clips-per-class', '6', '--json'));
    documentOf(await runCli(folder(), 'train', dataset, '--out', run, '--epochs', '1', '--json'));
  });

  /** Runs a command that must fail with this code and leave no output folder behind. */
  async function refused(code: string, ...parameters: string[]): Promise<string> {
    const result = await runCli(folder(), ...parameters, '--json');
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code } });
    expect(result.code).toBe(code === 'invalid-argument' ? 2 : 1);
    return result.stderr;
  }

  async function makeTones(name: string, classes: Readonly<Record<string, number>>): Promise<string> {
    const root = join(folder(), name);
    let frequency = 200;
    for (const [label, clips] of Object.entries(classes)) {
      for (let clip = 0; clip < clips; clip++) {
        await writeWav(join(root, label, `${label} ${String.fromCharCode(97 + clip)}.wav`), tone((frequency += 17), 3));
      }
    }
    return root;
  }

  it('an empty folder is refused with what was looked for', async () => {
    const empty = join(folder(), 'empty');
    await mkdir(empty);
    const said = await refused('no-clips', 'train', empty, '--out', join(folder(), 'none'));
    expect(said).toContain('labelled clips');
    expect(await readdir(folder())).not.toContain('none');
  });

  it('a dataset of one class is refused', async () => {
    const single = await makeTones('single', { violin: 4 });
    expect(await refused('too-few-classes', 'train', single, '--out', join(folder(), 'none'))).toContain('violin');
  });

  it('a class with one recording cannot be on both sides and is named', async () => {
    const few = await makeTones('few', { violin: 4, voice: 1 });
    expect(await refused('too-few-recordings', 'train', few, '--out', join(folder(), 'none'))).toContain('voice');
    expect(await readdir(folder())).not.toContain('none');
  });

  it('an output folder that exists is refused before anything is read, and left as it is', async () => {
    const before = await readFile(join(run, RUN_FILES.run), 'utf8');
    expect(await refused('exists', 'train', dataset, '--out', run)).toContain('exists already');
    expect(await refused('exists', 'evaluate', run, dataset, '--out', run)).toContain('exists already');
    expect(await readFile(join(run, RUN_FILES.run), 'utf8')).toBe(before);
  });

  it('an output folder inside the dataset is refused', async () => {
    const said = await refused('invalid-argument', 'train', dataset, '--out', join(dataset, 'run'));
    expect(said).toContain('inside the dataset');
  });

  it('a folder that is no run is refused', async () => {
    expect(await refused('not-found', 'classify', dataset, join(dataset, 'README.txt'))).toContain('no run folder');
    await refused('not-found', 'classify', join(folder(), 'nowhere'), join(dataset, 'README.txt'));
  });

  it('a run of a newer version is refused', async () => {
    const newer = join(folder(), 'newer');
    await mkdir(newer);
    const record = JSON.parse(await readFile(join(run, RUN_FILES.run), 'utf8')) as Run;
    await writeFile(join(newer, RUN_FILES.run), JSON.stringify({ ...record, version: 99, surprise: true }));
    expect(await refused('incompatible-run', 'evaluate', newer, dataset, '--out', join(folder(), 'none'))).toContain(
      'newer',
    );
  });

  it('a damaged run.json is refused with the place of the damage', async () => {
    const damaged = join(folder(), 'damaged');
    await mkdir(damaged);
    const record = JSON.parse(await readFile(join(run, RUN_FILES.run), 'utf8')) as Run;
    await writeFile(join(damaged, RUN_FILES.run), JSON.stringify({ ...record, classes: 'eleven' }));
    expect(await refused('incompatible-run', 'classify', damaged, 'x.wav')).toContain('classes');
  });

  it('a run that has not finished is refused with how to go on', async () => {
    const unfinished = join(folder(), 'unfinished');
    await mkdir(unfinished);
    const record = JSON.parse(await readFile(join(run, RUN_FILES.run), 'utf8')) as Run;
    await writeFile(join(unfinished, RUN_FILES.run), JSON.stringify({ ...record, status: 'cancelled' }));
    expect(await refused('incompatible-run', 'classify', unfinished, 'x.wav')).toContain('--resume');
  });

  it('a file that is no model is refused', async () => {
    const file = join(folder(), 'text.keras');
    await writeFile(file, 'not a zip');
    expect(await refused('unsupported-model', 'classify', file, 'x.wav')).toContain('text.keras');
  });

  it('labels that do not fit the outputs are refused', async () => {
    const said = await refused(
      'invalid-argument',
      'classify',
      join(run, RUN_FILES.model),
      'x.wav',
      '--labels',
      'a,b,c',
    );
    expect(said).toContain('11 classes');
  });

  it('a folder with none of the classes the model knows is refused', async () => {
    const others = await makeTones('others', { banjo: 2, zither: 2 });
    const said = await refused('no-clips', 'evaluate', run, others, '--out', join(folder(), 'none'));
    expect(said).toContain('banjo, zither');
  });

  it('one unreadable file never stops the others', async () => {
    const text = join(folder(), 'text.wav');
    await writeFile(text, 'these are words, no sound');
    const good = join(folder(), 'it\'s a "good"\n-name.wav');
    await writeWav(good, tone(440, 3));
    const result = await runCli(folder(), 'classify', run, text, join(folder(), 'gone.wav'), good, '--json');
    expect(result.code).toBe(0);
    const { files } = JSON.parse(result.stdout) as { files: { file: string; error: unknown; verdict: unknown }[] };
    expect(files.map(({ file, error }) => [file, error === null])).toEqual([
      [text, false],
      [join(folder(), 'gone.wav'), false],
      [good, true],
    ]);
  });

  it('a training with an unreadable, a silent and an empty clip leaves those out and says so', async () => {
    const mixed = await makeTones('mixed', { low: 5, high: 5 });
    await writeFile(join(mixed, 'low', 'words.wav'), 'these are words, no sound');
    await writeFile(join(mixed, 'low', 'nothing.wav'), '');
    await writeWav(join(mixed, 'high', 'silence.wav'), new Float32Array(48_000));
    const trained = documentOf(
      await runCli(folder(), 'train', mixed, '--out', join(folder(), 'mixed-run'), '--epochs', '1', '--json'),
    ) as { run: Run };
    expect(trained.run.dataset).toMatchObject({
      clips: 13,
      usableClips: 10,
      findings: { unreadable: 1, empty: 1, silent: 1 },
    });
  });

  it.skipIf(!canMount())(
    'a full disk stops the run with its cause, and space brings it back (needs the right to mount)',
    async () => {
      const disk = await mkdtemp(join(tmpdir(), 'instrunet-disk-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
      try {
        const out = join(disk, 'run');
        const said = await refused('disk-full', 'train', dataset, '--out', out, '--epochs', '1');
        expect(said).toContain('disk is full');
        const left = JSON.parse(await readFile(join(out, RUN_FILES.run), 'utf8')) as Run;
        expect(['running', 'failed']).toContain(left.status);
        execFileSync('mount', ['-o', 'remount,size=200m', disk]);
        const resumed = documentOf(await runCli(folder(), 'train', dataset, '--out', out, '--resume', '--json')) as {
          run: Run;
        };
        expect(resumed.run.status).toBe('done');
      } finally {
        execFileSync('umount', [disk]);
        await rm(disk, { recursive: true, force: true });
      }
    },
  );
});

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
