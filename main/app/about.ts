import { nativeImage } from 'electron/common';
import { app, dialog, type BrowserWindow } from 'electron/main';
import { APP_VERSION } from '../engine/common/version.ts';
import { runtime } from './runtime.ts';

const ICON_SIZE = 64;

/** What the app and what it runs on are called, a line each. */
function description(): string {
  const { electron, chrome, node } = process.versions;
  const origin = runtime() === 'official' ? '' : ' (old fallback, not for users)';
  return [
    `Electron ${electron}${origin}`,
    `Chromium ${chrome}`,
    `Node ${node}`,
    '',
    'Free software under the MIT licence.',
  ].join('\n');
}

/** For the panel that macOS opens by itself. */
export function describeApp(): void {
  app.setAboutPanelOptions({ applicationName: 'InstruNet', applicationVersion: APP_VERSION, copyright: description() });
}

/** Elsewhere, where Electron's own panel has no room for this or does not come up at all. */
export async function showAbout(window: BrowserWindow, icon: string, showLicences: () => void): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    title: 'About InstruNet',
    message: `InstruNet ${APP_VERSION}`,
    detail: description(),
    icon: nativeImage.createFromPath(icon).resize({ width: ICON_SIZE, height: ICON_SIZE, quality: 'best' }),
    buttons: ['Close', 'Licences'],
    defaultId: 0,
    cancelId: 0,
  });
  if (response === 1) showLicences();
}
