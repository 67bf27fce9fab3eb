import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toJson, writeFileAtomic } from '../common/files.ts';
import type { TaskOptions } from '../common/task.ts';
import { toClipsCsv } from '../dataset/clip-rows.ts';
import { labelScoresChart } from '../evaluation/charts/label-scores-chart.ts';
import { counted } from '../evaluation/figures-in-words.ts';
import type { HeardClips } from '../evaluation/multilabel/heard-clips.ts';
import { heardClipsToCsv, multilabelReportCsv } from '../evaluation/multilabel/multilabel-files.ts';
import {
  computeMultilabelMetrics,
  type MultilabelMetrics,
  type Thresholds,
} from '../evaluation/multilabel/multilabel-metrics.ts';
import { createRunFolder, RUN_FILES, runFile, writeRun, type Run, type RunLabelScore } from '../library/run-folder.ts';
import { loadBackend } from '../model/backend.ts';
import { createPredictor } from '../model/network-predictor.ts';
import type { EngineContext } from './context.ts';
import { evaluationContext } from './evaluation-context.ts';
import { hearClips } from './hear-clips.ts';
import { thresholdsFor, type ThresholdRequest } from './label-thresholds.ts';
import type { OpenedModel } from './open-model.ts';
import { beginRun, modelRecord, peakMemoryMiB, type Stopwatch } from './run-record.ts';
import { scanNotes, type OpenedDataset } from './scan.ts';

export interface EvaluatedLabels {
  readonly kind: 'several-labels';
  readonly folder: string;
  readonly run: Run;
  readonly metrics: MultilabelMetrics;
  /** What the user should know beside the score. */
  readonly notes: readonly string[];
}

/** What has been opened before it was clear that the clips have several labels. */
export interface OpenedEvaluation {
  readonly opened: OpenedDataset;
  readonly model: OpenedModel;
  /** The run folder to be made. */
  readonly out: string;
  readonly clock: Stopwatch;
}

/**
 * Scores a network on clips with several right answers and writes a run folder.
 * @throws EngineError before anything is written, as `thresholdsFor` and `hearClips`; `disk-full`; AbortError
 */
export async function evaluateLabels(
  context: EngineContext,
  request: { readonly name?: string | undefined; readonly threshold?: ThresholdRequest | undefined },
  { opened, model, out, clock }: OpenedEvaluation,
  task: TaskOptions,
): Promise<EvaluatedLabels> {
  const { dataset } = opened;
  const backend = await loadBackend();
  const predictor = createPredictor(backend, model.network, model.classes, model.recipe);
  try {
    const chosen = await clock.time('threshold', () =>
      thresholdsFor(context, request.threshold, { model, predictor, scored: dataset }, task),
    );
    const heard = await clock.time('evaluation', () => hearClips(dataset, dataset.clips, predictor, task));
    const clips = new Map(dataset.clips.map((clip) => [clip.path, clip]));
    const scored = heard.rows.flatMap(({ clip }) => clips.get(clip) ?? []);
    const { leak, training, seed } = evaluationContext(dataset, scored, model);
    const { name, synthetic } = dataset;
    const metrics = computeMultilabelMetrics(heard, {
      dataset: { name, synthetic },
      ...{ leak, training, seed, thresholds: chosen.thresholds },
    });
    const run = await beginRun({
      kind: 'evaluation',
      folder: out,
      name: request.name,
      dataset,
      classes: model.classes,
      recipe: model.recipe,
      backend: backend.info,
      model: modelRecord(model),
      training: null,
      base: null,
      split: null,
      corrections: null,
      prepared: { failed: heard.failed, extracted: heard.windows, reused: 0 },
    });
    const done: Run = {
      ...run,
      status: 'done',
      finished: new Date().toISOString(),
      result: {
        epochs: metrics.training?.epochs ?? 0,
        selectedEpoch: metrics.training?.selectedEpoch ?? 0,
        selectedOnValidation: metrics.training?.selectedOnValidation ?? false,
        temperature: model.temperature,
        scores: [],
        labelScore: labelScoreOf(metrics),
      },
      timings: clock.seconds,
      peakMemoryMiB: peakMemoryMiB(),
    };
    await createRunFolder(out);
    try {
      await writeFileAtomic(runFile(out, 'clips'), toClipsCsv(scored));
      await writeLabelScore(out, heard, chosen.thresholds, metrics);
      await writeRun(out, done);
    } catch (error) {
      await rm(out, { recursive: true, force: true });
      throw error;
    }
    const failed =
      heard.failed.length === 0
        ? []
        : [`Left out as unreadable, named in run.json: ${counted(heard.failed.length, 'clip')}.`];
    const notes = [...scanNotes(opened), ...model.notes, ...chosen.notes, ...failed];
    return { kind: 'several-labels', folder: out, run: done, metrics, notes };
  } finally {
    predictor.dispose();
  }
}

/** Writes predictions, report, metrics and the chart. */
async function writeLabelScore(
  folder: string,
  heard: HeardClips,
  thresholds: Thresholds,
  metrics: MultilabelMetrics,
): Promise<void> {
  await writeFileAtomic(join(folder, RUN_FILES.predictions), heardClipsToCsv(heard, thresholds));
  await writeFileAtomic(join(folder, RUN_FILES.report), multilabelReportCsv(metrics));
  await writeFileAtomic(join(folder, RUN_FILES.metrics), toJson(metrics));
  await writeFileAtomic(join(folder, RUN_FILES.labelScoresChart), labelScoresChart(metrics));
}

/** The few figures of the score that a list of runs shows. */
function labelScoreOf({ aggregations, baselines, clips, first, labels }: MultilabelMetrics): RunLabelScore {
  const { threshold, micro, macro, microF1Interval } = aggregations[first];
  return {
    ...{ clips, labels, aggregation: first, threshold },
    ...{ microF1: micro.f1, microF1Interval, macroF1: macro.f1 },
    baselineMicroF1: baselines.mostFrequent.microF1,
  };
}
