import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { ModelLabels } from '../../../preload/contract.ts';
import { writeImportedModel } from '../library/imported-models.ts';
import { importModel, lookIntoModel, type ImportRequest } from '../workflows/import-model.ts';
import type { Handlers, Services } from './services.ts';

type Methods = 'models.list' | 'models.starter' | 'models.look' | 'models.import' | 'models.rename' | 'models.folder';

export function modelHandlers({ datasets, models, tell }: Services): Handlers<Methods> {
  const labelsBy = async (choice: ModelLabels): Promise<ImportRequest['labels']> => {
    switch (choice.from) {
      case 'file':
        return null;
      case 'dataset': {
        const { dataset } = await datasets.get(choice.dataset);
        const codes = dataset.classes.map(({ code }) => code);
        return { codes, from: `the alphabetical order of the classes of “${dataset.name}”` };
      }
      case 'typed':
        return { codes: choice.codes, from: 'what was typed when it was imported' };
    }
  };

  return {
    'models.list': () => models.list(),

    'models.starter': () => models.starter(),

    'models.look': async ({ file }) => ({ name: basename(file), ...(await lookIntoModel(file)) }),

    'models.import': async ({ file, name, labels }) => {
      const id = randomUUID();
      const model = await importModel({ file, folder: models.folderOf(id), name, labels: await labelsBy(labels) });
      tell('changed', { what: 'models' });
      return { id, model };
    },

    'models.rename': async ({ model: id, name }) => {
      await writeImportedModel(models.folderOf(id), { ...(await models.get(id)), name });
      tell('changed', { what: 'models' });
      return null;
    },

    'models.folder': async ({ model: id }) => {
      await models.get(id);
      return { folder: models.folderOf(id) };
    },
  };
}
