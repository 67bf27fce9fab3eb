import { app, BrowserWindow, nativeTheme, screen } from 'electron/main';
import type { Log } from './log.ts';
import { runtime } from './runtime.ts';
import { APP_ORIGIN } from './schemes.ts';
import type { Settings, SettingsFile } from './settings.ts';

/** A package on the stand-in for tests must not pass for one that users get. */
const TITLE = runtime() === 'official' || !app.isPackaged ? 'InstruNet' : 'InstruNet (test package, not for users)';
const SMALLEST = { width: 960, height: 640 };
const FIRST = { width: 1280, height: 820 };
/** Seen until the page has painted; the same as its own background. */
const BACKGROUND = { light: '#ffffff', dark: '#16181d' };

export interface WindowFiles {
  readonly preload: string;
  readonly icon: string;
}

/** Opens the app's window where it was left. */
export function openWindow({ preload, icon }: WindowFiles, settings: SettingsFile, log: Log): BrowserWindow {
  const place = visiblePlace(settings.values.window);
  const window = new BrowserWindow({
    title: TITLE,
    // Elsewhere it is in the program itself.
    ...(process.platform === 'linux' ? { icon } : {}),
    ...FIRST,
    ...place,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, spellcheck: false },
  });
  window.on('page-title-updated', (event) => {
    event.preventDefault();
  });
  if (settings.values.window?.maximized === true) window.maximize();
  window.once('ready-to-show', () => {
    window.show();
  });
  window.on('close', () => {
    const { x, y, width, height } = window.getNormalBounds();
    try {
      settings.change({ window: { x, y, width, height, maximized: window.isMaximized() } });
    } catch (error) {
      log.error('the place of the window could not be kept', error);
    }
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    log.error(`the page's process is gone: ${reason}`);
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
  });
  window.loadURL(`${APP_ORIGIN}/index.html`).catch((error: unknown) => {
    log.error('the page could not be loaded', error);
  });
  return window;
}

/** Where it was left, unless that screen is no longer there. */
function visiblePlace(place: Settings['window']): Electron.Rectangle | null {
  if (place === null) return null;
  const { x, y, width, height } = place;
  const isOnScreen = screen
    .getAllDisplays()
    .some(
      ({ workArea }) =>
        x >= workArea.x - width / 2 &&
        x < workArea.x + workArea.width &&
        y >= workArea.y &&
        y < workArea.y + workArea.height,
    );
  return isOnScreen ? { x, y, width, height } : null;
}
