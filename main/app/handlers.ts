import { shell } from 'electron/common';
import { dialog, nativeTheme, type BrowserWindow } from 'electron/main';
import type { AppInfo, Events } from '../../preload/contract.ts';
import { APP_VERSION } from '../engine/common/version.ts';
import type { EngineHost } from './engine-host.ts';
import { ClipFiles } from './clip-files.ts';
import { popUpMenu } from './context-menu.ts';
import { BridgeError } from './failure.ts';
import type { AppHandlers } from './ipc-router.ts';
import type { JobBoard } from './job-board.ts';
import type { Log } from './log.ts';
import type { PathGrants } from './path-grants.ts';
import { isExternalAllowed } from './security.ts';
import type { SettingsFile } from './settings.ts';

/** Anything older is the runtime that set-up falls back on, never one that InstruNet is shipped with. */
const OLDEST_OFFICIAL = 25;

const CSV = { name: 'Table (CSV)', extensions: ['csv'] };
const PNG = { name: 'Picture (PNG)', extensions: ['png'] };

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

/** What stands behind every method of the contract. */
export function appHandlers(parts: HandlerParts): AppHandlers {
  const { engine, jobs, grants, settings, log, tell } = parts;

  const choose = async (options: Electron.OpenDialogOptions): Promise<readonly string[]> => {
    const window = parts.window();
    const { canceled, filePaths } =
      window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options);
    return canceled ? [] : filePaths;
  };

  /** Where the user wants something written. */
  const saveAs = async (options: Electron.SaveDialogOptions): Promise<string | null> => {
    const window = parts.window();
    const { canceled, filePath } =
      window === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options);
    // An empty name is how older Electrons say that nothing was chosen.
    return canceled || filePath === '' ? null : filePath;
  };

  const clips = new ClipFiles(async (clip) => (await engine.request('clips.file', { clip })).path);

  const granted = (id: string, kind?: 'file' | 'folder'): string => {
    const path = grants.resolve(id, kind);
    if (path === null) throw new BridgeError('forbidden', 'These files were not given to InstruNet. Drop them again.');
    return path;
  };

  return {
    'app.info': () => appInfo(parts.libraryFolder, settings),

    'app.openExternal': async ({ url }) => {
      if (!isExternalAllowed(url)) throw new BridgeError('forbidden', 'InstruNet does not open this address.');
      await shell.openExternal(url);
      return null;
    },

    'app.revealLog': () => {
      shell.showItemInFolder(log.file);
      return null;
    },

    'app.setTheme': ({ theme }) => {
      nativeTheme.themeSource = theme;
      settings.change({ theme });
      return null;
    },

    'datasets.choose': async () => {
      const [folder] = await choose({ title: 'Open a folder of labelled clips', properties: ['openDirectory'] });
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
      const file = await saveAs({
        title: 'Export the list of clips',
        defaultPath: `${fileName(name)} clips.csv`,
        filters: [CSV],
      });
      return file === null ? null : engine.request('datasets.writeClips', { ...input, file });
    },
    'datasets.sampleEstimate': () => engine.request('datasets.sampleEstimate', null),
    'datasets.locate': async ({ dataset }) => {
      const { name } = await engine.request('datasets.get', { dataset });
      const [folder] = await choose({ title: `Where is “${name}” now?`, properties: ['openDirectory'] });
      return folder === undefined ? null : engine.request('datasets.locate', { dataset, folder });
    },
    'datasets.rescan': (input) => engine.request('datasets.rescan', input),
    'datasets.remove': (input) => engine.request('datasets.remove', input),
    'datasets.previewSplit': (input) => engine.request('datasets.previewSplit', input),

    'runs.presets': () => engine.request('runs.presets', null),
    'runs.pace': () => engine.request('runs.pace', null),
    'runs.train': (input) => engine.request('runs.train', input),
    'runs.resume': (input) => engine.request('runs.resume', input),
    'runs.list': () => engine.request('runs.list', null),
    'runs.get': (input) => engine.request('runs.get', input),
    'runs.rename': (input) => engine.request('runs.rename', input),
    'runs.remove': async (input) => {
      const { folder } = await engine.request('runs.folder', input);
      await shell.trashItem(folder);
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
      const file = await saveAs({
        title: 'Export the learning curves',
        defaultPath: `${fileName(name)} training history.${format}`,
        filters: [format === 'csv' ? CSV : PNG],
      });
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

    'classify.choose': async ({ run }) => {
      const files = await choose({ title: 'Name recordings', properties: ['openFile', 'multiSelections'] });
      return files.length === 0 ? null : engine.request('classify.start', { run, files });
    },
    'classify.start': ({ run, grants: ids }) =>
      engine.request('classify.start', { run, files: ids.map((id) => granted(id)) }),

    'jobs.list': () => jobs.list(),
    'jobs.cancel': (input) => engine.request('jobs.cancel', input),
  };
}

/** A name of the user's as a file can be named on every system. */
function fileName(name: string): string {
  return name.replace(/[\\/:*?"<>|\p{Cc}]/gu, ' ').trim();
}

function appInfo(libraryFolder: string, settings: SettingsFile): AppInfo {
  const { electron, chrome, node } = process.versions;
  return {
    version: APP_VERSION,
    electron,
    chromium: chrome,
    node,
    runtime: Number.parseInt(electron, 10) < OLDEST_OFFICIAL ? 'fallback' : 'official',
    platform: `${process.platform} ${process.arch}`,
    libraryFolder,
    theme: settings.values.theme,
  };
}
