import type { TaskOptions } from '../common/task.ts';
import { classifyFiles, type ClassifyOptions } from '../classify/classify-file.ts';
import type { ClassifiedFile } from '../classify/result.ts';
import { loadBackend, type BackendInfo } from '../model/backend.ts';
import type { Decision } from '../model/decision.ts';
import { createPredictor } from '../model/network-predictor.ts';
import { outputKind } from '../model/network.ts';
import { openModel, type OpenedModel } from './open-model.ts';

export interface ClassifyRequest {
  /** A run folder or a `.keras` file. */
  readonly model: string;
  /** Sound files, spectrogram images and folders of them. */
  readonly files: readonly string[];
  /** Class codes of the outputs of a file that carries none. */
  readonly labels?: readonly string[] | undefined;
  readonly options: Omit<ClassifyOptions, 'decision'>;
  /** Probability from which on a class counts as heard, in place of what the network asks for itself. */
  readonly threshold?: number | undefined;
}

export interface ClassifyTask extends TaskOptions {
  /** Told once the model is open: what it runs on, and what the user should know about it. */
  readonly onModel?: ((backend: BackendInfo, notes: readonly string[]) => void) | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Names the instruments of files, each result as soon as it is there.
 * @throws EngineError as `openModel` and `classifyFiles`; a bad file is a result with an error instead
 */
export async function* classifyWithModel(
  request: ClassifyRequest,
  { onModel, ...task }: ClassifyTask,
): AsyncGenerator<ClassifiedFile, void, void> {
  const model = await openModel({ model: request.model, labels: request.labels });
  const backend = await loadBackend();
  const predictor = createPredictor(backend, model.network, model.classes, model.recipe);
  try {
    onModel?.(backend.info, model.notes);
    const decision = decisionOf(model, request.threshold);
    yield* classifyFiles(request.files, predictor, { ...request.options, decision, ...task });
  } finally {
    predictor.dispose();
  }
}

function decisionOf({ decision, network, classes }: OpenedModel, threshold: number | undefined): Decision | undefined {
  if (threshold === undefined) return decision ?? undefined;
  return outputKind(network) === 'sigmoid'
    ? { kind: 'each', thresholds: classes.map(() => threshold) }
    : { kind: 'best', sureFrom: threshold };
}
