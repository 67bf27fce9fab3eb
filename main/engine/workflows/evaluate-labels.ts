import { writeFileAtomic } from '../common/files.ts';
import type { TaskOptions } from '../common/task.ts';
import { toClipsCsv } from '../dataset/clip-rows.ts';
import { computeMultilabelMetrics, type MultilabelMetrics } from '../evaluation/multilabel/multilabel-metrics.ts';
import { runFile, type Run } from '../library/run-folder.ts';
import type { EngineContext } from './context.ts';
import { evaluationContext } from './evaluation-context.ts';
import { evaluationRun, failedNotes } from './evaluation-run.ts';
import { hearClips } from './hear-clips.ts';
import { thresholdsFor, type ThresholdRequest } from './label-thresholds.ts';
import type { OpenedModel } from './open-model.ts';
import type { Stopwatch } from './run-record.ts';
import { scanNotes, type OpenedDataset } from './scan.ts';
import { labelScoreOf, writeLabelScore } from './score-labels.ts';

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
 * @throws EngineError as `thresholdsFor` and `hearClips`; `disk-full`; AbortError; nothing is left of it then
 */
export async function evaluateLabels(
  context: EngineContext,
  request: { readonly name?: string | undefined; readonly threshold?: ThresholdRequest | undefined },
  { opened, model, out, clock }: OpenedEvaluation,
  task: TaskOptions,
): Promise<EvaluatedLabels> {
  const { dataset } = opened;
  const { run, evaluated } = await evaluationRun(
    { out, name: request.name, dataset, model, clock },
    async (predictor) => {
      const chosen = await clock.time('threshold', () =>
        thresholdsFor(context, request.threshold, { model, predictor, scored: dataset }, task),
      );
      const heard = await clock.time('evaluation', () => hearClips(dataset, dataset.clips, predictor, task));
      const clips = new Map(dataset.clips.map((clip) => [clip.path, clip]));
      const scored = heard.rows.flatMap(({ clip }) => clips.get(clip) ?? []);
      const metrics = computeMultilabelMetrics(heard, {
        ...evaluationContext(dataset, scored, model),
        ...{ outputs: predictor.outputs, thresholds: chosen.thresholds },
      });
      await writeFileAtomic(runFile(out, 'clips'), toClipsCsv(scored));
      await writeLabelScore(out, heard, chosen.thresholds, metrics);
      return {
        prepared: { failed: heard.failed, extracted: heard.windows, reused: 0 },
        training: metrics.training,
        result: { scores: [], labelScore: labelScoreOf(metrics) },
        caveats: [],
        metrics,
        notes: [...chosen.notes, ...failedNotes(heard.failed)],
      };
    },
  );
  const { metrics, notes } = evaluated;
  return { kind: 'several-labels', folder: out, run, metrics, notes: [...scanNotes(opened), ...model.notes, ...notes] };
}
