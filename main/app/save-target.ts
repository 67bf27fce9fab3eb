import { join } from 'node:path';
import { app, dialog, type BrowserWindow } from 'electron/main';

/**
 * Asks where a file shall be saved; the dialog itself asks before one is replaced.
 * @param name what is offered, without extension
 * @returns null when the user changed their mind
 */
export async function chooseTarget(
  window: BrowserWindow | null,
  title: string,
  name: string,
  extension: string,
): Promise<string | null> {
  const options: Electron.SaveDialogOptions = {
    title,
    defaultPath: join(app.getPath('documents'), `${fileName(name)}.${extension}`),
    filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
  };
  const { canceled, filePath } =
    window === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options);
  return canceled || filePath === '' ? null : filePath;
}

/** As a file may be called on every system. */
function fileName(name: string): string {
  return name.replace(/[\p{Cc}/\\:*?"<>|]/gu, '_').slice(0, 120);
}
