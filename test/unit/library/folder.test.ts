import { expect, test } from 'vitest';
import { join, resolve } from 'node:path';
import { defaultLibraryFolder } from '../../../main/engine/library/folder.ts';

const home = join('/home', 'anna');

test.each([
  ['linux', {}, join(home, '.config', 'InstruNet')],
  ['linux', { XDG_CONFIG_HOME: '/cfg' }, join('/cfg', 'InstruNet')],
  ['linux', { XDG_CONFIG_HOME: '' }, join(home, '.config', 'InstruNet')],
  ['darwin', {}, join(home, 'Library', 'Application Support', 'InstruNet')],
  ['win32', { APPDATA: '/roaming' }, join('/roaming', 'InstruNet')],
  ['win32', {}, join(home, 'AppData', 'Roaming', 'InstruNet')],
] as const)('on %s with %j the library lies in the user’s data folder', (platform, env, folder) => {
  expect(defaultLibraryFolder(env, platform, home)).toBe(folder);
});

test('INSTRUNET_LIBRARY decides everywhere', () => {
  expect(defaultLibraryFolder({ INSTRUNET_LIBRARY: 'my library' }, 'darwin', home)).toBe(resolve('my library'));
  expect(defaultLibraryFolder({ INSTRUNET_LIBRARY: '' }, 'linux', home)).toBe(join(home, '.config', 'InstruNet'));
});
