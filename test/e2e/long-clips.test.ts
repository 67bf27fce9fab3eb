import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as expectPage } from '@playwright/test';
import { beforeAll, expect, it } from 'vitest';
import { writeLongClips } from '../helpers/long-clips.ts';
import { seriousFindings } from './helpers/axe.ts';
import { openFolder, train } from './helpers/jobs.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';
import { LARGE, resize, SMALL } from './helpers/window-size.ts';

const SOON = { timeout: 30_000 };
const LONG = { timeout: 120_000 };
const PER_CLASS = 10;
const WINDOWS = 3;
const LOOKS = {
  small: { colorScheme: 'light', window: SMALL },
  large: { colorScheme: 'dark', window: LARGE },
} as const;
/** Of validation. */
const HELD_BACK = 4;

describeApp('clips longer than the network hears at once', () => {
  const app = suiteApp();

  beforeAll(async () => {
    const folder = join(app.folder(), 'Long takes');
    await writeLongClips(folder, PER_CLASS);
    await writeFile(join(folder, 'hiss', 'broken.wav'), 'no sound');
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
    const figures = page.getByRole('complementary', { name: 'Details' }).locator('li .number');
    await expectPage(figures.first()).toHaveText('100.0 %');
    const beyond = (all: readonly Element[]): (string | null)[] =>
      all.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ textContent }) => textContent);
    expect(await figures.evaluateAll(beyond)).toEqual([]);
    expect(await seriousFindings(page)).toEqual([]);
    const leftOut = page.getByRole('region', { name: 'Result' }).getByText('1 clip of the folder could not be used');
    await leftOut.click();
    await expectPage(page.getByText('Found when the folder was looked through: unreadable 1.')).toBeVisible();
    await app().picture('long-clips-inspect');
    await leftOut.click();
  });

  it('and what else is to be known of a training is told while it goes on, also after the page was loaded anew', async () => {
    const { page } = app();
    await openView(page, 'Train');
    await page.getByLabel('Epochs').fill('400');
    await page.getByRole('button', { name: 'Start training' }).click();
    await expectPage(page.getByText(/^Epoch \d+ of 400$/u)).toBeVisible(LONG);
    const progress = page.getByRole('region', { name: 'Progress' });
    const notes = progress.getByText(/^\d notes on this training$/u);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await resize(app(), SMALL);
      await app().picture(`long-clips-notes-folded-${colorScheme}`);
    }
    await notes.click();
    await expectPage(progress).toContainText('Split by recording: 16 clips to train on');
    await expectPage(progress).toContainText('Long clips are heard in windows of 3 s');
    await expectPage(progress).not.toContainText('TensorFlow');
    await progress.getByText('1 clip of the folder could not be used').click();
    expect(await seriousFindings(page)).toEqual([]);
    for (const [size, { colorScheme, window }] of Object.entries(LOOKS)) {
      await page.emulateMedia({ colorScheme });
      await resize(app(), window);
      await app().picture(`long-clips-notes-${size}`);
    }
    await page.reload();
    await notes.click();
    await expectPage(progress).toContainText('Long clips are heard in windows of 3 s', SOON);
    await page.getByRole('button', { name: 'Cancel training' }).click();
    await expectPage(page.getByText(/^Stopped; \d+ epochs? kept\.$/u)).toBeVisible(SOON);
    await expectPage(progress).toContainText('1 clip of the folder could not be used');
  });
});
