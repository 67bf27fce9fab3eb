import { basename, extname } from 'node:path';
import { dialog, type BrowserWindow } from 'electron/main';
import type { ResultFormat, RunExport } from '../../preload/contract.ts';

type Filter = Electron.FileFilter;

const RUN_EXPORTS: Readonly<Record<RunExport, { readonly ending: string; readonly filters: Filter[] }>> = {
  keras: { ending: '.keras', filters: [{ name: 'Keras network', extensions: ['keras'] }] },
  tfjs: { ending: ' tfjs', filters: [] },
  report: { ending: ' report', filters: [] },
  zip: { ending: '.zip', filters: [{ name: 'Zip archive', extensions: ['zip'] }] },
};

const RESULT_FILTERS: Readonly<Record<ResultFormat, Filter>> = {
  csv: { name: 'Table (CSV)', extensions: ['csv'] },
  json: { name: 'JSON', extensions: ['json'] },
  audacity: { name: 'Audacity labels', extensions: ['txt'] },
};

/** The system's dialogs for what is opened and where something is written. What they give are paths, for main alone. */
export class Dialogs {
  readonly #window: () => BrowserWindow | null;

  constructor(window: () => BrowserWindow | null) {
    this.#window = window;
  }

  /** @returns nothing when the user changed their mind */
  async open(options: Electron.OpenDialogOptions): Promise<readonly string[]> {
    const window = this.#window();
    const { canceled, filePaths } =
      window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options);
    return canceled ? [] : filePaths;
  }

  /** @returns null when the user changed their mind */
  saveRun(name: string, format: RunExport): Promise<string | null> {
    const { ending, filters } = RUN_EXPORTS[format];
    return this.#save({ title: 'Export', defaultPath: `${fileName(name)}${ending}`, filters });
  }

  /**
   * @param only the path of the file where there is one alone
   * @returns null when the user changed their mind
   */
  saveResults(only: string | null, format: ResultFormat): Promise<string | null> {
    const stem = only === null ? 'named' : fileName(basename(only, extname(only)));
    // Several label tracks go into a folder.
    if (format === 'audacity' && only === null) return this.#save({ title: 'Export', defaultPath: 'labels' });
    const ending = format === 'audacity' ? '.labels.txt' : `.${format}`;
    return this.#save({ title: 'Export', defaultPath: `${stem}${ending}`, filters: [RESULT_FILTERS[format]] });
  }

  /**
   * @param name what is offered, without extension
   * @returns null when the user changed their mind
   */
  saveFile(title: string, name: string, extension: string): Promise<string | null> {
    const filters = [{ name: extension.toUpperCase(), extensions: [extension] }];
    return this.#save({ title, defaultPath: `${fileName(name)}.${extension}`, filters });
  }

  async #save(options: Electron.SaveDialogOptions): Promise<string | null> {
    const window = this.#window();
    const { canceled, filePath } =
      window === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options);
    return canceled || filePath === '' ? null : filePath;
  }
}

/** A name without what some system does not allow in names of files. */
function fileName(name: string): string {
  return name.replace(/[<>:"/\\|?*\p{Cc}]/gu, '_').slice(0, 100) || 'export';
}
