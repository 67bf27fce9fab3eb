import { expect as expectPage } from '@playwright/test';
import { expect, inject, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { startApp } from './helpers/running-app.ts';
import { describeApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';

const PLACE = { x: 120, y: 80, width: 1000, height: 700 };

describeApp('the next start', () => {
  it('finds window, theme and view as they were left', async () => {
    const userData = await temporaryFolder();
    const first = await startApp(inject('stage'), userData);
    await first.electron.evaluate(({ BrowserWindow }, place) => {
      BrowserWindow.getAllWindows()[0]?.setBounds(place);
    }, PLACE);
    await first.ask('app.setTheme', { theme: 'dark' });
    await openView(first.page, 'Runs');
    await first.close();

    const second = await startApp(inject('stage'), userData);
    await expectPage(second.page.getByRole('heading', { level: 1 })).toHaveText('Runs');
    expect((await second.ask('app.info', null)).theme).toBe('dark');
    expect(await second.electron.evaluate(({ nativeTheme }) => nativeTheme.shouldUseDarkColors)).toBe(true);
    const bounds = await second.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
    expect(bounds).toEqual(PLACE);
    await second.close();
  });
});
