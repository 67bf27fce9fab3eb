import { beforeAll, describe, expect, it } from 'vitest';
import { seriousFindings } from './helpers/axe.ts';
import { makeSample, train } from './helpers/jobs.ts';
import { LARGE, resize, SMALL } from './helpers/window-size.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView, VIEWS } from './helpers/views.ts';

const SCHEMES = ['light', 'dark'] as const;

describeApp('every view', () => {
  const app = suiteApp();

  describe.each(SCHEMES)('in %s, with nothing in the library', (colorScheme) => {
    beforeAll(() => app().page.emulateMedia({ colorScheme }));

    it.each(VIEWS)('%s has no serious accessibility finding', async (view) => {
      await openView(app().page, view);
      await app().picture(`empty-${view.toLowerCase()}-${colorScheme}`);
      expect(await seriousFindings(app().page)).toEqual([]);
    });
  });

  describe('with a dataset and a run', () => {
    beforeAll(async () => {
      await train(app(), await makeSample(app()), 'First run');
    });

    describe.each(SCHEMES)('in %s', (colorScheme) => {
      beforeAll(() => app().page.emulateMedia({ colorScheme }));

      it.each(VIEWS)('%s has no serious accessibility finding', async (view) => {
        const { page } = app();
        await openView(page, view);
        await page.waitForTimeout(500);
        await app().picture(`${view.toLowerCase()}-${colorScheme}`);
        expect(await seriousFindings(page)).toEqual([]);
      });

      it('Inspect has none with a class being chosen and with the list of marks, in a small window', async () => {
        const { page } = app();
        await resize(app(), SMALL);
        await openView(page, 'Inspect');
        await page.getByRole('listbox', { name: 'Clips of the cell' }).focus();
        await page.keyboard.press('l');
        await page.waitForTimeout(300);
        await app().picture(`inspect-choosing-${colorScheme}`);
        expect(await seriousFindings(page)).toEqual([]);
        await page.getByRole('textbox', { name: 'Note' }).fill(`said in ${colorScheme}`);
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: /^\d+ marks?$/u }).click();
        await page.waitForTimeout(300);
        await app().picture(`inspect-marks-${colorScheme}`);
        expect(await seriousFindings(page)).toEqual([]);
        await page.getByRole('button', { name: 'Close marks' }).click();
        await resize(app(), LARGE);
        await page.waitForTimeout(500);
        await app().picture(`inspect-large-${colorScheme}`);
      });
    });
  });
});
