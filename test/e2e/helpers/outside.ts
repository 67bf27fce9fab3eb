import type { RunningApp } from './running-app.ts';

/** What was done outside the page, as the system would have been told. */
export interface Outside {
  /** The labels of each menu that was opened; null for a line. */
  readonly menus: (readonly (string | null)[])[];
  readonly revealed: string[];
  readonly dragged: { readonly file: string; readonly iconEmpty: boolean }[];
  readonly clipboard: string;
}

/** From now on menus are answered with an entry and the file manager and the system's drag are not troubled. */
export async function watchOutside({ electron }: RunningApp): Promise<void> {
  await electron.evaluate(({ Menu, shell, BrowserWindow }) => {
    const watched = { menus: [] as unknown[], revealed: [] as string[], dragged: [] as unknown[], choose: '' };
    Object.assign(globalThis, { watched });
    Menu.prototype.popup = function (options) {
      watched.menus.push(this.items.map(({ type, label }) => (type === 'separator' ? null : label)));
      this.items.find(({ label }) => label === watched.choose)?.click();
      options?.callback?.();
    };
    shell.showItemInFolder = (path) => {
      watched.revealed.push(path);
    };
    for (const { webContents } of BrowserWindow.getAllWindows()) {
      webContents.startDrag = ({ file, icon }) => {
        watched.dragged.push({ file, iconEmpty: typeof icon === 'string' || icon.isEmpty() });
      };
    }
  });
}

/** Which entry every menu from now on is answered with; none where it has no such entry. */
export async function chooseInMenus({ electron }: RunningApp, label: string): Promise<void> {
  await electron.evaluate((_, choose) => {
    Object.assign((globalThis as unknown as { watched: object }).watched, { choose });
  }, label);
}

export async function outside({ electron }: RunningApp): Promise<Outside> {
  return electron.evaluate(async ({ clipboard }) => ({
    ...(globalThis as unknown as { watched: Outside }).watched,
    clipboard: await clipboard.readText(),
  }));
}
