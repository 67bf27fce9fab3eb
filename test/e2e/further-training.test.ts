import { cp, rm } from 'node:fs/promises';
import { expect as expectPage, type Locator } from '@playwright/test';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { RUN_FILES } from '../../main/engine/library/run-folder.ts';
import { suitePaths } from '../helpers/temporary-folder.ts';
import { seriousFindings } from './helpers/axe.ts';
import { cutOff } from './helpers/cut-off.ts';
import { makeSample } from './helpers/jobs.ts';
import { startApp, type RunningApp } from './helpers/running-app.ts';
import { describeApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';
import { LARGE, resize, SMALL } from './helpers/window-size.ts';

const SOON = { timeout: 30_000 };
const LONG = { timeout: 120_000 };
const CLIPS_PER_CLASS = 12;

describeApp('training a network further', () => {
  const at = suitePaths();
  let app: RunningApp;

  const options = (): Locator => app.page.getByRole('form', { name: 'Training options' });
  const fold = (): Locator => options().getByText('Changes to clips');
  const pictures = (): Locator => app.page.getByRole('region', { name: 'A clip, changed' });
  /** What is drawn in one of the pictures, as text. */
  const drawn = (name: string | RegExp): Promise<string> =>
    pictures()
      .getByRole('img', { name })
      .locator('canvas')
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

  beforeAll(async () => {
    await cp('resources/starter-model', at('starter'), { recursive: true });
    app = await startApp(inject('stage'), at('user-data'), [], at('starter'));
    await makeSample(app, CLIPS_PER_CLASS);
    await openView(app.page, 'Train');
  });

  afterEach(() => {
    expect(app.takeProblems()).toEqual([]);
  });

  afterAll(async () => {
    await app.close();
  });

  it('shows a clip as the network will be shown it, by the options as they are typed', async () => {
    const { page } = app;
    await fold().click();
    await expectPage(pictures().getByRole('img')).toHaveCount(6, SOON);
    const unchanged = await drawn(/unchanged/u);
    const before = await drawn(/in epoch 1/u);
    expect(before).not.toBe(unchanged);
    await expectPage(
      options().getByText(/rolled by up to 100 %, pitch by up to 3, parts silenced, loudness, equalised, mixed/u),
    ).toBeVisible();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await resize(app, LARGE);
      await pictures().scrollIntoViewIfNeeded();
      await app.picture(`train-changes-${colorScheme}`);
      expect(await seriousFindings(page)).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await resize(app, SMALL);
    await pictures().scrollIntoViewIfNeeded();
    await app.picture('train-changes-small');
    expect(await options().evaluate((form) => form.scrollWidth - form.clientWidth)).toBe(0);
    expect(await cutOff(page)).toEqual([]);
    for (const label of [
      'Roll in time, %',
      'Pitch, bands',
      'Silence in time, %',
      'Silence in pitch, %',
      'Contrast, %',
      'Equaliser',
      'Mix with another clip',
    ]) {
      await page.getByLabel(label).fill('0');
    }
    await expectPage(options().getByText('Changes to clips none')).toBeVisible();
    await expectPage(async () => {
      expect(await drawn(/in epoch 5/u)).toBe(unchanged);
    }).toPass(SOON);
    await page.getByLabel('Louder or quieter').fill('64');
    await expectPage(async () => {
      expect(await drawn(/in epoch 5/u)).not.toBe(unchanged);
    }).toPass(SOON);
    await page.getByRole('button', { name: 'Another clip' }).click();
    await expectPage(async () => {
      expect(await drawn(/unchanged/u)).not.toBe(unchanged);
    }).toPass(SOON);
    await page.getByLabel('Louder or quieter').fill('65');
    await expectPage(page.getByText('Must be from 0 to 64')).toBeVisible();
    await expectPage(page.getByText('Drawn again when the options make sense.')).toBeVisible();
    await fold().click();
    await expectPage(options().getByText('a field needs another value')).toBeVisible();
    await page.getByRole('button', { name: 'Reset to defaults' }).click();
    await expectPage(options().getByText(/rolled by up to 100 %/u)).toBeVisible();
  });

  it('has as many networks side by side as the chosen one asks for, and asks only where one is new', async () => {
    const { page } = app;
    const members = page.getByLabel('Networks side by side');
    await expectPage(members).toHaveValue('2');
    await expectPage(options().getByText(/2,569,035 parameters/u)).toBeVisible();
    await members.scrollIntoViewIfNeeded();
    await resize(app, SMALL);
    await app.picture('train-members-small');
    await members.fill('9');
    await expectPage(page.getByText('Must be from 1 to 8')).toBeVisible();
    await page.getByLabel('Start from').selectOption({ label: 'instrunet-fast' });
    await expectPage(members).toHaveValue('1');
    await page.getByLabel('Start from').selectOption({ label: 'Starter network' });
    await expectPage(members).toBeHidden();
    await page.getByLabel('Start from').selectOption({ label: 'instrunet' });
    await expectPage(members).toHaveValue('2');
  });

  it('says what beginning from the starter means, and takes the options that suit it', async () => {
    const { page } = app;
    await page.getByLabel('Start from').selectOption({ label: 'Starter network' });
    await expectPage(options().getByText(/^Its classes are yours, so its output layer is kept/u)).toBeVisible(SOON);
    await expectPage(page.getByRole('radio', { name: /Only its last layer learns.*16,907 of/u })).toBeChecked();
    await expectPage(page.getByLabel('Epochs', { exact: true })).toHaveValue('30');
    await expectPage(options().getByText(/is not known clip by clip/u)).toBeVisible();
    await expectPage(options().getByText(/non-commercial use only, and so is what you train from it/u)).toBeVisible();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await resize(app, LARGE);
      await app.picture(`train-from-starter-${colorScheme}`);
      expect(await seriousFindings(page)).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await resize(app, SMALL);
    await app.picture('train-from-starter-small');
    expect(await cutOff(page)).toEqual([]);
    await page.getByRole('radio', { name: /All layers learn/u }).check();
    await expectPage(page.getByLabel('Learning rate')).toHaveValue('0.005');
    await page.getByRole('radio', { name: /Only its last layer learns/u }).check();
  });

  it('trains the sample from the starter, and the run says what it began from', async () => {
    const { page } = app;
    await page.getByLabel('Epochs', { exact: true }).fill('3');
    await page.getByLabel('Name of the run').fill('From the starter');
    await page.getByRole('button', { name: 'Start training' }).click();
    const result = page.getByRole('region', { name: 'Result' });
    await expectPage(result).toBeVisible(LONG);
    await expectPage(result).toContainText('Trained further from Starter network');
    await app.picture('train-further-done');
    const [card] = await app.ask('runs.list', null);
    expect(card?.run).toMatchObject({
      ...{ name: 'From the starter', status: 'done', base: { name: 'Starter network', output: 'kept' } },
      training: { preset: null, trainLayers: 'last', epochs: 3, bodyRate: 1, averaging: 0.9, schedule: 'cosine' },
    });
    await openView(page, 'Runs');
    await resize(app, LARGE);
    await expectPage(page.getByText('from Starter network')).toBeVisible();
    await app.picture('runs-further');
    await openView(page, 'Train');
    await page.getByRole('button', { name: 'New training' }).click();
    await page.getByLabel('Start from').selectOption({ label: 'From the starter' });
    await expectPage(options().getByText(/has learned from the recordings of \d+ of these 132 clips/u)).toBeVisible(
      SOON,
    );
    await page.getByLabel('Start from').selectOption({ label: 'Starter network' });
    await expectPage(
      page.getByText(/learning: 30 epochs of \d+ clips at\s+[\d.,]+\s+clips\/s, as “From the starter” had/u),
    ).toBeVisible(SOON);
  });

  it('says why a network cannot be trained further, and begins nothing', async () => {
    const { page } = app;
    const [card] = await app.ask('runs.list', null);
    await rm(at('user-data', 'runs', card?.id ?? '', RUN_FILES.model));
    await page.getByLabel('Start from').selectOption({ label: 'From the starter' });
    await expectPage(page.getByText('This network cannot be trained further.')).toBeVisible(SOON);
    await expectPage(
      options()
        .getByText(/instrunet_cnn\.keras/u)
        .first(),
    ).toBeVisible();
    await app.picture('train-further-failure');
    await page.getByRole('button', { name: 'Start training' }).click();
    expect(await app.ask('runs.list', null)).toHaveLength(1);
    await page.getByLabel('Start from').selectOption({ label: 'instrunet-fast' });
    await expectPage(page.getByText('This network cannot be trained further.')).toBeHidden(SOON);
  });
});
