import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isCancellation } from '../../../main/engine/common/errors.ts';
import { parseCsv } from '../../../main/engine/common/csv.ts';
import { readJson, readText } from '../../../main/engine/common/files.ts';
import { MetricsSchema } from '../../../main/engine/evaluation/metrics.ts';
import type { MultilabelMetrics } from '../../../main/engine/evaluation/multilabel/multilabel-metrics.ts';
import { RUN_FILES, type Run, type TrainingConfig } from '../../../main/engine/library/run-folder.ts';
import { evaluateModel } from '../../../main/engine/workflows/evaluate.ts';
import { presetTraining } from '../../../main/engine/workflows/preset-training.ts';
import { resumeRun } from '../../../main/engine/workflows/resume.ts';
import { trainRun } from '../../../main/engine/workflows/train.ts';
import type { TrainedRun, TrainingNews, TrainingTask } from '../../../main/engine/workflows/training-task.ts';
import { noise } from '../../fixtures/audio/signals.ts';
import { documentOf, runCli } from '../../helpers/cli.ts';
import { containing } from '../../helpers/containing.ts';
import { writeMixtures, type Mixture } from '../../helpers/mixtures.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';
import { tone, writeWav } from '../../helpers/wav.ts';
import { weightsHash } from '../../helpers/weights.ts';

const RATE = 16_000;
const at = suitePaths();
const context = () => ({ libraryFolder: at('library'), workerFile: undefined });

const rowsOf = async (...path: string[]) => parseCsv(await readFile(at(...path), 'utf8'));

describe('a training on excerpts longer than the network hears at once', () => {
  const LATE = ['flu', 'pia'];
  const WINDOWS = 4;
  /** All begin with the same instrument; which one follows is heard in their second half alone. */
  const excerpts: Mixture[] = Array.from({ length: 28 }, (_, piece) => {
    const late = LATE[piece % LATE.length] ?? '';
    return {
      path: `Part1/${String(piece).padStart(2, '0')} - Piece ${String(piece)}-1`,
      ...{ labels: ['cel', late], late: [late], seconds: 3 * WINDOWS },
    };
  });
  const options = ['--preset', 'instrunet-fast', '--epochs', '16', '--outputs', 'sigmoid', '--validation', '0.4'];
  let run: Run;
  let metrics: MultilabelMetrics;
  let said: string;

  beforeAll(async () => {
    await writeMixtures(at('excerpts'), excerpts, 1);
    const result = await runCli(at(), 'train', at('excerpts'), '--out', at('run'), ...options, '--json');
    ({ run, metrics } = documentOf(result) as { run: Run; metrics: MultilabelMetrics });
    said = result.stderr;
  });

  it('learns what is heard in their second half alone', () => {
    const late = metrics.aggregations.mean.perClass.filter(({ code }) => LATE.includes(code));
    expect(late.map(({ code }) => code)).toEqual(LATE);
    // Of guessing it is 0.5, whatever the threshold.
    for (const { auroc } of late) expect(auroc).toBeGreaterThan(0.9);
  });

  it('counts clips, and says how many windows they are', async () => {
    const clips = (side: string): number =>
      run.split?.counts.find((count) => count.label === 'cel' && count.side === side)?.clips ?? 0;
    const [training, validation] = [clips('training'), clips('validation')];
    expect(training + validation).toBe(excerpts.length);
    expect(run.split?.windows).toEqual({ training: WINDOWS * training, validation: WINDOWS * validation, test: 0 });
    expect(run.features).toEqual({ extracted: WINDOWS * excerpts.length, reused: 0 });
    expect(metrics).toMatchObject({ clips: validation, training: { clips: training } });
    expect(said).toContain(`${String(training)} clips to train on`);
    expect(said).toContain(`${String(WINDOWS * training)} to train on`);
    const split = await rowsOf('run', RUN_FILES.split);
    expect(split.map(({ windows }) => windows)).toEqual(excerpts.map(() => String(WINDOWS)));
    expect(await rowsOf('run', RUN_FILES.predictions)).toHaveLength(validation);
  });

  it('is resumed to the same end, and refused where windows are others', async () => {
    const config: TrainingConfig = {
      ...presetTraining('instrunet-fast'),
      ...{ epochs: 16, outputs: 'sigmoid', validation: 0.4 },
    };
    const controller = new AbortController();
    const onEvent = (news: TrainingNews): void => {
      if (news.type === 'epoch' && news.record.epoch === 2) controller.abort();
    };
    const request = { folder: at('excerpts'), out: at('stopped'), config, corrections: 'none' } as const;
    const stopping = trainRun(context(), request, { signal: controller.signal, onEvent });
    await expect(stopping).rejects.toSatisfy(isCancellation);

    const resume = () => resumeRun(context(), { folder: at('excerpts'), out: at('stopped'), given: {} }, {});
    const file = at('stopped', RUN_FILES.split);
    const split = await readText(file);
    await writeFile(file, split.replace(`,${String(WINDOWS)}\n`, ',3\n'));
    await expect(resume()).rejects.toMatchObject({
      code: 'incompatible-run',
      message: containing('in 4 windows, not'),
    });
    // As a program that heard the beginning of every clip alone would have left it.
    await writeFile(file, split.replaceAll(/,(windows|\d)\n/gu, '\n'));
    await expect(resume()).rejects.toMatchObject({
      code: 'incompatible-run',
      message: containing('not in one window'),
    });
    await writeFile(file, split);
    await resume();
    expect(await weightsHash(at('stopped', RUN_FILES.model))).toBe(await weightsHash(at('run', RUN_FILES.model)));
  });
});

describe('a training on long clips of one label', () => {
  const SECONDS = 12;
  const SOUNDS: Readonly<Record<string, (number: number) => Float32Array>> = {
    hum: (number) => tone(220 + number, SECONDS),
    hiss: (number) => noise(SECONDS * RATE, number + 1),
  };
  const PER_CLASS = 12;
  /** Of four. */
  const AUDIBLE = 2;
  let trained: TrainedRun;
  const news: TrainingNews[] = [];
  const train = (out: string, task: TrainingTask = {}): Promise<TrainedRun> => {
    const config = { ...presetTraining('instrunet-fast'), epochs: 24, validation: 0.25 };
    return trainRun(context(), { folder: at('sounds'), out: at(out), config, corrections: 'none' }, task);
  };

  beforeAll(async () => {
    for (const [label, soundOf] of Object.entries(SOUNDS)) {
      for (let number = 0; number < PER_CLASS; number++) {
        const clip = soundOf(number).fill(0, 3 * RATE, 9 * RATE);
        await writeWav(at('sounds', label, `${String(number)}.wav`), clip, RATE);
      }
      await writeWav(at('sounds', label, 'silent.wav'), new Float32Array(SECONDS * RATE), RATE);
    }
    trained = await train('sounds-run', { onEvent: (told) => news.push(told) });
  });

  it('leaves silent windows out, and clips of nothing else', () => {
    const { dataset, split } = trained.run;
    expect(dataset).toMatchObject({ clips: 2 * PER_CLASS + 2, usableClips: 2 * PER_CLASS, findings: { silent: 2 } });
    const { training = 0, validation = 0 } = split?.windows ?? {};
    expect(training + validation).toBe(AUDIBLE * 2 * PER_CLASS);
  });

  it('scores each clip once, by the mean of its windows', async () => {
    const metrics = await readJson(at('sounds-run', RUN_FILES.metrics), MetricsSchema);
    const clips = trained.run.split?.leak.validationClips ?? 0;
    expect(metrics).toMatchObject({
      clips,
      windows: AUDIBLE * clips,
      accuracy: 1,
      training: { clips: 2 * PER_CLASS - clips },
    });
    expect(await rowsOf('sounds-run', RUN_FILES.predictions)).toHaveLength(clips);
    const { folder, metrics: again } = await evaluateModel(
      context(),
      { model: at('sounds-run'), folder: at('sounds'), out: at('again') },
      {},
    );
    expect(again).toMatchObject({ clips: 2 * PER_CLASS, windows: AUDIBLE * 2 * PER_CLASS });
    const own = await rowsOf('sounds-run', RUN_FILES.predictions);
    const others = parseCsv(await readFile(join(folder, RUN_FILES.predictions), 'utf8'));
    for (const row of own) {
      const other = others.find(({ clip }) => clip === row['clip']);
      expect(Number(other?.['hum'])).toBeCloseTo(Number(row['hum']), 5);
    }
  });

  it('tells its speed in windows', () => {
    const batches = news.filter((told) => told.type === 'batch');
    expect(new Set(batches.map(({ unit }) => unit))).toEqual(new Set(['windows']));
    expect(batches[0]?.batches).toBe(Math.ceil((trained.run.split?.windows?.training ?? 0) / 32));
  });
});
