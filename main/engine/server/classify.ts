import { basename } from 'node:path';
import { toAudacityTrack, toCsvTable, toJsonDocument } from '../classify/formats.ts';
import { decided, withThreshold } from '../classify/outcome.ts';
import type { ClassifiedFile } from '../classify/result.ts';
import { writeTracks } from '../classify/write-tracks.ts';
import { writeFileAtomic } from '../common/files.ts';
import { refuseExisting } from '../library/run-folder.ts';
import type { BackendInfo } from '../model/backend.ts';
import { classifyWithModel } from '../workflows/classify.ts';
import type { Handlers, Services } from './services.ts';

type Methods = 'classify.start' | 'classify.results' | 'classify.export' | 'classify.forget';

export function classifyHandlers({ jobs, models, named, tell }: Services): Handlers<Methods> {
  return {
    'classify.start': async ({ model: choice, files, listening }) => {
      const { path: model, labels } = await models.open(choice);
      const [first = ''] = files;
      const subject = choice.kind === 'starter' ? null : choice.id;
      const request = { model, labels, files, options: listening };
      const job = jobs.start({
        kind: 'classify',
        title: files.length === 1 ? basename(first) : `${files.length} files`,
        subject,
        work: async ({ job: own, signal, onProgress }) => {
          const onModel = (backend: BackendInfo): void => {
            tell('engine', { state: 'ready', backend });
          };
          for await (const result of classifyWithModel(request, { signal, onProgress, onModel })) {
            tell('classified', { job: own, result, ...named.add(own, result) });
          }
          return subject;
        },
      });
      named.begin(job, { model, listening });
      return { job };
    },

    'classify.results': ({ jobs: ids }) => {
      const { files } = named.collect(ids);
      return { files: files.length, first: files[0]?.file ?? '' };
    },

    'classify.export': ({ jobs: ids, format, threshold, out }) => {
      const { model, files: found } = named.collect(ids);
      const files =
        threshold === null ? found : found.map((file) => decided(file, withThreshold(file.decision, threshold)));
      const job = jobs.start({
        kind: 'export',
        title: basename(out),
        subject: null,
        work: async () => {
          if (format === 'audacity') await writeLabels(files, out);
          else await writeFileAtomic(out, format === 'json' ? toJsonDocument(model, files) : toCsvTable(files));
          return null;
        },
      });
      return { job };
    },

    'classify.forget': ({ jobs: ids }) => {
      named.forget(ids);
      return null;
    },
  };
}

/** One file has its track in one file; several have theirs in a new folder. */
async function writeLabels(files: readonly ClassifiedFile[], out: string): Promise<void> {
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) {
    await writeFileAtomic(out, toAudacityTrack(only));
    return;
  }
  await refuseExisting(out);
  await writeTracks(files, out);
}
