import { join } from 'node:path';
import { expect as expectPage } from '@playwright/test';
import { beforeAll, expect, it } from 'vitest';
import { writeLongClips } from '../helpers/long-clips.ts';
import { seriousFindings } from './helpers/axe.ts';
import { openFolder, train } from './helpers/jobs.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';

const SOON = { timeout: 30_000 };
const PER_CLASS = 10;
const WINDOWS = 3;
/** Of validation. */
const HELD_BACK = 4;

describeApp('clips longer than the network hears at once', () => {
  const app = suiteApp();

  beforeAll(async () => {
    const folder = join(app.folder(), 'Long takes');
    await writeLongClips(folder, PER_CLASS);
    await train(app(), await openFolder(app(), folder), 'Of long takes');
  });

  it('are said to be heard in windows, where one is looked at', async () => {
    const { page } = app();
    await openView(page, 'Datasets');
    await page.getByRole('row').filter({ hasText: '00.wav' }).first().click();
    await expectPage(page.getByText('9.0 s; heard in 3 windows, the picture shows 0.0 to 3.0 s')).toBeVisible(SOON);
    await app().picture('long-clips-dataset');
  });

  it('are counted as windows where that decides how long learning takes', async () => {
    const { page } = app();
    await openView(page, 'Train');
    await page.getByLabel('Start from', { exact: true }).selectOption({ label: 'instrunet-seed' });
    const learned = WINDOWS * (2 * PER_CLASS - HELD_BACK);
    await expectPage(page.getByRole('row', { name: 'In windows' })).toContainText(String(learned), SOON);
    await expectPage(page.getByLabel('Time', { exact: true })).toContainText(`of ${String(learned)} windows at`);
    await expectPage(page.getByLabel('Time', { exact: true })).toContainText('windows/s, as “Of long takes” had');
    expect(await seriousFindings(page)).toEqual([]);
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await app().picture(`long-clips-train-${scheme}`);
    }
  });

  it('are scored as clips, and the score says in how many windows they were heard', async () => {
    const { page } = app();
    await openView(page, 'Inspect');
    await expectPage(
      page.getByText(
        `${String(HELD_BACK)} validation clips of ${String(HELD_BACK)} recordings, heard in ${String(WINDOWS * HELD_BACK)} windows`,
      ),
    ).toBeVisible(SOON);
    await page.getByRole('group', { name: 'Which clips' }).getByText('all', { exact: true }).click();
    await page.getByRole('listbox', { name: 'Clips of the cell' }).getByRole('option').first().click();
    await expectPage(page.getByText('heard in 3 windows, the picture shows')).toBeVisible(SOON);
    expect(await seriousFindings(page)).toEqual([]);
    await app().picture('long-clips-inspect');
  });
});
