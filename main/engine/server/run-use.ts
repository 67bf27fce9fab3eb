import { basename } from 'node:path';
import { EngineError } from '../common/errors.ts';
import { pairScores } from '../evaluation/paired-scores.ts';
import { loadBackend } from '../model/backend.ts';
import { evaluateModel } from '../workflows/evaluate.ts';
import { exportModel } from '../workflows/export.ts';
import { exportReport, zipRun } from '../workflows/export-run.ts';
import { refuseActive } from './runs.ts';
import type { Handlers, Services } from './services.ts';

/** Of the bootstrap: comparing the same runs again gives the same interval. */
const COMPARISON_SEED = 1;

type Methods = 'runs.compare' | 'runs.evaluate' | 'runs.export';

/** What can be done with runs once they are there. */
export function runUseHandlers(services: Services): Handlers<Methods> {
  const { context, datasets, jobs, models, runs, tell } = services;
  return {
    'runs.compare': async ({ first, second }) => {
      if (first === second) throw new EngineError('invalid-argument', 'Choose two different runs to compare.');
      const one = await runs.scored(await runs.card(first));
      return pairScores(one, await runs.scored(await runs.card(second)), COMPARISON_SEED);
    },

    'runs.evaluate': async ({ model: choice, dataset: id, name }) => {
      const { name: modelName, path, labels } = await models.open(choice);
      const { dataset } = await datasets.get(id);
      const run = runs.newId(name);
      const request = { model: path, labels, modelName, folder: dataset.root, out: runs.folderOf(run), name };
      runs.begin(run, []);
      const job = jobs.start({
        kind: 'evaluate',
        title: name,
        subject: run,
        work: async (task) => {
          tell('engine', { state: 'ready', backend: (await loadBackend()).info });
          await evaluateModel(context, request, task);
          datasets.drop(dataset.root);
          tell('changed', { what: 'datasets' });
          return run;
        },
        onEnd: () => {
          runs.end(run);
          tell('changed', { what: 'runs' });
        },
      });
      return { run, job };
    },

    'runs.export': async ({ run: id, format, out }) => {
      refuseActive(services, id);
      const { run } = await runs.card(id);
      if (format !== 'zip' && run.status !== 'done') {
        throw new EngineError('incompatible-run', `“${run.name}” has not finished: only its folder can be exported.`);
      }
      const folder = runs.folderOf(id);
      const job = jobs.start({
        kind: 'export',
        title: basename(out),
        subject: id,
        work: async (task) => {
          if (format === 'zip') await zipRun(folder, out, task);
          else if (format === 'report') await exportReport(folder, out, task);
          else await exportModel({ model: folder, format, out, replace: true });
          return id;
        },
      });
      return { job };
    },
  };
}
