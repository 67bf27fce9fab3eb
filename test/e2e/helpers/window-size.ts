import type { RunningApp } from './running-app.ts';

/** Makes the window's page as large as that, in CSS pixels. */
export async function resize(
  { electron, page }: RunningApp,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<void> {
  await electron.evaluate(
    ({ BrowserWindow }, [wide, high]) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(wide, high);
    },
    [width, height] as const,
  );
  await page.waitForFunction((wide) => Math.abs(innerWidth - wide) < 4, width);
}
