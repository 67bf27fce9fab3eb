import type { ModelChoice } from '../../../preload/contract.ts';
import { sha256 } from '../common/hash.ts';
import { isUsable } from '../dataset/dataset.ts';
import { readBytes } from '../common/files.ts';
import { runFile } from '../library/run-folder.ts';
import { loadBackend } from '../model/backend.ts';
import { countParameters, outputKind } from '../model/network.ts';
import type { TrainLayers } from '../model/train-layers.ts';
import { heardByBase, openBase, startFrom, type BaseRequest } from '../workflows/open-base.ts';
import { furtherTraining } from '../workflows/preset-training.ts';
import type { ModelShelf } from './model-shelf.ts';
import type { Handlers, Services } from './services.ts';

/** A network of the library as what a training begins from. @throws EngineError as `ModelShelf.open` */
export async function baseRequest(models: ModelShelf, choice: ModelChoice): Promise<BaseRequest> {
  const { name, path, labels } = await models.open(choice);
  return { model: path, labels, name };
}

export function baseHandlers({ context, datasets, models, runs }: Services): Handlers<'runs.base' | 'runs.baseOf'> {
  return {
    'runs.base': async ({ from, dataset: id, outputs }) => {
      const base = await openBase(context, await baseRequest(models, from));
      const own = outputKind(base.network);
      const backend = await loadBackend();
      const { dataset } = await datasets.get(id);
      const codes = dataset.classes.map(({ code }) => code);
      const begin = (trainLayers: TrainLayers) =>
        startFrom(backend, base, codes, furtherTraining(trainLayers, outputs ?? own));
      const [all, last] = [begin('all'), begin('last')];
      const clips = dataset.clips.filter(isUsable);
      return {
        ...{ name: base.name, classes: base.classes, data: base.data, known: base.known, output: all.base.output },
        parameters: countParameters(all.network),
        learning: { all: all.base.learning, last: last.base.learning },
        heard: heardByBase(base, dataset, clips),
        training: { all: furtherTraining('all', own), last: furtherTraining('last', own) },
      };
    },

    'runs.baseOf': async ({ run: id }) => {
      const { base } = (await runs.card(id)).run;
      if (base === null) return null;
      const choices: readonly ModelChoice[] = [
        { kind: 'starter' },
        ...(await runs.list()).map(({ id: run }) => ({ kind: 'run' as const, id: run })),
        ...(await models.list()).map(({ id: imported }) => ({ kind: 'imported' as const, id: imported })),
      ];
      for (const choice of choices) if ((await hashOf(choice)) === base.sha256) return choice;
      return null;
    },
  };

  /** Null for what has no finished network. */
  async function hashOf(choice: ModelChoice): Promise<string | null> {
    try {
      const { path } = await models.open(choice);
      return sha256(await readBytes(choice.kind === 'run' ? runFile(path, 'model') : path));
    } catch {
      return null;
    }
  }
}
