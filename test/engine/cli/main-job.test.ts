import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RUN_FILES, type Run } from '../../../main/engine/library/run-folder.ts';
import type { Metrics } from '../../../main/engine/evaluation/metrics.ts';
import { NO_AUGMENTATION } from '../../../main/engine/training/augmentation/options.ts';
import { presetTraining } from '../../../main/engine/workflows/preset-training.ts';
import { documentOf, runCli } from '../../helpers/cli.ts';
import { weightsHash } from '../../helpers/weights.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';

interface Trained {
  readonly folder: string;
  readonly run: Run;
  readonly metrics: Metrics;
  readonly test: Metrics | null;
}

const CLASSES = 11;
const CLIPS_PER_CLASS = 9;
const SEED = ['--preset', 'instrunet-seed', '--epochs', '2'];

/** The whole main job once, from nothing to named recordings; the tests look at what it left. */
describe('the main job from the command line', () => {
  const folder = suiteFolder();
  let dataset: string;
  let unheard: string;
  let run: string;
  let trained: Trained;

  beforeAll(async () => {
    dataset = join(folder(), 'sample');
    unheard = join(folder(), 'unheard');
    run = join(folder(), 'run');
    const sample = ['--clips-per-class', String(CLIPS_PER_CLASS), '--held-back', unheard];
    documentOf(await runCli(folder(), 'sample', dataset, ...sample, '--json'));
    trained = documentOf(await runCli(folder(), 'train', dataset, '--out', run, ...SEED, '--json')) as Trained;
  });

  it('scans the sample dataset as synthetic, with IRMAS names and nothing wrong', async () => {
    const scanned = documentOf(await runCli(folder(), 'scan', dataset, '--json')) as {
      synthetic: boolean;
      layout: string;
      summary: { usableClips: number; findings: object };
    };
    expect(scanned).toMatchObject({
      synthetic: true,
      layout: 'irmas-names',
      summary: { usableClips: CLASSES * CLIPS_PER_CLASS, findings: {} },
    });
  });

  it('leaves a run folder with every file of the format and no checkpoint', async () => {
    const expected = [
      'run',
      'split',
      'history',
      'predictions',
      'report',
      'metrics',
      'model',
      'historyChart',
      'confusionChart',
      'reliabilityChart',
    ] as const;
    expect((await readdir(run)).sort()).toEqual(expected.map((name) => RUN_FILES[name]).sort());
  });

  it('splits by recording without a leak and says so in the run', () => {
    expect(trained.run.training?.split).toBe('grouped');
    expect(trained.run.split?.leak).toMatchObject({ sharedRecording: 0, identicalClip: 0, either: 0 });
  });

  it('trains the network of the report: 2,122,283 parameters', () => {
    expect(trained.run.model.parameters).toBe(2_122_283);
  });

  it('names backend, ffmpeg, seed and status in run.json', async () => {
    const written = JSON.parse(await readFile(join(run, RUN_FILES.run), 'utf8')) as Run;
    expect(written).toEqual(trained.run);
    expect(written).toMatchObject({ status: 'done', training: { seed: 1 }, dataset: { synthetic: true } });
    expect(written.backend.name).toMatch(/^tfjs-node /u);
    expect(written.ffmpeg).not.toBeNull();
  });

  it('makes no image a second time', async () => {
    const out = join(folder(), 'again');
    const again = documentOf(
      await runCli(folder(), 'train', dataset, '--out', out, '--epochs', '1', '--json'),
    ) as Trained;
    expect(again.run.features).toEqual({ extracted: 0, reused: CLASSES * CLIPS_PER_CLASS });
  });

  it('gives the same network for the same seed', async () => {
    const out = join(folder(), 'twin');
    documentOf(await runCli(folder(), 'train', dataset, '--out', out, ...SEED, '--json'));
    expect(await weightsHash(join(out, RUN_FILES.model))).toBe(await weightsHash(join(run, RUN_FILES.model)));
  });

  it('trains a preset as that has it, but for what is said otherwise', async () => {
    const out = join(folder(), 'preset');
    const options = ['--preset', 'instrunet-fast', '--epochs', '1', '--mixup', '0.2', '--label-smoothing', '0.1'];
    const { run: other } = documentOf(
      await runCli(folder(), 'train', dataset, '--out', out, ...options, '--json'),
    ) as Trained;
    const preset = presetTraining('instrunet-fast');
    expect(other.training).toEqual({
      ...preset,
      epochs: 1,
      labelSmoothing: 0.1,
      augmentation: { ...preset.augmentation, mixup: 0.2 },
    });
    const plain = join(folder(), 'plain');
    const without = [
      '--preset',
      'instrunet-fast',
      '--epochs',
      '1',
      '--no-augmentation',
      '--no-calibration',
      '--roll',
      '0.5',
    ];
    const bare = documentOf(await runCli(folder(), 'train', dataset, '--out', plain, ...without, '--json')) as Trained;
    expect(bare.run.training?.augmentation).toEqual({ ...NO_AUGMENTATION, roll: 0.5 });
    expect(bare.run.training?.calibration).toBe(false);
    expect(bare.run.result?.temperature).toBeNull();
  });

  it('names recordings it has never heard, with a window every 1.5 s', async () => {
    const files = (await readdir(unheard)).filter((name) => name.endsWith('.wav')).map((name) => join(unheard, name));
    const named = documentOf(await runCli(folder(), 'classify', run, ...files, '--json')) as {
      files: { file: string; verdict: string | null; windows: { start: number; end: number }[] }[];
    };
    expect(named.files.map(({ file }) => file).sort()).toEqual([...files].sort());
    const codes = new Set(trained.run.classes.map(({ code }) => code));
    expect(named.files.every(({ verdict }) => verdict !== null && codes.has(verdict))).toBe(true);
    const long = named.files.find(({ windows }) => windows.length > 2);
    expect(long?.windows.slice(0, 2)).toMatchObject([
      { start: 0, end: 3 },
      { start: 1.5, end: 4.5 },
    ]);
  });

  it('scores the run on another folder and says what that shares with training', async () => {
    const other = join(folder(), 'other');
    documentOf(await runCli(folder(), 'sample', other, '--clips-per-class', '3', '--seed', '7', '--json'));
    const out = join(folder(), 'scored');
    const scored = documentOf(await runCli(folder(), 'evaluate', run, other, '--out', out, '--json')) as {
      metrics: Metrics;
    };
    expect(scored.metrics).toMatchObject({ side: 'folder', clips: CLASSES * 3, split: null });
    expect(scored.metrics.leak?.identicalClip).toBe(0);
    const itself = documentOf(
      await runCli(folder(), 'evaluate', run, dataset, '--out', join(folder(), 'itself'), '--json'),
    ) as { metrics: Metrics };
    const training = trained.run.split?.counts.filter(({ side }) => side === 'training') ?? [];
    expect(itself.metrics.leak?.identicalClip).toBe(training.reduce((sum, { clips }) => sum + clips, 0));
  });

  it('scores the bare .keras file just as the run', async () => {
    const file = join(folder(), 'model.keras');
    documentOf(await runCli(folder(), 'export', run, '--format', 'keras', '--out', file, '--json'));
    const out = join(folder(), 'from-file');
    const scored = documentOf(await runCli(folder(), 'evaluate', file, dataset, '--out', out, '--json')) as {
      metrics: Metrics;
    };
    expect(scored.metrics.leak).toBeNull();
    const itself = JSON.parse(await readFile(join(folder(), 'itself', RUN_FILES.metrics), 'utf8')) as Metrics;
    expect(scored.metrics.confusionMatrix).toEqual(itself.confusionMatrix);
  });

  it('exports a TensorFlow.js model with its labels beside it', async () => {
    const out = join(folder(), 'tfjs');
    documentOf(await runCli(folder(), 'export', run, '--format', 'tfjs', '--out', out, '--json'));
    expect((await readdir(out)).sort()).toEqual(['group1-shard1of1.bin', 'instrunet.json', 'model.json']);
  });

  it('keeps a test side apart and scores it, too', async () => {
    const out = join(folder(), 'tested');
    const tested = documentOf(
      await runCli(
        folder(),
        'train',
        dataset,
        '--out',
        out,
        '--epochs',
        '1',
        '--validation',
        '0.3',
        '--test',
        '0.3',
        '--json',
      ),
    ) as Trained;
    expect(tested.test).toMatchObject({ side: 'test', leak: { either: 0 } });
    expect(await readdir(join(out, RUN_FILES.test))).toContain(RUN_FILES.metrics);
  });

  it('says how much a random split leaks', async () => {
    const out = join(folder(), 'random');
    const random = documentOf(
      await runCli(folder(), 'train', dataset, '--out', out, '--epochs', '1', '--split', 'random', '--json'),
    ) as Trained;
    expect(random.metrics.leak?.sharedRecording).toBeGreaterThan(0);
    expect(random.run.split?.leak).toEqual(random.metrics.leak);
  });

  it('says that an epoch was chosen by its validation score, which flatters that score', async () => {
    const out = join(folder(), 'best');
    const options = ['--epochs', '3', '--early-stopping', '1', '--best-epoch'];
    const best = documentOf(await runCli(folder(), 'train', dataset, '--out', out, ...options, '--json')) as Trained;
    expect(best.run.result?.selectedOnValidation).toBe(true);
    expect(best.metrics.training?.selectedOnValidation).toBe(true);
    expect(trained.run.result?.selectedOnValidation).toBe(false);
  });

  it('names a recording as an Audacity label track and as CSV, to a file that must be new', async () => {
    const [file = ''] = (await readdir(unheard)).filter((name) => name.includes('-then-'));
    const recording = join(unheard, file);
    const track = join(folder(), 'track.txt');
    const classify = (...more: string[]) => runCli(folder(), 'classify', run, recording, ...more);
    expect(await classify('--format', 'audacity', '--out', track)).toMatchObject({ code: 0, stdout: '' });
    expect(await readFile(track, 'utf8')).toMatch(/^(\d+\.\d{6}\t\d+\.\d{6}\t.+\n)+$/u);
    expect((await classify('--format', 'audacity', '--out', track)).code).toBe(1);
    const csv = await classify('--format', 'csv', '--hop', '3');
    expect(csv.stdout.split('\n')[0]).toContain('file,verdict,verdict_probability,start,end,heard,label_1');
    expect(csv.stdout).toContain(`${recording},`);
  });

  it('refuses an output that cannot be written, or one track for several files, before it listens to anything', async () => {
    const text = join(dataset, 'README.txt');
    const blocked = await runCli(folder(), 'classify', run, text, '--format', 'csv', '--out', join(text, 'named.csv'));
    expect(blocked).toMatchObject({ code: 1, stdout: '' });
    expect(blocked.stderr).toContain('README.txt');
    expect(blocked.stderr).not.toContain('classify:');
    const several = await runCli(folder(), 'classify', run, text, text, '--format', 'audacity');
    expect(several).toMatchObject({ code: 2, stdout: '' });
    expect(several.stderr).not.toContain('classify:');
  });

  it('writes no label track for a file that it could not read, and says why', async () => {
    const [file = ''] = (await readdir(unheard)).filter((name) => name.includes('-then-'));
    const [tracks, text] = [join(folder(), 'tracks'), join(dataset, 'README.txt')];
    const files = [join(unheard, file), text];
    const { code, stderr } = await runCli(
      ...[folder(), 'classify', run, ...files, '--format', 'audacity', '--out', tracks],
    );
    expect(code).toBe(0);
    expect(stderr).toContain(`Left out ${text}: `);
    expect(await readdir(tracks)).toEqual([file.replace('.wav', '.labels.txt')]);
  });

  it('answers 1 where not one file could be read, and still says why for each', async () => {
    const text = join(dataset, 'README.txt');
    const { code, stdout } = await runCli(folder(), 'classify', run, text, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      files: [{ file: text, verdict: null, error: { code: 'unreadable-audio' } }],
    });
  });
});
