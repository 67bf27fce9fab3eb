import { expect as expectPage } from '@playwright/test';
import { beforeAll, expect, it } from 'vitest';
import { seriousFindings } from './helpers/axe.ts';
import { makeSample, train } from './helpers/jobs.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';
import { LARGE, resize, SMALL } from './helpers/window-size.ts';

const SOON = { timeout: 30_000 };
const LONG = { timeout: 120_000 };
/** Of each of eleven classes, three recordings. */
const PER_CLASS = 9;
const CLIPS = 11 * PER_CLASS;
const LOOKS = {
  small: { colorScheme: 'light', window: SMALL },
  large: { colorScheme: 'dark', window: LARGE },
} as const;

describeApp('cross-validation', () => {
  const app = suiteApp();

  const pictures = async (name: string): Promise<void> => {
    for (const [size, { colorScheme, window }] of Object.entries(LOOKS)) {
      await app().page.emulateMedia({ colorScheme });
      await resize(app(), window);
      await app().picture(`cross-validation-${name}-${size}`);
    }
  };

  beforeAll(async () => {
    await train(app(), await makeSample(app(), PER_CLASS), 'One split');
  });

  it('takes the place of the held-back shares in the form, with what its first fold holds back', async () => {
    const { page } = app();
    await openView(page, 'Train');
    await page.getByLabel('Start from', { exact: true }).selectOption({ label: 'instrunet-seed' });
    await page.getByLabel('Epochs').fill('3');
    await expectPage(page.getByLabel('Validation, %')).toBeVisible();
    await page.getByRole('checkbox', { name: /^Score every clip/u }).check();
    await expectPage(page.getByLabel('Validation, %')).toHaveCount(0);
    await expectPage(page.getByLabel('Test, %')).toHaveCount(0);
    await page.getByLabel('Folds', { exact: true }).fill('4');
    await expectPage(page.getByText(/Too few independent recordings to split/u)).toBeVisible(SOON);
    await page.getByLabel('Folds', { exact: true }).fill('3');
    await expectPage(page.getByText('The first of 3 folds')).toBeVisible(SOON);
    const learned = String((2 * CLIPS) / 3);
    await expectPage(page.getByLabel('Time', { exact: true })).toContainText(`3 times 3 epochs of ${learned} clips`);
    expect(await seriousFindings(page)).toEqual([]);
    await pictures('form');
  });

  it('tells which fold goes on, also after the page was loaded anew, and can be stopped and resumed', async () => {
    const { page } = app();
    await page.getByLabel('Epochs').fill('12');
    await page.getByLabel('Name of the run').fill('Three folds');
    await page.getByRole('button', { name: 'Start training' }).click();
    await expectPage(page.getByText(/^Fold 2 of 3, epoch \d+ of 12$/u)).toBeVisible(LONG);
    expect(await seriousFindings(page)).toEqual([]);
    await pictures('live');
    await page.reload();
    await expectPage(page.getByText(/^Fold [23] of 3, epoch \d+ of 12$/u)).toBeVisible(SOON);
    await page.getByRole('button', { name: 'Cancel training' }).click();
    await expectPage(page.getByText('Stopped; what has been learned so far is kept.')).toBeVisible(SOON);
    await page.getByRole('button', { name: 'Resume' }).click();
    await expectPage(page.getByText('Done: every clip was scored, by 3 networks.')).toBeVisible(LONG);
    await expectPage(page.getByText(`${String(CLIPS)} clips of ${String(CLIPS / 3)} recordings, 3-fold`)).toBeVisible();
    await pictures('done');
  });

  it('is listed with its folds, and has every clip to be inspected and none to classify with', async () => {
    const { page } = app();
    await openView(page, 'Runs');
    const row = page.getByRole('row').filter({ hasText: 'Three folds' });
    await expectPage(row).toContainText('3 folds');
    await pictures('runs');
    const listed = (await app().ask('runs.list', null)).find(({ run }) => run.name === 'Three folds');
    const scored = { label: null, predicted: null, both: false, show: 'all', offset: 0, limit: 5 } as const;
    expect((await app().ask('runs.clips', { run: listed?.id ?? '', ...scored })).total).toBe(CLIPS);
    await row.getByRole('button', { name: 'Three folds', exact: true }).click();
    await expectPage(page.getByText('0 of 99 clips share a recording with training.')).toBeVisible(SOON);
    expect(await seriousFindings(page)).toEqual([]);
    await pictures('inspect');
    await openView(page, 'Classify');
    await expectPage(page.getByLabel('Network')).toContainText('One split');
    await expectPage(page.getByLabel('Network')).not.toContainText('Three folds');
  });
});
