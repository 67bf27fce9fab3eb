import { app, Menu, type MenuItemConstructorOptions } from 'electron/main';
import type { Command, View } from '../../preload/contract.ts';

const VIEWS: readonly { readonly view: View; readonly label: string }[] = [
  { view: 'datasets', label: 'Datasets' },
  { view: 'train', label: 'Train' },
  { view: 'runs', label: 'Runs' },
  { view: 'inspect', label: 'Inspect' },
  { view: 'classify', label: 'Classify' },
  { view: 'settings', label: 'Settings' },
];

export interface MenuActions {
  /** What the page does. */
  readonly command: (command: Command) => void;
  readonly revealLog: () => void;
  /** Not on macOS, which has a panel for it. */
  readonly showAbout: () => void;
}

/** The window's menu, with the shortcuts of the platform. */
export function setMenu(actions: MenuActions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, process.platform === 'darwin', app.isPackaged)));
}

/** @param packaged whether users see it; developers get the page's tools as well */
export function menuTemplate(
  { command, revealLog, showAbout }: MenuActions,
  isMac: boolean,
  packaged: boolean,
): MenuItemConstructorOptions[] {
  const separator = { type: 'separator' } as const;

  function item(label: string, what: Command, accelerator?: string): MenuItemConstructorOptions {
    const click = (): void => {
      command(what);
    };
    return accelerator === undefined ? { label, click } : { label, click, accelerator };
  }

  function view(which: View, label: string, accelerator: string): MenuItemConstructorOptions {
    return item(label, { do: 'show', view: which }, accelerator);
  }

  return [
    ...(isMac
      ? [
          {
            label: app.name,
            submenu: [
              { role: 'about' } as const,
              separator,
              view('settings', 'Settings…', 'CmdOrCtrl+,'),
              separator,
              { role: 'services' } as const,
              separator,
              { role: 'hide' } as const,
              { role: 'hideOthers' } as const,
              { role: 'unhide' } as const,
              separator,
              { role: 'quit' } as const,
            ],
          },
        ]
      : []),
    {
      label: '&File',
      submenu: [
        item('Open Dataset Folder…', { do: 'open-folder' }, 'CmdOrCtrl+O'),
        item('Name Files…', { do: 'name-files' }, 'CmdOrCtrl+Shift+O'),
        separator,
        item('Make Sample Dataset', { do: 'make-sample' }),
        separator,
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu', label: '&Edit' },
    {
      label: '&View',
      submenu: [
        ...VIEWS.map((entry, index) => view(entry.view, entry.label, `CmdOrCtrl+${index + 1}`)),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
        ...(packaged ? [] : [separator, { role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'windowMenu', label: '&Window' },
    {
      role: 'help',
      label: '&Help',
      submenu: [
        { label: 'Show Log File', click: revealLog },
        item('Licences', { do: 'show-licences' }),
        ...(isMac ? [] : [separator, { label: 'About InstruNet', click: showAbout }]),
      ],
    },
  ];
}
