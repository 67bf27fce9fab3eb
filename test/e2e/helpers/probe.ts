import type { RunningApp } from './running-app.ts';

/**
 * Asks the app's own schemes as a window without any policy would: what is refused here is refused by the scheme itself.
 * @returns the source of the document that came, or why none came
 */
export function probe({ electron }: RunningApp, url: string): Promise<string> {
  return electron.evaluate(async ({ BrowserWindow }, address) => {
    const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
    const late = new Promise<string>((resolve) => {
      setTimeout(() => {
        resolve('no answer');
      }, 5000);
    });
    const read = window
      .loadURL(address)
      .then(() => window.webContents.executeJavaScript('document.documentElement.outerHTML') as Promise<string>)
      .catch(String);
    try {
      return await Promise.race([read, late]);
    } finally {
      window.destroy();
    }
  }, url);
}
