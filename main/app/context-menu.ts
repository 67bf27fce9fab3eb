import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron/main';
import type { Input, MenuCommand } from '../../preload/contract.ts';

const FILE_MANAGERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: 'Finder', win32: 'Explorer' };

const LABELS: Readonly<Record<MenuCommand, string>> = {
  open: 'Open',
  play: 'Play',
  stop: 'Stop',
  'show-recording': 'Show all clips of its recording',
  inspect: 'Inspect',
  resume: 'Resume training',
  rename: 'Rename',
  reveal: `Show in ${FILE_MANAGERS[process.platform] ?? 'the file manager'}`,
  'copy-name': 'Copy name',
  'copy-path': 'Copy path',
  trash: process.platform === 'win32' ? 'Move to the Recycle Bin' : 'Move to the trash',
};

/** Some systems say that a menu was closed before they say what was chosen in it. */
const CHOICE_COMES_WITHIN_MS = 100;

/** Opens the system's own menu. @returns what was chosen; null where nothing was */
export function popUpMenu(
  { items, at }: Input<'menu.popup'>,
  window: BrowserWindow | null,
): Promise<MenuCommand | null> {
  return new Promise((resolve) => {
    const template = items.map((item): MenuItemConstructorOptions => {
      if (item === null) return { type: 'separator' };
      const { command, enabled } = item;
      return {
        label: LABELS[command],
        enabled,
        click: () => {
          resolve(command);
        },
      };
    });
    Menu.buildFromTemplate(template).popup({
      ...(window === null ? {} : { window }),
      ...at,
      callback: () => {
        setTimeout(() => {
          resolve(null);
        }, CHOICE_COMES_WITHIN_MS);
      },
    });
  });
}
