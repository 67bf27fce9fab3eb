import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SettingsFile } from '../../../main/app/settings.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const PLACE = { x: -10, y: 20, width: 1000, height: 700, maximized: false };

describe('the settings', () => {
  it('are read by the next start, and leave nothing beside them', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'settings.json');
    const first = new SettingsFile(file);
    expect(first.values).toEqual({ theme: 'system', window: null });
    first.change({ theme: 'dark' });
    first.change({ window: PLACE });
    expect(new SettingsFile(file).values).toEqual({ theme: 'dark', window: PLACE });
    expect(await readdir(folder)).toEqual(['settings.json']);
  });

  it.each([
    ['half a file', '{"theme": "da'],
    ['a theme there is not', '{"theme": "blue"}'],
    ['a window without size', '{"window": {"x": 0, "y": 0, "width": 0, "height": 0, "maximized": false}}'],
    ['a list', '[]'],
  ])('begin anew after %s', async (_what, content) => {
    const file = join(await temporaryFolder(), 'settings.json');
    await writeFile(file, content);
    const settings = new SettingsFile(file);
    expect(settings.values).toEqual({ theme: 'system', window: null });
    settings.change({ theme: 'light' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ theme: 'light' });
  });
});
