import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

const NAME = 'InstruNet';

/**
 * Where the library lies unless the user says otherwise: `INSTRUNET_LIBRARY`, or else the folder in which the desktop app
 * keeps its user data on this system.
 */
export function defaultLibraryFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const chosen = env['INSTRUNET_LIBRARY'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), NAME);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', NAME);
  return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), NAME);
}
