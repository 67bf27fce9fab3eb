import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as expectPage } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import { tone, writeWav } from '../helpers/wav.ts';
import { seriousFindings } from './helpers/axe.ts';
import type { RunningApp } from './helpers/running-app.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { VIEWS } from './helpers/views.ts';

/** Chooses an entry as the user does, by the menus and entries on the way to it. */
function choose({ electron }: RunningApp, ...way: readonly string[]): Promise<void> {
  return electron.evaluate(({ Menu, BrowserWindow }, labels) => {
    let menu = Menu.getApplicationMenu();
    let item: Electron.MenuItem | undefined;
    for (const label of labels) {
      item = menu?.items.find((other) => other.label.replace('&', '') === label);
      menu = item?.submenu ?? null;
    }
    if (item === undefined) throw new Error(`no entry ${labels.join(' → ')}`);
    (item.click as (event: undefined, window?: Electron.BaseWindow) => void)(
      undefined,
      BrowserWindow.getAllWindows()[0],
    );
  }, way);
}

describeApp('the menu', () => {
  const app = suiteApp();

  it.each(VIEWS)('opens %s', async (view) => {
    await choose(app(), 'View', view);
    await expectPage(app().page.getByRole('navigation').getByRole('link', { name: view })).toHaveAttribute(
      'aria-current',
      'page',
    );
  });

  it('asks for files to be named, where they will be shown', async () => {
    const asked = app().electron.evaluate(
      ({ dialog }) =>
        new Promise<string>((done) => {
          dialog.showOpenDialog = (...parameters: readonly unknown[]) => {
            done(JSON.stringify(parameters.at(-1)));
            return Promise.resolve({ canceled: true, filePaths: [] });
          };
        }),
    );
    await choose(app(), 'File', 'Name Files…');
    expect(await asked).toContain('openFile');
    await expectPage(app().page.getByRole('navigation').getByRole('link', { name: 'Classify' })).toHaveAttribute(
      'aria-current',
      'page',
    );
  });

  it('opens a folder that the user chooses', async () => {
    const folder = join(app.folder(), 'instruments', 'violin');
    await mkdir(folder, { recursive: true });
    await writeWav(join(folder, 'a.wav'), tone(440, 3));
    await app().electron.evaluate(
      ({ dialog }, path) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
      },
      join(app.folder(), 'instruments'),
    );
    await choose(app(), 'File', 'Open Dataset Folder…');
    await expectPage(app().page.getByRole('heading', { level: 1, name: 'instruments' })).toBeVisible({
      timeout: 30_000,
    });
  });

  it('makes the sample dataset', async () => {
    await choose(app(), 'File', 'Make Sample Dataset');
    await expectPage(async () => {
      expect(await app().ask('jobs.list', null)).toContainEqual(expect.objectContaining({ kind: 'sample' }));
    }).toPass();
    const job = (await app().ask('jobs.list', null)).find(
      ({ kind, state }) => kind === 'sample' && state === 'running',
    );
    if (job !== undefined) await app().call('jobs.cancel', { job: job.id });
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it('shows the licences of others', async () => {
      const { page } = app();
      await page.emulateMedia({ colorScheme });
      await choose(app(), 'Help', 'Licences');
      const dialog = page.getByRole('dialog', { name: 'Licences' });
      await expectPage(dialog.getByRole('cell', { name: 'GPL-3.0-or-later' })).toBeVisible();
      await expectPage(dialog.getByRole('cell', { name: 'svelte', exact: true })).toBeAttached();
      await app().picture(`licences-${colorScheme}`);
      expect(await seriousFindings(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Close' }).click();
      await expectPage(dialog).toBeHidden();
    });
  });
});
