import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { ClassifiedFile } from '../classify/result.ts';
import { EngineError } from '../common/errors.ts';
import { clipKindOf } from '../dataset/file-kinds.ts';
import type { BackendInfo } from '../model/backend.ts';
import { classifyWithModel } from '../workflows/classify.ts';
import { soundAddress } from './clip-address.ts';
import type { Handlers, Services } from './services.ts';

export function classifyHandlers({ jobs, runs, heard, tell }: Services): Handlers<'classify.start'> {
  /** Makes a named file audible to the page. */
  const addressOf = ({ file, error }: ClassifiedFile): string | null => {
    if (error !== null || clipKindOf(file) === 'image') return null;
    const id = randomUUID();
    heard.set(id, file);
    return soundAddress(id);
  };

  return {
    'classify.start': async ({ run: id, files }) => {
      const { run } = await runs.card(id);
      if (run.status !== 'done') {
        throw new EngineError(
          'incompatible-run',
          `The training “${run.name}” has not finished; it cannot name anything yet.`,
        );
      }
      const [first = ''] = files;
      const request = { model: runs.folderOf(id), files, options: {} };
      const job = jobs.start({
        kind: 'classify',
        title: files.length === 1 ? basename(first) : `${files.length} files`,
        subject: id,
        work: async ({ job: own, signal, onProgress }) => {
          const onModel = (backend: BackendInfo): void => {
            tell('engine', { state: 'ready', backend });
          };
          for await (const result of classifyWithModel(request, { signal, onProgress, onModel })) {
            tell('classified', { job: own, result, sound: addressOf(result) });
          }
          return id;
        },
      });
      return { job };
    },
  };
}
