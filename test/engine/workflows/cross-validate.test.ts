import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isCancellation } from '../../../main/engine/common/errors.ts';
import { parseSplitCsv } from '../../../main/engine/dataset/split-rows.ts';
import { describeProvenance, describeScore } from '../../../main/engine/evaluation/describe-score.ts';
import { MetricsSchema, type Metrics } from '../../../main/engine/evaluation/metrics.ts';
import { foldFolder, readRun, RUN_FILES, type TrainingConfig } from '../../../main/engine/library/run-folder.ts';
import { crossValidate, resumeCrossValidation } from '../../../main/engine/workflows/cross-validate.ts';
import { evaluateModel } from '../../../main/engine/workflows/evaluate.ts';
import { exportReport } from '../../../main/engine/workflows/export-run.ts';
import { presetTraining } from '../../../main/engine/workflows/preset-training.ts';
import { resumeRun } from '../../../main/engine/workflows/resume.ts';
import { trainRun } from '../../../main/engine/workflows/train.ts';
import type { TrainingTask } from '../../../main/engine/workflows/training-task.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';
import { tone, writeWav } from '../../helpers/wav.ts';
import { weightsHash } from '../../helpers/weights.ts';

const CONFIG: TrainingConfig = { ...presetTraining('instrunet-fast'), epochs: 3, batchSize: 8 };
const FOLDS = 3;
const CLIPS = 7;
const at = suitePaths();
const context = () => ({ libraryFolder: at('library'), workerFile: undefined });

interface Wish {
  readonly config?: Partial<TrainingConfig>;
  readonly folder?: string;
  readonly folds?: number;
  readonly task?: TrainingTask;
}

const validate = (out: string, { config = {}, folder = at('tones'), folds = FOLDS, task = {} }: Wish = {}) =>
  crossValidate(
    context(),
    { folder, out: at(out), config: { ...CONFIG, ...config }, folds, corrections: 'none' },
    task,
  );
const resume = (out: string, task: TrainingTask = {}, folder = at('tones')) =>
  resumeCrossValidation(context(), { folder, out: at(out), given: {} }, task);
const metricsOf = async (folder: string): Promise<Metrics> =>
  MetricsSchema.parse(JSON.parse(await readFile(join(folder, RUN_FILES.metrics), 'utf8')));
const rowsOf = async (folder: string): Promise<string[]> =>
  (await readFile(join(folder, RUN_FILES.predictions), 'utf8')).trim().split('\n').slice(1);
const weightsOf = (out: string, fold: number) => weightsHash(join(foldFolder(at(out), fold), RUN_FILES.model));

/** Stops in an epoch of a fold. */
function stopping(fold: number, epoch: number): TrainingTask {
  const controller = new AbortController();
  let current = 0;
  return {
    signal: controller.signal,
    onEvent: (news) => {
      if (news.type === 'fold') current = news.fold.number;
      if (news.type === 'epoch' && current === fold && news.record.epoch === epoch) controller.abort();
    },
  };
}

describe('a cross-validation', () => {
  const told: string[] = [];

  beforeAll(async () => {
    for (const [index, label] of ['high', 'low'].entries()) {
      for (let clip = 0; clip < CLIPS; clip++) {
        const name = `${String.fromCharCode(97 + clip)} take.wav`;
        await writeWav(at('tones', label, name), tone(300 + 900 * index + 40 * clip, 3));
      }
    }
    await validate('whole', {
      task: {
        onEvent: (news) => {
          if (news.type === 'note') told.push(news.message);
          else if (news.type !== 'batch') told.push(news.type === 'fold' ? `fold ${news.fold.number}` : news.type);
        },
      },
    });
  });

  it('scores every clip once, by the network that was not trained on it', async () => {
    const rows = await rowsOf(at('whole'));
    expect(new Set(rows.map((row) => row.split(',')[0])).size).toBe(2 * CLIPS);
    expect(rows).toHaveLength(2 * CLIPS);
    for (let fold = 1; fold <= FOLDS; fold++) {
      const folder = foldFolder(at('whole'), fold);
      const split = parseSplitCsv(await readFile(join(folder, RUN_FILES.split), 'utf8'));
      const trained = new Set(split.filter(({ side }) => side === 'training').map(({ clip }) => clip));
      const scored = (await rowsOf(folder)).map((row) => row.split(',')[0] ?? '');
      expect(scored.filter((clip) => trained.has(clip))).toEqual([]);
      expect(rows).toEqual(expect.arrayContaining(await rowsOf(folder)));
    }
  });

  it('counts all folds together, with what each had and that none had heard its clips', async () => {
    const metrics = await metricsOf(at('whole'));
    const folds = await Promise.all([1, 2, 3].map((fold) => metricsOf(foldFolder(at('whole'), fold))));
    const right = folds.reduce((sum, { accuracy, clips }) => sum + accuracy * clips, 0);
    expect(metrics.accuracy).toBeCloseTo(right / (2 * CLIPS), 12);
    expect(metrics.folds?.map(({ accuracy, clips }) => [accuracy, clips])).toEqual(
      folds.map(({ accuracy, clips }) => [accuracy, clips]),
    );
    expect(metrics.leak).toEqual({ validationClips: 2 * CLIPS, sharedRecording: 0, identicalClip: 0, either: 0 });
    expect(metrics.intervals.groups).toBe(2 * CLIPS);
  });

  it('is told as what it is', async () => {
    const metrics = await metricsOf(at('whole'));
    const words = describeScore(metrics).join('\n');
    expect(words).toContain(
      `on ${2 * CLIPS} clips of ${2 * CLIPS} recordings, each named by a network that never heard it`,
    );
    expect(words).toContain('Cross-validation: 3 networks, each trained on about 9 clips.');
    expect(describeProvenance(metrics)).toContain('3-fold cross-validation');
  });

  it('says once what is true of all folds', () => {
    expect(told.filter((line) => line.startsWith('fold '))).toEqual(['fold 1', 'fold 2', 'fold 3']);
    expect(told.filter((line) => line.startsWith('TensorFlow '))).toHaveLength(1);
    expect(told.filter((line) => line === 'begun')).toHaveLength(1);
    expect(told.filter((line) => line === 'epoch')).toHaveLength(FOLDS * CONFIG.epochs);
  });

  it('trains each fold exactly as a training on that fold does', async () => {
    await trainRun(
      context(),
      {
        folder: at('tones'),
        out: at('alone'),
        config: { ...CONFIG, fold: { number: 2, of: FOLDS } },
        corrections: 'none',
      },
      {},
    );
    expect(await weightsHash(at('alone', RUN_FILES.model))).toBe(await weightsOf('whole', 2));
    expect((await readRun(at('alone'))).training?.validation).toBeCloseTo(1 / FOLDS, 12);
  });

  it('has no network of its own to name recordings with, and says where some are', async () => {
    const evaluation = { model: at('whole'), folder: at('tones'), out: at('evaluated') };
    await expect(evaluateModel(context(), evaluation, {})).rejects.toThrow(/is a cross-validation.*fold-1/u);
    await expect(resumeRun(context(), { folder: at('tones'), out: at('whole'), given: {} }, {})).rejects.toThrow(
      /is a cross-validation, not a training/u,
    );
  });

  it('is reported without the networks of its folds', async () => {
    await exportReport(at('whole'), at('report'));
    const files = (await readdir(at('report'), { recursive: true })).map((name) => name.replaceAll('\\', '/'));
    expect(files).toEqual(expect.arrayContaining([RUN_FILES.metrics, `fold-2/${RUN_FILES.metrics}`]));
    expect(files.filter((name) => name.endsWith('.keras'))).toEqual([]);
  });

  it('that was stopped goes on in the middle of a fold, to the same end', async () => {
    await expect(validate('stopped', { task: stopping(2, 2) })).rejects.toSatisfy(isCancellation);
    expect((await readRun(at('stopped'))).status).toBe('cancelled');
    const before = await weightsOf('stopped', 1);
    const told: string[] = [];
    await resume('stopped', {
      onEvent: (news) => {
        if (news.type === 'epoch') told.push(`epoch ${news.record.epoch}`);
        else if (news.type === 'fold') told.push(`fold ${news.fold.number}, ${news.history.length} before`);
      },
    });
    const anew = ['epoch 1', 'epoch 2', 'epoch 3'];
    expect(told).toEqual(['fold 2, 2 before', 'epoch 3', 'fold 3, 0 before', ...anew]);
    expect(await weightsOf('stopped', 1)).toBe(before);
    for (let fold = 1; fold <= FOLDS; fold++) {
      expect(await weightsOf('stopped', fold)).toBe(await weightsOf('whole', fold));
    }
    expect(await rowsOf(at('stopped'))).toEqual(await rowsOf(at('whole')));
    await expect(resume('stopped')).rejects.toThrow(/has finished/u);
  });

  it('does not go on with other clips or other options than it began with', async () => {
    await cp(at('tones'), at('changing'), { recursive: true });
    await expect(validate('begun', { folder: at('changing'), task: stopping(2, 1) })).rejects.toSatisfy(isCancellation);
    const other = { folder: at('changing'), out: at('begun'), given: { epochs: 5 } };
    await expect(resumeCrossValidation(context(), other, {})).rejects.toThrow(/epochs is 3, not 5/u);
    await expect(resumeCrossValidation(context(), { ...other, given: {}, folds: 4 }, {})).rejects.toThrow(
      /folds is 3, not 4/u,
    );
    await expect(resumeCrossValidation(context(), { ...other, given: {}, name: 'other' }, {})).rejects.toThrow(
      /name is begun, not other/u,
    );
    await writeWav(at('changing', 'high', 'z new.wav'), tone(500, 3));
    await expect(resume('begun', {}, at('changing'))).rejects.toThrow(/z new\.wav is new/u);
    await rm(at('changing', 'high', 'z new.wav'));
    expect((await resume('begun', {}, at('changing'))).metrics.clips).toBe(2 * CLIPS);
  });

  it.each([
    ['more folds than a class has recordings', { folds: CLIPS + 1 }, /high \(7\).*at least 8/u],
    ['a test side', { config: { test: 0.2 } }, /no test side/u],
  ])('is refused for %s, and leaves nothing', async (_, wish, message) => {
    await expect(validate('refused', wish)).rejects.toThrow(message);
    await expect(readRun(at('refused'))).rejects.toThrow(/no run folder/u);
  });
});
