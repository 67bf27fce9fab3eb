import { resolve } from 'node:path';
import type { EngineContext } from './context.ts';
import { refuseOutFolder } from './out-folder.ts';
import { whenReadyToTrain, type TrainRequest } from './ready-to-train.ts';
import { trainSplit } from './train-split.ts';
import type { TrainedRun, TrainingTask } from './training-task.ts';

/**
 * Trains a network on a folder and writes a run folder. Whatever stops it after training has begun leaves a run that `resumeRun`
 * can go on with.
 * @throws EngineError before anything is written for input that makes no training (as `whenReadyToTrain` and `splitClips`);
 *   `disk-full`, `permission-denied`; AbortError when cancelled
 */
export async function trainRun(context: EngineContext, request: TrainRequest, task: TrainingTask): Promise<TrainedRun> {
  const out = resolve(request.out);
  await refuseOutFolder(out, resolve(request.folder));
  return whenReadyToTrain(context, request, task, (ready) =>
    trainSplit(ready, { out, name: request.name, config: ready.config }, task),
  );
}
