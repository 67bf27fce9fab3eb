import { app } from 'electron/main';
import { APP_VERSION } from '../engine/common/version.ts';
import { runtime } from './runtime.ts';

/** What the system's own panel says of the app. */
export function describeApp(icon: string): void {
  const { electron, chrome, node } = process.versions;
  const origin = runtime() === 'official' ? '' : ', an old stand-in for tests';
  app.setAboutPanelOptions({
    applicationName: 'InstruNet',
    applicationVersion: APP_VERSION,
    version: `Electron ${electron}`,
    copyright: `Electron ${electron}${origin}\nChromium ${chrome}, Node ${node}\n\nMIT licence; those of others under Help → Licences`,
    iconPath: icon,
  });
}
