import { basename } from 'node:path';
import { shell } from 'electron/common';
import { nativeTheme, type BrowserWindow } from 'electron/main';
import type { AppInfo, Events, RunCopy } from '../../preload/contract.ts';
import licences from '../../THIRD_PARTY_LICENSES.md';
import { APP_VERSION } from '../engine/common/version.ts';
import type { EngineHost } from './engine-host.ts';
import { ClipFiles } from './clip-files.ts';
import { popUpMenu } from './context-menu.ts';
import { Dialogs } from './dialogs.ts';
import { BridgeError } from './failure.ts';
import type { AppHandlers } from './ipc-router.ts';
import type { JobBoard } from './job-board.ts';
import type { Log } from './log.ts';
import { mediaRequest } from './media-protocol.ts';
import type { PathGrants } from './path-grants.ts';
import { runtime } from './runtime.ts';
import type { SettingsFile } from './settings.ts';

export interface HandlerParts {
  readonly engine: EngineHost;
  readonly jobs: JobBoard;
  readonly grants: PathGrants;
  readonly settings: SettingsFile;
  readonly log: Log;
  readonly libraryFolder: string;
  readonly window: () => BrowserWindow | null;
  readonly tell: <E extends keyof Events>(event: E, payload: Events[E]) => void;
}

const COPIES: Readonly<
  Record<RunCopy, { readonly title: string; readonly suffix: string; readonly extension: string }>
> = {
  confusionChart: { title: 'Save the picture', suffix: 'confusion matrix', extension: 'png' },
  report: { title: 'Save the table', suffix: 'scores per class', extension: 'csv' },
  predictions: { title: 'Save the table', suffix: 'predictions', extension: 'csv' },
};

/** What stands behind every method of the contract. */
export function appHandlers(parts: HandlerParts): AppHandlers {
  const { engine, jobs, grants, settings, log, tell } = parts;
  const dialogs = new Dialogs(parts.window);
  /** What jobs have exported, for the file manager. */
  const exported = new Map<string, string>();

  const clips = new ClipFiles(async (clip) => (await engine.request('clips.file', { clip })).path);

  const granted = (id: string, kind?: 'file' | 'folder'): string => {
    const path = grants.resolve(id, kind);
    if (path === null) throw new BridgeError('forbidden', 'These files were not given to InstruNet. Drop them again.');
    return path;
  };

  const exporting = (out: string, started: { readonly job: string }): { readonly job: string } => {
    exported.set(started.job, out);
    return started;
  };

  return {
    'app.info': () => appInfo(parts.libraryFolder, settings),

    'app.revealLog': () => {
      shell.showItemInFolder(log.file);
      return null;
    },

    'app.licences': () => licences,

    'app.setTheme': ({ theme }) => {
      nativeTheme.themeSource = theme;
      settings.change({ theme });
      return null;
    },

    'datasets.choose': async () => {
      const [folder] = await dialogs.open({ title: 'Open a folder of labelled clips', properties: ['openDirectory'] });
      return folder === undefined ? null : engine.request('datasets.open', { folder });
    },
    'datasets.open': ({ grant }) => engine.request('datasets.open', { folder: granted(grant, 'folder') }),
    'datasets.makeSample': (input) => engine.request('datasets.makeSample', input),
    'datasets.list': () => engine.request('datasets.list', null),
    'datasets.get': (input) => engine.request('datasets.get', input),
    'datasets.clips': (input) => engine.request('datasets.clips', input),
    'datasets.position': (input) => engine.request('datasets.position', input),
    'datasets.twins': (input) => engine.request('datasets.twins', input),
    'datasets.exportClips': async (input) => {
      const { name } = await engine.request('datasets.get', { dataset: input.dataset });
      const file = await dialogs.saveFile('Export the list of clips', `${name}, clips`, 'csv');
      return file === null ? null : engine.request('datasets.writeClips', { ...input, file });
    },
    'datasets.sampleEstimate': () => engine.request('datasets.sampleEstimate', null),
    'datasets.locate': async ({ dataset }) => {
      const { name } = await engine.request('datasets.get', { dataset });
      const [folder] = await dialogs.open({ title: `Where is “${name}” now?`, properties: ['openDirectory'] });
      return folder === undefined ? null : engine.request('datasets.locate', { dataset, folder });
    },
    'datasets.rescan': (input) => engine.request('datasets.rescan', input),
    'datasets.remove': (input) => engine.request('datasets.remove', input),
    'datasets.previewSplit': (input) => engine.request('datasets.previewSplit', input),

    'marks.list': (input) => engine.request('marks.list', input),
    'marks.add': (input) => engine.request('marks.add', input),
    'marks.undo': (input) => engine.request('marks.undo', input),
    'marks.remove': (input) => engine.request('marks.remove', input),
    'marks.export': async (input) => {
      const { dataset, format } = input;
      const { name } = await engine.request('datasets.get', { dataset });
      const to = await dialogs.saveFile('Save the marks', `${name}, marks`, format);
      if (to === null) return null;
      await engine.request('marks.export', { ...input, to });
      return { file: basename(to) };
    },

    'media.waveform': ({ sound }) => {
      const wanted = mediaRequest(sound);
      if (wanted?.part !== 'sound') throw new BridgeError('bad-request', 'This is no address of a sound.');
      return engine.request('media.waveform', { clip: wanted.clip });
    },

    'runs.presets': () => engine.request('runs.presets', null),
    'runs.base': (input) => engine.request('runs.base', input),
    'runs.baseOf': (input) => engine.request('runs.baseOf', input),
    'runs.previewChanges': (input) => engine.request('runs.previewChanges', input),
    'runs.pace': () => engine.request('runs.pace', null),
    'runs.train': ({ otherSounds: chosen, ...input }) => {
      const otherSounds =
        chosen?.kind === 'folder' ? { kind: chosen.kind, folder: granted(chosen.grant, 'folder') } : chosen;
      return engine.request('runs.train', { ...input, otherSounds });
    },
    'runs.chooseOtherSounds': async () => {
      const title = 'Choose a folder of sounds without an instrument';
      const [folder] = await dialogs.open({ title, properties: ['openDirectory'] });
      return folder === undefined ? null : ((await grants.grant([folder]))[0] ?? null);
    },
    'runs.resume': (input) => engine.request('runs.resume', input),
    'runs.list': () => engine.request('runs.list', null),
    'runs.get': (input) => engine.request('runs.get', input),
    'runs.rename': (input) => engine.request('runs.rename', input),
    'runs.remove': async (input) => {
      const { folder } = await engine.request('runs.folder', input);
      await toTrash(folder);
      tell('changed', { what: 'runs' });
      return null;
    },
    'runs.reveal': async (input) => {
      const { folder } = await engine.request('runs.folder', input);
      shell.showItemInFolder(folder);
      return null;
    },
    'runs.clips': (input) => engine.request('runs.clips', input),
    'runs.exportHistory': async ({ run, format }) => {
      const { name } = (await engine.request('runs.get', { run })).run;
      const file = await dialogs.saveFile('Save the learning curves', `${name}, training history`, format);
      if (file === null) return null;
      await engine.request('runs.writeHistory', { run, format, file });
      return { format };
    },

    'clips.reveal': async ({ clip }) => {
      await clips.reveal(clip);
      return null;
    },
    'clips.copy': async ({ clip, what }) => {
      await clips.copy(clip, what);
      return null;
    },
    'clips.drag': async ({ clip }) => {
      await clips.drag(clip, parts.window());
      return null;
    },
    'menu.popup': (menu) => popUpMenu(menu, parts.window()),

    'runs.clip': (input) => engine.request('runs.clip', input),
    'runs.saveCopy': async (input) => {
      const { run } = await engine.request('runs.get', { run: input.run });
      const { title, suffix, extension } = COPIES[input.file];
      const to = await dialogs.saveFile(title, `${run.name}, ${suffix}`, extension);
      if (to === null) return null;
      await engine.request('runs.saveCopy', { ...input, to });
      return { file: basename(to) };
    },

    'runs.compare': (input) => engine.request('runs.compare', input),
    'runs.evaluate': (input) => engine.request('runs.evaluate', input),
    'runs.export': async ({ run, format }) => {
      const { name } = await engine.request('runs.folder', { run });
      const out = await dialogs.saveRun(name, format);
      return out === null ? null : exporting(out, await engine.request('runs.export', { run, format, out }));
    },

    'models.list': () => engine.request('models.list', null),
    'models.starter': () => engine.request('models.starter', null),
    'models.choose': async () => {
      const filters = [{ name: 'Keras networks', extensions: ['keras'] }];
      const [file] = await dialogs.open({ title: 'Import a network', properties: ['openFile'], filters });
      return file === undefined ? null : ((await grants.grant([file]))[0] ?? null);
    },
    'models.look': ({ grant }) => engine.request('models.look', { file: granted(grant, 'file') }),
    'models.import': ({ grant, ...input }) =>
      engine.request('models.import', { ...input, file: granted(grant, 'file') }),
    'models.rename': (input) => engine.request('models.rename', input),
    'models.remove': async (input) => {
      const { folder } = await engine.request('models.folder', input);
      await toTrash(folder);
      tell('changed', { what: 'models' });
      return null;
    },

    'classify.choose': async ({ kind }) => {
      const title = 'Name recordings';
      const chosen = await dialogs.open(
        kind === 'folder'
          ? { title, properties: ['openDirectory'] }
          : { title, properties: ['openFile', 'multiSelections'] },
      );
      return grants.grant(chosen);
    },
    'classify.start': ({ grants: ids, ...input }) =>
      engine.request('classify.start', { ...input, files: ids.map((id) => granted(id)) }),
    'classify.export': async ({ jobs: named, format, threshold }) => {
      const { files, first } = await engine.request('classify.results', { jobs: named });
      const out = await dialogs.saveResults(files === 1 ? first : null, format);
      if (out === null) return null;
      return exporting(out, await engine.request('classify.export', { jobs: named, format, threshold, out }));
    },
    'classify.forget': (input) => engine.request('classify.forget', input),

    'jobs.list': () => jobs.list(),
    'jobs.cancel': (input) => engine.request('jobs.cancel', input),
    'jobs.reveal': ({ job }) => {
      const path = exported.get(job);
      if (path === undefined) throw new BridgeError('not-found', 'This job has exported nothing.');
      shell.showItemInFolder(path);
      return null;
    },
  };
}

/** @throws BridgeError where the system has no trash, or none for this place */
async function toTrash(folder: string): Promise<void> {
  try {
    await shell.trashItem(folder);
  } catch (error) {
    throw new BridgeError(
      'failed',
      `It could not be moved to the trash and is still where it was, in ${folder}.`,
      error instanceof Error ? error.message : String(error),
    );
  }
}

function appInfo(libraryFolder: string, settings: SettingsFile): AppInfo {
  const { electron, chrome, node } = process.versions;
  return {
    version: APP_VERSION,
    electron,
    chromium: chrome,
    node,
    runtime: runtime(),
    platform: `${process.platform} ${process.arch}`,
    libraryFolder,
    theme: settings.values.theme,
  };
}
