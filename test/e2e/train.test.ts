import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as expectPage } from '@playwright/test';
import { decode } from 'fast-png';
import { beforeAll, expect, it } from 'vitest';
import { seriousFindings } from './helpers/axe.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import { makeSample } from './helpers/jobs.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';
import { LARGE, resize, SMALL } from './helpers/window-size.ts';

const SOON = { timeout: 30_000 };
const LONG = { timeout: 120_000 };
/** Twelve clips are four recordings of a class. */
const CLIPS_PER_CLASS = 12;

describeApp('training', () => {
  const app = suiteApp();

  beforeAll(async () => {
    await makeSample(app(), CLIPS_PER_CLASS);
    await openView(app().page, 'Train');
  });

  it('previews the split and says what either kind would leak', async () => {
    const { page } = app();
    const split = page.getByRole('region', { name: 'Split' });
    await expectPage(split.getByText(/^0 of \d+ validation clips share/u)).toBeVisible(SOON);
    await expectPage(split.getByText(/^[1-9]\d* of \d+ validation clips share .*: expect less/u)).toBeVisible();
    await expectPage(split.getByText('At random, for comparison')).toBeVisible();
    await expectPage(split.getByText(/A tiny dataset: \d+ clips to learn from/u)).toBeVisible();
    await expectPage(split.getByText(/Few recordings held back/u)).toBeVisible();
    await app().picture('train-first');
    const table = split.getByRole('table');
    await expectPage(table.getByRole('row', { name: 'violin' })).toContainText('9');
    await page.getByLabel('Validation, %').fill('50');
    await expectPage(table.getByRole('row', { name: 'violin' })).toContainText('6');
    await page.getByLabel('Test, %').fill('25');
    await expectPage(split.getByText('Test side')).toBeVisible();
    await page.getByRole('radio', { name: /At random by clip/u }).check();
    await expectPage(split.getByText('By recording, for comparison')).toBeVisible();
    await page.getByRole('button', { name: 'Reset to defaults' }).click();
    await expectPage(page.getByLabel('Validation, %')).toHaveValue('20');
    await expectPage(page.getByRole('radio', { name: /By recording/u })).toBeChecked();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectPage(page.getByLabel('Validation, %')).toHaveValue('50');
    await page.getByRole('button', { name: 'Reset to defaults' }).click();
  });

  it('keeps what is typed, says beside it what is wrong and goes there instead of starting', async () => {
    const { page } = app();
    const epochs = page.getByLabel('Epochs');
    await epochs.fill('0');
    await expectPage(page.getByText('Must be from 1 to 1,000')).toBeVisible();
    await page.getByLabel('Learning rate').fill('');
    await expectPage(page.getByText('A number from 0.000001 to 1')).toBeVisible();
    await expectPage(page.getByText('2 fields need other values.')).toBeVisible();
    await app().picture('train-problems');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Start training' }).click();
    await expectPage(epochs).toBeFocused();
    await openView(page, 'Datasets');
    await openView(page, 'Train');
    await expectPage(epochs).toHaveValue('0');
    expect(await app().ask('jobs.list', null)).not.toContainEqual(expect.objectContaining({ kind: 'train' }));
    await page.getByLabel('Learning rate').fill('0.001');
    await page.getByLabel('Validation, %').fill('45');
    await page.getByLabel('Test, %').fill('40');
    await expectPage(page.getByText('With validation, at most 80 % can be held back')).toBeVisible();
    await page.getByLabel('Test, %').fill('0');
    await page.getByLabel('Validation, %').fill('20');
  });

  it('lets a second training wait, and be taken out before it begins', async () => {
    const { page } = app();
    await page.getByLabel('Epochs').fill('400');
    await page.getByLabel('Name of the run').fill('First');
    await page.getByRole('button', { name: 'Start training' }).click();
    await expectPage(page.getByRole('heading', { level: 1, name: 'First' })).toBeVisible(SOON);
    await page.getByRole('button', { name: 'New training' }).click();
    for (const name of ['Second', 'Third']) {
      await page.getByLabel('Name of the run').fill(name);
      await page.getByRole('button', { name: 'Queue training' }).click();
      await expectPage(page.getByRole('heading', { level: 1, name })).toBeVisible();
      await page.getByRole('button', { name: 'New training' }).click();
    }
    const queue = page.getByRole('region', { name: 'Trainings under way' });
    await expectPage(queue.getByRole('listitem')).toContainText([/now.*First/u, /1\..*Second/u, /2\..*Third/u]);
    await app().picture('train-queue');
    expect(await seriousFindings(page)).toEqual([]);
    const status = page.getByRole('contentinfo', { name: 'Status' });
    await status.getByRole('button', { name: '2 waiting' }).click();
    await app().picture('status-waiting');
    await page.getByRole('menuitem', { name: /^1\. Second/u }).click();
    await expectPage(status.getByRole('button', { name: '1 waiting' })).toBeVisible();
    await expectPage(queue.getByRole('listitem')).toContainText([/now.*First/u, /1\..*Third/u]);
    await queue.getByRole('button', { name: 'Remove Third from the queue' }).click();
    await expectPage(queue.getByRole('listitem')).toContainText([/now.*First/u]);
    await expectPage(status.getByRole('button', { name: /waiting/u })).toHaveCount(0);
    await queue.getByRole('button', { name: 'Show First' }).click();
    await expectPage(page.getByText(/^Epoch \d+ of 400$/u)).toBeVisible(LONG);
    await expectPage(queue).toHaveCount(0);
  });

  it('shows a training that goes on after the page was loaded anew', async () => {
    const { page } = app();
    await page.waitForFunction(() => /Epoch ([3-9]|\d\d)/u.test(document.body.textContent), undefined, LONG);
    await page.reload();
    await expectPage(page.getByRole('heading', { level: 1, name: 'First' })).toBeVisible(SOON);
    await expectPage(page.getByText(/^Epoch \d+ of 400$/u)).toBeVisible(SOON);
    await expectPage(page.getByText(/training [\d.]+ · validation\s+[\d.]+/u).first()).toBeVisible(SOON);
    await resize(app(), SMALL);
    await app().picture('train-live');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('stops, and goes on to the end from where it was', async () => {
    const { page } = app();
    await page.getByRole('button', { name: 'Cancel training' }).click();
    const stopped = page.getByText(/^Stopped; \d+ epochs? kept\.$/u);
    await expectPage(stopped).toBeVisible(SOON);
    const kept = Number(/\d+/u.exec(await stopped.innerText())?.[0]);
    expect(kept).toBeGreaterThan(1);
    await page.getByRole('button', { name: 'Resume' }).click();
    await expectPage(page.getByText(/^Epoch \d+ of 400$/u)).toBeVisible(LONG);
    const epoch = Number(/\d+/u.exec(await page.getByText(/^Epoch \d+ of 400$/u).innerText())?.[0]);
    expect(epoch).toBeGreaterThan(kept);
    await page.getByRole('button', { name: 'Cancel training' }).click();
    await expectPage(stopped).toBeVisible(SOON);
  });

  it('saves the curves as a table and as a picture, unfinished or not', async () => {
    const { page } = app();
    const csv = join(app.folder(), 'curves.csv');
    await answerDialogs(app(), { save: csv });
    await page.getByRole('button', { name: 'Save curves as CSV …' }).click();
    await expectPage(page.getByText('The learning curves were saved.').last()).toBeVisible(SOON);
    const [head, first] = (await readFile(csv, 'utf8')).split('\n');
    expect(head).toBe('epoch,loss,accuracy,val_loss,val_accuracy,seconds,clips_per_second');
    expect(first).toMatch(/^1,[\d.]+,/u);
    const png = join(app.folder(), 'curves.png');
    await answerDialogs(app(), { save: png });
    await page.getByRole('button', { name: 'Save curves as PNG …' }).click();
    await expectPage(async () => {
      expect(decode(await readFile(png)).width).toBeGreaterThan(1000);
    }).toPass(SOON);
  });

  it('ends with the score, its conditions and a way to look into it; the next one can be estimated', async () => {
    const { page } = app();
    await page.getByRole('button', { name: 'New training' }).click();
    await expectPage(page.getByText(/How long it takes is known/u)).toBeVisible(SOON);
    await page.getByLabel('Epochs').fill('2');
    await page.getByLabel('Name of the run').fill('Short');
    await page.getByRole('button', { name: 'Start training' }).click();
    const result = page.getByRole('region', { name: 'Result' });
    await expectPage(result).toBeVisible(LONG);
    await expectPage(result).toContainText('split by recording');
    await expectPage(result).toContainText('Always guessing');
    await expectPage(page.getByText('Training is measured on clips as they were changed')).toBeVisible();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await resize(app(), LARGE);
      await app().picture(`train-done-${colorScheme}`);
      expect(await seriousFindings(page)).toEqual([]);
    }
    await page.getByRole('button', { name: 'New training' }).click();
    await expectPage(
      page.getByText(/About\s+\d.*of\s+learning: 2 epochs of [\d,]+ clips at\s+[\d.,]+\s+clips\/s, as “Short” had/u),
    ).toBeVisible(SOON);
    await app().picture('train-form-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await resize(app(), SMALL);
    await app().picture('train-form');
    const form = page.getByRole('form', { name: 'Training options' });
    expect(await form.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    await page.getByLabel('Networks side by side').scrollIntoViewIfNeeded();
    await app().picture('train-form-networks');
  });
});
