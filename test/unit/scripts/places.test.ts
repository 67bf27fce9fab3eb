import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasDisplay } from '../../../scripts/display.mjs';
import { cacheRoot, ROOT } from '../../../scripts/setup/places.mjs';
import { whereTyped } from '../../../scripts/where-typed.mjs';

describe('cacheRoot', () => {
  it('follows XDG_CACHE_HOME on every system', () => {
    expect(cacheRoot({ XDG_CACHE_HOME: '/caches' }, 'darwin', '/home/ann')).toBe(join('/caches', 'instrunet'));
  });

  it('passes over a relative XDG_CACHE_HOME, as the specification asks', () => {
    expect(cacheRoot({ XDG_CACHE_HOME: 'caches' }, 'linux', '/home/ann')).toBe(
      join('/home/ann', '.cache', 'instrunet'),
    );
  });

  it('takes the usual folder of each system', () => {
    expect(cacheRoot({}, 'linux', '/home/ann')).toBe(join('/home/ann', '.cache', 'instrunet'));
    expect(cacheRoot({}, 'darwin', '/Users/ann')).toBe(join('/Users/ann', 'Library', 'Caches', 'instrunet'));
    expect(cacheRoot({ LOCALAPPDATA: '/local' }, 'win32', '/ann')).toBe(join('/local', 'instrunet', 'Cache'));
  });
});

describe('hasDisplay', () => {
  it('is true on Windows and macOS', () => {
    expect(hasDisplay('win32', {})).toBe(true);
    expect(hasDisplay('darwin', {})).toBe(true);
  });

  it('asks X11 and Wayland elsewhere', () => {
    expect(hasDisplay('linux', { DISPLAY: ':0' })).toBe(true);
    expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
    expect(hasDisplay('linux', { DISPLAY: '' })).toBe(false);
    expect(hasDisplay('linux', {})).toBe(false);
  });
});

describe('whereTyped', () => {
  const elsewhere = { npm_lifecycle_event: 'instrunet', INIT_CWD: '/home/ann/clips' };

  it('is where npm was called, although npm starts scripts in the folder of the package', () => {
    expect(whereTyped(ROOT, elsewhere)).toBe('/home/ann/clips');
  });

  it('is the current folder without npm, or when somebody has changed the folder since', () => {
    expect(whereTyped('/somewhere', { INIT_CWD: '/home/ann/clips' })).toBe('/somewhere');
    expect(whereTyped('/somewhere', elsewhere)).toBe('/somewhere');
    expect(whereTyped(ROOT, { npm_lifecycle_event: 'instrunet' })).toBe(ROOT);
  });
});
