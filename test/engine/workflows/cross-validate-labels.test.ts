import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { isCancellation } from '../../../main/engine/common/errors.ts';
import { parseCsv } from '../../../main/engine/common/csv.ts';
import { readJson } from '../../../main/engine/common/files.ts';
import { chooseClassThresholds } from '../../../main/engine/evaluation/multilabel/class-thresholds.ts';
import {
  describeMultilabel,
  multilabelProvenance,
} from '../../../main/engine/evaluation/multilabel/describe-multilabel.ts';
import {
  MultilabelMetricsSchema,
  type MultilabelMetrics,
} from '../../../main/engine/evaluation/multilabel/multilabel-metrics.ts';
import {
  foldFolder,
  readRun,
  runFile,
  RUN_FILES,
  writeRun,
  type TrainingConfig,
} from '../../../main/engine/library/run-folder.ts';
import { crossValidate, resumeCrossValidation } from '../../../main/engine/workflows/cross-validate.ts';
import { presetTraining } from '../../../main/engine/workflows/preset-training.ts';
import type { TrainingTask } from '../../../main/engine/workflows/training-task.ts';
import { planMixtures, writeMixtures } from '../../helpers/mixtures.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';

const CODES = ['cel', 'flu', 'pia', 'voi'] as const;
const FOLDS = 3;
const CONFIG: TrainingConfig = { ...presetTraining('instrunet-fast'), epochs: 2, outputs: 'sigmoid', test: 0 };
const at = suitePaths();
const context = () => ({ libraryFolder: at('library'), workerFile: undefined });
const planned = planMixtures(CODES, 24, 1);

interface Row {
  readonly clip: string;
  readonly labels: readonly string[];
  readonly named: string;
  readonly scores: readonly number[];
}

/** Read by the columns' names, as somebody else would. */
async function rowsOf(folder: string): Promise<Row[]> {
  const text = await readFile(runFile(folder, 'predictions'), 'utf8');
  return parseCsv(text).map((row) => ({
    clip: row['clip'] ?? '',
    labels: (row['labels'] ?? '').split(';'),
    named: row['named_mean'] ?? '',
    scores: CODES.map((code) => Number(row[code])),
  }));
}

describe('a cross-validation of clips with several labels', () => {
  let metrics: MultilabelMetrics;
  const validate = (out: string, task: TrainingTask = {}) =>
    crossValidate(
      context(),
      { folder: at('mixtures'), out: at(out), config: CONFIG, folds: FOLDS, corrections: 'none' },
      task,
    );

  beforeAll(async () => {
    await writeMixtures(at('mixtures'), planned, 1);
    await validate('whole');
    metrics = await readJson(runFile(at('whole'), 'metrics'), MultilabelMetricsSchema);
  });

  it('scores every clip once, by the network that was not trained on it', async () => {
    const scored = (await rowsOf(at('whole'))).map(({ clip }) => clip);
    expect([...scored].sort()).toEqual(planned.map(({ path }) => `${path}.wav`).sort());
    expect(metrics).toMatchObject({ clips: planned.length, split: 'grouped', leak: { either: 0 } });
    expect(metrics.folds?.reduce((sum, { clips }) => sum + clips, 0)).toBe(planned.length);
    for (const [index, { clips }] of (metrics.folds ?? []).entries()) {
      const own = await rowsOf(foldFolder(at('whole'), index + 1));
      expect(own.map(({ clip }) => clip)).toEqual(scored.splice(0, clips));
    }
  });

  it('judges the clips of a fold by thresholds that the other folds have chosen', async () => {
    const pooled = new Map((await rowsOf(at('whole'))).map((row) => [row.clip, row.named]));
    const folds: Row[][] = [];
    const microF1: number[] = [];
    for (let fold = 1; fold <= FOLDS; fold++) folds.push(await rowsOf(foldFolder(at('whole'), fold)));
    for (const own of folds) {
      const others = folds.filter((fold) => fold !== own).flat();
      const thresholds = chooseClassThresholds(
        CODES.map((code, index) =>
          others.map(({ labels, scores }) => ({ score: scores[index] ?? 0, own: labels.includes(code) })),
        ),
      );
      let [hits, both] = [0, 0];
      for (const { clip, labels, scores } of own) {
        const named = CODES.filter((_, index) => (scores[index] ?? 0) >= (thresholds[index]?.threshold ?? 1));
        expect(pooled.get(clip)).toBe(named.join(';'));
        hits += named.filter((code) => labels.includes(code)).length;
        both += named.length + labels.length;
      }
      microF1.push((2 * hits) / both);
    }
    for (const [index, fold] of (metrics.folds ?? []).entries())
      expect(fold.microF1).toBeCloseTo(microF1[index] ?? NaN, 9);
  });

  it('is told as what it is', () => {
    expect(metrics.threshold).toEqual({ kind: 'cross-fitted', evenOdds: [] });
    const words = describeMultilabel(metrics).join('\n');
    expect(words).toContain(`on ${planned.length} clips of `);
    expect(words).toContain('Each was heard by a network that knows neither it nor its recording from training.');
    expect(words).toContain(
      'that of its highest F1 on the other folds: no clip had a say in the thresholds that it was judged by.',
    );
    expect(words).toMatch(
      /Cross-validation: 3 networks, each trained on about \d+ clips\. Micro F1 on the clips that each/u,
    );
    expect(multilabelProvenance(metrics)).toContain('3-fold cross-validation');
  });

  it('leaves the score of all folds beside their runs', async () => {
    const files = ['run', 'clips', 'predictions', 'report', 'metrics', 'labelScoresChart'] as const;
    const folds = Array.from({ length: FOLDS }, (_, index) => `fold-${String(index + 1)}`);
    expect((await readdir(at('whole'))).sort()).toEqual([...files.map((file) => RUN_FILES[file]), ...folds].sort());
    const { status, result } = await readRun(at('whole'));
    expect(status).toBe('done');
    expect(result).toMatchObject({ scores: [], decision: null });
    expect(result?.labelScore).toMatchObject({ clips: planned.length, microF1: metrics.aggregations.mean.micro.f1 });
  });

  it('that was stopped in the middle of a fold goes on to the same end', async () => {
    const controller = new AbortController();
    let fold = 0;
    const stopped = validate('stopped', {
      signal: controller.signal,
      onEvent: (news) => {
        if (news.type === 'fold') fold = news.fold.number;
        if (news.type === 'epoch' && fold === 2) controller.abort();
      },
    });
    await expect(stopped).rejects.toSatisfy(isCancellation);
    const request = { folder: at('mixtures'), out: at('stopped'), given: {} };
    expect((await resumeCrossValidation(context(), request, {})).metrics).toEqual(metrics);
  });

  it('is not put together from damaged folds, or from those of another division', async () => {
    await cp(at('whole'), at('damaged'), { recursive: true });
    const run = await readRun(at('damaged'));
    await writeRun(at('damaged'), { ...run, status: 'cancelled', finished: null, result: null });
    const resume = () =>
      resumeCrossValidation(context(), { folder: at('mixtures'), out: at('damaged'), given: {} }, {});
    const predictions = runFile(foldFolder(at('damaged'), 1), 'predictions');
    const whole = await readFile(predictions, 'utf8');
    await writeFile(predictions, whole.slice(0, whole.trimEnd().lastIndexOf('\n') + 1));
    await expect(resume()).rejects.toThrow(/fold 1 of 3 .* are damaged/u);
    const other = await readFile(runFile(foldFolder(at('damaged'), 2), 'predictions'), 'utf8');
    const [header = '', ...lines] = whole.trimEnd().split('\n');
    await writeFile(predictions, [header, ...lines.slice(1), other.trimEnd().split('\n')[1], ''].join('\n'));
    await expect(resume()).rejects.toThrow(/not those of one division/u);
    await writeFile(predictions, whole);
    expect((await resume()).metrics).toEqual(metrics);
  });
});
