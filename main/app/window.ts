import { app, BrowserWindow, nativeTheme, screen } from 'electron/main';
import type { Log } from './log.ts';
import { runtime } from './runtime.ts';
import { APP_ORIGIN } from './schemes.ts';
import type { Settings, SettingsFile } from './settings.ts';

/** A package on the stand-in for tests must not pass for one that users get. */
const TITLE = runtime() === 'official' || !app.isPackaged ? 'InstruNet' : 'InstruNet (test package, not for users)';
const SMALLEST = { width: 960, height: 640 };
const FIRST = { width: 1280, height: 820 };
/** After this time a window manager has put its frame round the window. */
const SETTLED_MS = 500;
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
  /** Where it stood when it had come up. */
  let settled: Electron.Rectangle | null = null;
  window.once('ready-to-show', () => {
    window.show();
    setTimeout(() => {
      if (!window.isDestroyed()) settled = window.getNormalBounds();
    }, SETTLED_MS);
  });
  window.on('close', () => {
    const bounds = movedSince(place, settled, window.getNormalBounds());
    try {
      settings.change({ window: { ...bounds, maximized: window.isMaximized() } });
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

/**
 * Where to open it the next time. Some window managers add their frame to the place that was asked for: only what the
 * user has moved it by counts, or it would wander a little with every start.
 */
function movedSince(
  asked: Electron.Rectangle | null,
  settled: Electron.Rectangle | null,
  now: Electron.Rectangle,
): Electron.Rectangle {
  if (asked === null || settled === null) return asked ?? now;
  return {
    x: asked.x + now.x - settled.x,
    y: asked.y + now.y - settled.y,
    width: asked.width + now.width - settled.width,
    height: asked.height + now.height - settled.height,
  };
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
