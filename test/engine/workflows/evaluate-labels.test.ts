import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClassifiedFile } from '../../../main/engine/classify/result.ts';
import { parseCsv } from '../../../main/engine/common/csv.ts';
import { readJson } from '../../../main/engine/common/files.ts';
import { makeRecording } from '../../../main/engine/dataset/sample/recording.ts';
import { encodeWav } from '../../../main/engine/dataset/sample/wav.ts';
import { firstOf, MultilabelMetricsSchema } from '../../../main/engine/evaluation/multilabel/multilabel-metrics.ts';
import { readRun, RUN_FILES } from '../../../main/engine/library/run-folder.ts';
import { classifyWithModel } from '../../../main/engine/workflows/classify.ts';
import { evaluateModel } from '../../../main/engine/workflows/evaluate.ts';
import type { EvaluatedLabels } from '../../../main/engine/workflows/evaluate-labels.ts';
import type { ThresholdRequest } from '../../../main/engine/workflows/label-thresholds.ts';
import { presetTraining } from '../../../main/engine/workflows/preset-training.ts';
import { trainRun } from '../../../main/engine/workflows/train.ts';
import { openDataset } from '../../../main/engine/workflows/scan.ts';
import { containing } from '../../helpers/containing.ts';
import { planMixtures, writeMixtures } from '../../helpers/mixtures.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';

const CODES = ['cel', 'flu', 'pia', 'voi'] as const;
const RECORDINGS = 8;
const at = suitePaths();
const context = () => ({ libraryFolder: at('library'), workerFile: undefined });
let number = 0;

/** Clips with one label each, named as IRMAS names them. */
async function writeTraining(root: string): Promise<void> {
  for (const [index, label] of CODES.entries()) {
    await mkdir(join(root, label), { recursive: true });
    for (let take = 0; take < RECORDINGS; take++) {
      const recording = makeRecording({ seed: 3, collection: 'training', label, index: take });
      const name = `[${label}][cla]${String(index * 100 + take).padStart(4, '0')}__1.wav`;
      await writeFile(join(root, label, name), encodeWav(recording.renderClip(1, 3)));
    }
  }
}

async function evaluate(root: string, threshold?: ThresholdRequest, model = at('run')): Promise<EvaluatedLabels> {
  const out = at(`scored-${String(number++)}`);
  const evaluated = await evaluateModel(context(), { model, folder: root, out, threshold }, {});
  if (evaluated.kind !== 'several-labels') throw new Error('these clips have several labels');
  return evaluated;
}

const rowsOf = async (folder: string, file: 'predictions' | 'report') =>
  parseCsv(await readFile(join(folder, RUN_FILES[file]), 'utf8'));

/** Micro F1 by hand, from the cells of `predictions.csv`. */
function microF1(rows: readonly Record<string, string>[], column: string): number {
  const cells = (row: Record<string, string>, name: string): string[] => (row[name] ?? '').split(';').filter(Boolean);
  const named = rows.flatMap((row) => cells(row, column).map((code) => cells(row, 'labels').includes(code)));
  const labels = rows.flatMap((row) => cells(row, 'labels'));
  return (2 * named.filter(Boolean).length) / (named.length + labels.length);
}

describe('a network on recordings with several labels', () => {
  let scored: EvaluatedLabels;

  beforeAll(async () => {
    await writeTraining(at('training'));
    await writeMixtures(at('mixtures'), planMixtures(CODES, 6, 1), 1);
    await writeMixtures(at('others'), planMixtures(CODES, 4, 2), 2);
    const config = { ...presetTraining('instrunet-seed'), epochs: 4 };
    await trainRun(context(), { folder: at('training'), out: at('run'), config, corrections: 'none' }, {});
    scored = await evaluate(at('mixtures'));
  });

  it('is scored on every excerpt of a folder laid out as IRMAS’s test set', async () => {
    const { dataset } = await openDataset(context(), at('mixtures'), {});
    expect(dataset.layout).toBe('irmas-test');
    expect(scored.metrics).toMatchObject({
      ...{ kind: 'multilabel', clips: 9, recordings: 6, labels: 18 },
      labelCounts: [
        { labels: 1, clips: 3 },
        { labels: 2, clips: 3 },
        { labels: 3, clips: 3 },
      ],
      leak: { validationClips: 9, either: 0 },
      dataset: { synthetic: true },
    });
  });

  it('leaves a run folder that other programs, and the list of runs, can read', async () => {
    const files = ['run', 'clips', 'predictions', 'report', 'metrics', 'labelScoresChart'] as const;
    expect((await readdir(scored.folder)).sort()).toEqual(files.map((file) => RUN_FILES[file]).sort());
    expect(await readJson(join(scored.folder, RUN_FILES.metrics), MultilabelMetricsSchema)).toEqual(scored.metrics);
    const run = await readRun(scored.folder);
    expect(run).toMatchObject({ kind: 'evaluation', status: 'done', failedClips: [], result: { scores: [] } });
    const { aggregations } = scored.metrics;
    const { micro } = firstOf(scored.metrics);
    expect(run.result?.labelScore).toMatchObject({
      clips: 9,
      aggregation: scored.metrics.first,
      microF1: micro.f1,
    });
    const report = await rowsOf(scored.folder, 'report');
    expect(report.filter(({ class: name }) => name === 'micro avg').map((row) => Number(row['f1-score']))).toEqual([
      aggregations.mean.micro.f1,
      aggregations['sum-max']?.micro.f1,
    ]);
  });

  it('has the figures that follow from the labels and answers it writes', async () => {
    const rows = await rowsOf(scored.folder, 'predictions');
    expect(rows).toHaveLength(9);
    const { mean, 'sum-max': sumMax } = scored.metrics.aggregations;
    expect(mean.micro.f1).toBeCloseTo(microF1(rows, 'named_mean'), 12);
    expect(sumMax?.micro.f1).toBeCloseTo(microF1(rows, 'named_sum-max'), 12);
  });

  it('hears each excerpt as classify does', async () => {
    const rows = await rowsOf(scored.folder, 'predictions');
    const files = rows.slice(0, 3).map(({ clip }) => join(at('mixtures'), clip ?? ''));
    const options = { topK: CODES.length };
    const named: ClassifiedFile[] = [];
    for await (const file of classifyWithModel({ model: at('run'), files, options }, {})) named.push(file);
    for (const [index, { top, windows }] of named.entries()) {
      expect(Number(rows[index]?.['windows'])).toBe(windows.length);
      for (const { label, probability } of top) expect(Number(rows[index]?.[label])).toBeCloseTo(probability, 12);
    }
  });

  it('takes the threshold that did best on its own validation clips where none is given', () => {
    const { first, threshold, aggregations } = scored.metrics;
    expect(threshold).toEqual({ kind: 'validation', name: 'run', clips: 8, leftOut: 0 });
    const other = first === 'mean' ? 'sum-max' : 'mean';
    expect(aggregations[first]?.chosenF1).toBeGreaterThanOrEqual(aggregations[other]?.chosenF1 ?? 1);
  });

  it('takes a threshold that is given, or chooses it on another folder, and says which', async () => {
    const given = await evaluate(at('mixtures'), { given: 0.4 });
    expect(given.metrics).toMatchObject({ threshold: { kind: 'given' }, aggregations: { mean: { threshold: 0.4 } } });
    const own = await evaluate(at('mixtures'), { from: at('run') });
    expect(own.metrics.threshold.kind).toBe('validation');
    const chosen = await evaluate(at('mixtures'), { from: at('others') });
    const source = { kind: 'folder', name: 'others', clips: 6, leftOut: 0, heardInTraining: 0 };
    expect(chosen.metrics.threshold).toEqual(source);
    const trained = await evaluate(at('mixtures'), { from: at('training') });
    expect(trained.metrics.threshold).toMatchObject({ clips: 32, heardInTraining: 24 });
  });

  it('never chooses the threshold on the clips that it scores', async () => {
    await expect(evaluate(at('mixtures'), { from: at('mixtures') })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: containing('would flatter the score'),
    });
    await cp(at('mixtures'), at('copy'), { recursive: true });
    await expect(evaluate(at('mixtures'), { from: at('copy') })).rejects.toMatchObject({ code: 'invalid-argument' });
    await cp(at('others'), at('copy', 'more'), { recursive: true });
    const { metrics } = await evaluate(at('mixtures'), { from: at('copy') });
    expect(metrics.threshold).toMatchObject({ kind: 'folder', clips: 6, leftOut: 9 });
  });

  it('refuses a threshold of another network, of an evaluation, and one where every clip has one label', async () => {
    const config = { ...presetTraining('instrunet-seed'), epochs: 1, seed: 9 };
    await trainRun(context(), { folder: at('training'), out: at('other-run'), config, corrections: 'none' }, {});
    const refused = { code: 'invalid-argument' };
    await expect(evaluate(at('mixtures'), { from: at('other-run') })).rejects.toMatchObject(refused);
    await expect(evaluate(at('mixtures'), { from: scored.folder })).rejects.toMatchObject(refused);
    await expect(evaluate(at('training'), { given: 0.5 })).rejects.toMatchObject(refused);
  });

  it('asks for a threshold where a bare file cannot give one', async () => {
    const file = join(at('run'), RUN_FILES.model);
    await expect(evaluate(at('mixtures'), undefined, file)).rejects.toMatchObject({
      message: containing('--threshold'),
    });
    const { metrics } = await evaluate(at('mixtures'), { from: at('run') }, file);
    expect(metrics).toMatchObject({ threshold: { kind: 'validation' }, leak: null });
  });

  it('counts labels that it does not know as missed, and is not stopped by bad files', async () => {
    await cp(at('others'), at('odd'), { recursive: true });
    const [first = '', second = ''] = (await readdir(at('odd', 'Part1'))).filter((name) => name.endsWith('.txt'));
    const labels = await readFile(at('odd', 'Part1', first), 'utf8');
    await writeFile(at('odd', 'Part1', first), `${labels}sitar\t\n`);
    await writeFile(at('odd', 'Part1', second), '');
    await writeFile(at('odd', 'no-sound.wav'), 'A letter about violins. '.repeat(50));
    await writeFile(at('odd', 'no-sound.txt'), 'pia\t\n');
    const { metrics, notes } = await evaluate(at('odd'), { given: 0.01 });
    expect(metrics).toMatchObject({ clips: 5, unknown: { classes: [{ code: 'sitar', clips: 1 }], clips: 1 } });
    const sitar = metrics.aggregations.mean.perClass.find(({ code }) => code === 'sitar');
    expect(sitar).toMatchObject({ known: false, support: 1, predicted: 0, recall: 0, auroc: null });
    expect(notes.join('\n')).toContain('with an empty label file');
    expect(notes.join('\n')).toContain('Of 6 clips 1 cannot be used');
  });

  it('that names one class out of all is not trained on them', async () => {
    const config = { ...presetTraining('instrunet-seed'), epochs: 1 };
    const training = trainRun(
      context(),
      { folder: at('mixtures'), out: at('refused'), config, corrections: 'none' },
      {},
    );
    await expect(training).rejects.toMatchObject({ code: 'invalid-argument', message: containing('sigmoid outputs') });
  });
});
