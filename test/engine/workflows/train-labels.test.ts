import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClassifiedFile } from '../../../main/engine/classify/result.ts';
import { isCancellation } from '../../../main/engine/common/errors.ts';
import { parseCsv } from '../../../main/engine/common/csv.ts';
import { readJson } from '../../../main/engine/common/files.ts';
import { describeMultilabel } from '../../../main/engine/evaluation/multilabel/describe-multilabel.ts';
import { writeSampleDataset } from '../../../main/engine/dataset/sample/sample-dataset.ts';
import { present } from '../../../main/engine/evaluation/multilabel/heard-clips.ts';
import { MultilabelMetricsSchema } from '../../../main/engine/evaluation/multilabel/multilabel-metrics.ts';
import { readRun, RUN_FILES, type TrainingConfig } from '../../../main/engine/library/run-folder.ts';
import type { Decision } from '../../../main/engine/model/decision.ts';
import { readKerasFile } from '../../../main/engine/model/keras-file.ts';
import { LABELS_FILE } from '../../../main/engine/model/model-labels.ts';
import { classifyWithModel } from '../../../main/engine/workflows/classify.ts';
import { evaluateModel } from '../../../main/engine/workflows/evaluate.ts';
import { exportModel } from '../../../main/engine/workflows/export.ts';
import { furtherTraining, presetTraining } from '../../../main/engine/workflows/preset-training.ts';
import { resumeRun } from '../../../main/engine/workflows/resume.ts';
import { trainRun } from '../../../main/engine/workflows/train.ts';
import type { TrainedRun, TrainingTask } from '../../../main/engine/workflows/training-task.ts';
import { buildBundles } from '../../../scripts/build.mjs';
import { runCli } from '../../helpers/cli.ts';
import { containing } from '../../helpers/containing.ts';
import { planMixtures, writeMixtures } from '../../helpers/mixtures.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';
import { weightsHash } from '../../helpers/weights.ts';

const CODES = ['cel', 'flu', 'pia', 'voi'] as const;
const CONFIG: TrainingConfig = {
  ...presetTraining('instrunet-fast'),
  ...{ epochs: 4, outputs: 'sigmoid', validation: 0.4, test: 0.2 },
};
const at = suitePaths();
const context = () => ({ libraryFolder: at('library'), workerFile: undefined });
const train = (out: string, config: Partial<TrainingConfig> = {}, task: TrainingTask = {}): Promise<TrainedRun> =>
  trainRun(
    context(),
    { folder: at('mixtures'), out: at(out), config: { ...CONFIG, ...config }, corrections: 'none' },
    task,
  );

describe('a training on recordings with several labels', () => {
  let trained: TrainedRun;
  let decision: Extract<Decision, { kind: 'each' }>;

  beforeAll(async () => {
    await writeMixtures(at('mixtures'), planMixtures(CODES, 24, 1), 1);
    await writeMixtures(at('others'), planMixtures(CODES, 4, 2), 2);
    trained = await train('run');
    const found = trained.run.result?.decision;
    if (found?.kind !== 'each') throw new Error('each class was to have a threshold');
    decision = found;
  });

  it('keeps recordings on one side, and every class on each', () => {
    const { split } = trained.run;
    expect(split?.leak.either).toBe(0);
    expect(split?.counts).toHaveLength(3 * CODES.length);
    expect(Math.min(...(split?.counts ?? []).map(({ clips }) => clips))).toBeGreaterThan(0);
  });

  it('leaves a complete run folder', async () => {
    const files = [
      ...(['run', 'split', 'history', 'historyChart', 'predictions', 'report', 'metrics', 'labelScoresChart'] as const),
      ...(['model', 'test'] as const),
    ];
    expect((await readdir(at('run'))).sort()).toEqual(files.map((file) => RUN_FILES[file]).sort());
    const ofSide = ['predictions', 'report', 'metrics', 'labelScoresChart'] as const;
    expect((await readdir(at('run', 'test'))).sort()).toEqual(ofSide.map((file) => RUN_FILES[file]).sort());
    const rows = parseCsv(await readFile(at('run', RUN_FILES.split), 'utf8'));
    expect(rows.some(({ label }) => label?.split(';').length === 3)).toBe(true);
  });

  it('is scored on several labels: on validation, which its thresholds were chosen on, and on test, which they were not', async () => {
    const metrics = await readJson(at('run', RUN_FILES.metrics), MultilabelMetricsSchema);
    const test = await readJson(at('run', 'test', RUN_FILES.metrics), MultilabelMetricsSchema);
    expect(metrics).toEqual(trained.metrics);
    expect(metrics).toMatchObject({
      ...{ side: 'validation', split: 'grouped', outputs: 'sigmoid', first: 'mean' },
      threshold: { kind: 'per-class', onScored: true },
      aggregations: { 'sum-max': null },
    });
    expect(test).toMatchObject({ side: 'test', threshold: { kind: 'per-class', onScored: false } });
    expect(metrics.aggregations.mean.perClass.map(({ threshold }) => threshold)).toEqual(decision.thresholds);
    const { labelScore, testLabelScore, scores } = (await readRun(at('run'))).result ?? {};
    expect(scores).toEqual([]);
    expect(labelScore).toMatchObject({ side: 'validation', threshold: null });
    expect([labelScore?.microF1, testLabelScore?.microF1]).toEqual([
      metrics.aggregations.mean.micro.f1,
      test.aggregations.mean.micro.f1,
    ]);
  });

  it('names in its predictions exactly what reaches the threshold of its class', async () => {
    const rows = parseCsv(await readFile(at('run', RUN_FILES.predictions), 'utf8'));
    for (const row of rows) {
      const scores = CODES.map((code) => Number(row[code]));
      const named = present({ scores }, decision.thresholds).map((index) => CODES[index]);
      expect(row['named_mean']).toBe(named.join(';'));
    }
  });

  it('keeps its thresholds in the model, and wherever that is exported to', async () => {
    expect((await readKerasFile(at('run', RUN_FILES.model))).labels?.decision).toEqual(decision);
    await exportModel({ model: at('run'), format: 'keras', out: at('exported.keras') });
    expect((await readKerasFile(at('exported.keras'))).labels?.decision).toEqual(decision);
    await exportModel({ model: at('run'), format: 'tfjs', out: at('web') });
    expect(JSON.parse(await readFile(at('web', LABELS_FILE), 'utf8'))).toMatchObject({ decision });
  });

  it('names the classes of a recording as it names them in its score', async () => {
    const rows = parseCsv(await readFile(at('run', RUN_FILES.predictions), 'utf8')).slice(0, 4);
    const files = rows.map(({ clip }) => join(at('mixtures'), clip ?? ''));
    const named: ClassifiedFile[] = [];
    for await (const file of classifyWithModel({ model: at('run'), files, options: {} }, {})) named.push(file);
    for (const [index, { outcome, decision: own }] of named.entries()) {
      expect(own).toEqual(decision);
      const heard = outcome?.kind === 'instruments' ? outcome.heard.map(({ label }) => label).sort() : [];
      expect(heard.join(';')).toBe(rows[index]?.['named_mean']);
    }
    const all: ClassifiedFile[] = [];
    for await (const file of classifyWithModel({ model: at('run'), files, options: {}, threshold: 1 }, {}))
      all.push(file);
    expect(all.map(({ verdict }) => verdict)).toEqual(rows.map(() => 'none of these'));
  });

  it('is scored elsewhere by the thresholds it was given in training, also as a bare file', async () => {
    for (const model of [at('run'), at('run', RUN_FILES.model)]) {
      const out = at(`scored-${String(model.length)}`);
      const { metrics } = await evaluateModel(context(), { model, folder: at('others'), out }, {});
      expect(metrics).toMatchObject({ kind: 'multilabel', outputs: 'sigmoid', threshold: { kind: 'per-class' } });
    }
  });

  it('that began from another network says in its scores what that had heard', async () => {
    const config: TrainingConfig = {
      ...furtherTraining('last'),
      ...{ epochs: 1, outputs: 'sigmoid', validation: 0.4, seed: 5 },
    };
    const request = { folder: at('mixtures'), out: at('further'), config, corrections: 'none' } as const;
    const { metrics, run } = await trainRun(context(), { ...request, from: { model: at('run') } }, {});
    expect(metrics).toMatchObject({ kind: 'multilabel', base: { name: 'run', trainLayers: 'last', complete: true } });
    expect(metrics.base?.leak).toEqual(run.base?.heard.validation.leak);
    expect(metrics.base?.leak?.either).toBeGreaterThan(0);
    const kept = await readJson(at('further', RUN_FILES.metrics), MultilabelMetricsSchema);
    expect(kept.base).toEqual(metrics.base);
    expect(describeMultilabel(kept).join('\n')).toContain(
      'trained further from run, in its last layer alone, which has',
    );
    const elsewhere = { model: at('further'), folder: at('others'), out: at('further-scored') };
    const scored = await evaluateModel(context(), elsewhere, {});
    expect(scored.metrics.base).toMatchObject({ name: 'run', leak: null, complete: false, suspected: false });
  });

  it('is resumed to the same end', async () => {
    const controller = new AbortController();
    const stopping = train(
      'stopped',
      {},
      {
        signal: controller.signal,
        onEvent: (news) => {
          if (news.type === 'epoch' && news.record.epoch === 2) controller.abort();
        },
      },
    );
    await expect(stopping).rejects.toSatisfy(isCancellation);
    const resumed = await resumeRun(context(), { folder: at('mixtures'), out: at('stopped'), given: {} }, {});
    expect(await weightsHash(at('stopped', RUN_FILES.model))).toBe(await weightsHash(at('run', RUN_FILES.model)));
    expect(resumed.metrics).toEqual(trained.metrics);
  });

  it('judges each class by itself where nobody chose, from the command line as well', async () => {
    await buildBundles();
    const options = ['--preset', 'instrunet-fast', '--epochs', '1', '--validation', '0.4', '--other-sounds', '0.1'];
    const begun = await runCli(at(), 'train', at('mixtures'), '--out', at('unasked'), ...options);
    expect(begun.stderr).toContain('several labels: each class is judged by itself (sigmoid outputs)');
    expect(begun.code).toBe(0);
    expect((await readRun(at('unasked'))).training).toMatchObject({ outputs: 'sigmoid', otherSounds: 0.1 });
    const asked = await runCli(at(), 'train', at('mixtures'), '--out', at('asked'), '--outputs', 'softmax');
    expect(asked.stderr).toContain('(sigmoid outputs), not by one that names one class out of all');
    expect(asked.code).not.toBe(0);
    await writeSampleDataset(at('one-label'), { clipsPerClass: 2 });
    const refused = await runCli(at(), 'train', at('one-label'), '--out', at('none'), ...options);
    expect(refused.stderr).toContain('Sounds without an instrument can only be learned');
  });

  it('is refused for a network that names one class out of all', async () => {
    await expect(train('refused', { outputs: 'softmax' })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: containing('sigmoid outputs'),
    });
    await expect(readRun(at('refused'))).rejects.toMatchObject({ code: 'not-found' });
  });
});
