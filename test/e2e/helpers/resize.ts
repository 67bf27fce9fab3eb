import type { RunningApp } from './running-app.ts';

/** Gives the window a size and waits until the page has it. */
export async function resize(
  { electron, page }: RunningApp,
  size: { readonly width: number; readonly height: number },
) {
  await electron.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
  }, size);
  await page.waitForFunction(({ width }) => window.innerWidth === width, size);
}
