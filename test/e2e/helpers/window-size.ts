import type { RunningApp } from './running-app.ts';

/** Sizes at which screens are looked at. */
export const SMALL = { width: 960, height: 640 };
export const MEDIUM = { width: 1280, height: 800 };
export const LARGE = { width: 1560, height: 1000 };

/** Sets the size of what the window shows. */
export async function resize({ electron, page }: RunningApp, size: typeof SMALL): Promise<void> {
  await electron.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
  }, size);
  await page.waitForFunction(({ width }) => Math.abs(window.innerWidth - width) < 4, size);
}
