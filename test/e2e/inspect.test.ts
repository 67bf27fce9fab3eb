import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as expectPage, type Locator } from '@playwright/test';
import { beforeAll, expect, it } from 'vitest';
import { NO_AUGMENTATION } from '../../main/engine/training/augmentation/options.ts';
import { RUN_FILES } from '../../main/engine/library/run-folder.ts';
import type { RunCard } from '../../preload/contract.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import { openFolder, runJob, train } from './helpers/jobs.ts';
import { writeMislabelled } from './helpers/mislabelled.ts';
import { jumpToEnd, lastHeard, listen } from './helpers/sound.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';

const SOON = { timeout: 30_000 };
const LONG = { timeout: 120_000 };
const CLIPS_PER_CLASS = 18;

/** Also of those options that the form has no field for, a repeated training keeps what the first one had. */
const CHANGES = { ...NO_AUGMENTATION, roll: 0.125, gain: 3 };

describeApp('listening to mistakes', () => {
  const app = suiteApp();
  let dataset = '';
  let folder = '';
  /** File of the run that the clips are listed from. */
  let predictions = '';

  const list = (): Locator => app().page.getByRole('listbox', { name: 'Clips of the cell' });
  const selected = (): Locator => list().getByRole('option', { selected: true });
  const details = (): Locator => app().page.getByRole('complementary', { name: 'Details' });
  const heading = (): Locator => details().getByRole('heading', { level: 2 });
  const marksOf = () => app().ask('marks.list', { dataset });
  const saveTo = (save: string | null): Promise<void> => answerDialogs(app(), { save });

  beforeAll(async () => {
    folder = join(app.folder(), 'Strings and voices');
    await writeMislabelled(folder, CLIPS_PER_CLASS);
    dataset = await openFolder(app(), folder);
    const run = await train(app(), dataset, 'First', {
      epochs: 4,
      validation: 0.34,
      labelSmoothing: 0.05,
      augmentation: CHANGES,
    });
    predictions = join(app.folder(), 'user-data', 'runs', run, RUN_FILES.predictions);
    await listen(app().page);
  });

  it('says where clips cannot be listed, and lists them when they can be again', async () => {
    const { page } = app();
    await rename(predictions, `${predictions}.away`);
    await openView(page, 'Inspect');
    const clips = page.getByRole('region', { name: 'Clips' });
    await expectPage(clips.getByRole('alert')).toBeVisible(SOON);
    await expectPage(page.getByRole('region', { name: 'Scores', exact: true })).toBeVisible();
    await app().picture('inspect-clips-failed');
    await rename(`${predictions}.away`, predictions);
    await clips.getByRole('button', { name: 'Try again' }).click();
    await expectPage(list().getByRole('option').first()).toBeVisible(SOON);
    await expectPage(clips.getByRole('alert')).toHaveCount(0);
  });

  it('opens on the most confused pair, with violin and voice one click away', async () => {
    const { page } = app();
    const pairs = page.getByRole('region', { name: 'Most confused' });
    await expectPage(pairs.getByRole('button', { pressed: true })).toHaveCount(1);
    await pairs.getByRole('button', { name: /^violin ↔ voice/u }).click();
    await expectPage(page.getByRole('region', { name: 'Clips' }).getByRole('heading')).toHaveText('violin ↔ voice');
    await expectPage(list().getByRole('option').nth(1)).toBeVisible();
    const labels = await list().getByRole('option').allTextContents();
    expect(labels.every((text) => /vio\s*→\s*voi|voi\s*→\s*vio/u.test(text))).toBe(true);
    const sure = labels.map((text) => Number(/(\d+) %/u.exec(text)?.[1]));
    expect(sure).toEqual([...sure].sort((a, b) => b - a));
    await app().picture('inspect-pair');
  });

  it('shows the headline with everything that it must not be shown without', async () => {
    const result = app().page.getByRole('region', { name: 'Result' });
    for (const part of ['Accuracy', 'Macro F1', 'Always guessing', 'split by recording', 'share a recording', '[']) {
      await expectPage(result).toContainText(part);
    }
  });

  it('goes through the clips and plays them by keyboard', async () => {
    const { page } = app();
    const first = await heading().textContent();
    await list().focus();
    await page.keyboard.press('ArrowDown');
    await expectPage(heading()).not.toHaveText(first ?? '');
    await page.keyboard.press(' ');
    await expectPage(async () => {
      expect(await lastHeard(page)).toMatchObject({ paused: false });
    }).toPass(SOON);
    await expectPage(details().getByRole('img', { name: /^Waveform/u })).toBeVisible();
    await app().picture('inspect-playing');
    await page.keyboard.press(' ');
    await expectPage(async () => {
      expect(await lastHeard(page)).toMatchObject({ paused: true });
    }).toPass(SOON);
    await page.keyboard.press('ArrowUp');
    await expectPage(heading()).toHaveText(first ?? '');
  });

  it('loops a clip as long as the loop button is pressed', async () => {
    const { page } = app();
    const loop = details().getByRole('button', { name: 'Loop' });
    await loop.click();
    await expectPage(loop).toHaveAttribute('aria-pressed', 'true');
    await list().focus();
    await page.keyboard.press(' ');
    await expectPage.poll(async () => (await lastHeard(page))?.duration, SOON).toBeGreaterThan(1);
    await jumpToEnd(page);
    await expectPage.poll(async () => (await lastHeard(page))?.time, SOON).toBeLessThan(1);
    expect(await lastHeard(page)).toMatchObject({ paused: false, ended: false });
    await loop.click();
    await expectPage(loop).toHaveAttribute('aria-pressed', 'false');
    await jumpToEnd(page);
    await expectPage.poll(() => lastHeard(page), SOON).toMatchObject({ ended: true });
  });

  it('opens and plays another clip of the same recording, heard rightly or not', async () => {
    const siblings = details().getByRole('region', { name: 'Same recording' });
    const before = await heading().textContent();
    const sibling = siblings.getByRole('listitem').first();
    await expectPage(sibling).toBeVisible(SOON);
    await sibling.getByRole('button', { name: /^Play/u }).click();
    await expectPage(async () => {
      expect(await lastHeard(app().page)).toMatchObject({ paused: false });
    }).toPass(SOON);
    await sibling.getByRole('button').last().click();
    await expectPage(heading()).not.toHaveText(before ?? '');
    await app().picture('inspect-sibling');
    await details().getByRole('button', { name: 'Back to the clip of the list' }).click();
    await expectPage(heading()).toHaveText(before ?? '');
  });

  it('marks a wrong label by keyboard, takes it back, and marks it again with a note', async () => {
    const { page } = app();
    await list().focus();
    await page.keyboard.press('l');
    const chooser = details().getByRole('form', { name: 'The right class' });
    await expectPage(chooser.getByRole('radio', { checked: true })).toBeFocused();
    await app().picture('inspect-chooser');
    await page.keyboard.press('Escape');
    await expectPage(chooser).toHaveCount(0);
    expect(await marksOf()).toEqual([]);

    await page.keyboard.press('l');
    await page.keyboard.press('Enter');
    await expectPage(details()).toContainText(/Marked:\s+it is\s+(violin|voice)\s+not\s+(violin|voice)/u);
    await expectPage(selected()).toContainText('marked as');
    const [mark] = await marksOf();
    expect(mark).toMatchObject({ note: '', clips: [mark?.clip] });
    expect([mark?.from, mark?.to].sort()).toEqual(['vio', 'voi']);

    await page.keyboard.press('Control+z');
    await expectPage(details().getByRole('button', { name: /Wrong label/u })).toBeVisible();
    expect(await marksOf()).toEqual([]);

    await page.keyboard.press('l');
    await chooser.getByRole('textbox', { name: 'Note' }).fill('clearly bowed; "pizz." later');
    await page.keyboard.press('Enter');
    await expectPage(details()).toContainText('clearly bowed');
    await app().picture('inspect-marked');
  });

  it('leaves a clip out and lists all marks', async () => {
    const { page } = app();
    await list().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('x');
    await expectPage(selected()).toContainText('left out');
    await page.keyboard.press('z');
    await expectPage(selected()).not.toContainText('left out');
    await page.keyboard.press('x');
    await expectPage(selected()).toContainText('left out');
    await page.getByRole('button', { name: '2 marks' }).click();
    const marked = details().getByRole('region', { name: 'Marks' });
    await expectPage(marked.getByRole('listitem')).toHaveCount(2);
    await expectPage(marked.getByRole('listitem').first()).toContainText('left out');
    await expectPage(marked.getByRole('listitem').last()).toContainText('clearly bowed');
    await app().picture('inspect-marks');
    await marked
      .getByRole('button', { name: /^Remove the mark/u })
      .first()
      .click();
    await expectPage(marked.getByRole('listitem')).toHaveCount(1);
    await page.keyboard.press('z');
    await expectPage(marked.getByRole('listitem')).toHaveCount(2);
  });

  it('saves the marks, the matrix and the table where the user says, and nowhere when they change their mind', async () => {
    const { page } = app();
    await saveTo(null);
    await details().getByRole('button', { name: /CSV/u }).click();
    const csv = join(app.folder(), 'marks.csv');
    await saveTo(csv);
    await details().getByRole('button', { name: /CSV/u }).click();
    await expectPage(page.getByText('Saved as marks.csv.').last()).toBeVisible();
    const [header, ...lines] = (await readFile(csv, 'utf8')).trim().split('\n');
    expect(header).toBe('clip,sha256,from,to,note,created');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('"clearly bowed; ""pizz."" later"');
    const json = join(app.folder(), 'marks.json');
    await saveTo(json);
    await details().getByRole('button', { name: /JSON/u }).click();
    await expectPage(page.getByText('Saved as marks.json.').last()).toBeVisible();
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject([
      { note: 'clearly bowed; "pizz." later' },
      { to: null },
    ]);
    const png = join(app.folder(), 'matrix.png');
    await saveTo(png);
    await page.getByRole('button', { name: 'Save … the picture' }).click();
    await expectPage(page.getByText('Saved as matrix.png.').last()).toBeVisible();
    expect((await readFile(png)).toString('latin1', 1, 4)).toBe('PNG');
    const table = join(app.folder(), 'classes.csv');
    await saveTo(table);
    await page.getByRole('button', { name: 'Save … the table' }).click();
    await expectPage(page.getByText('Saved as classes.csv.').last()).toBeVisible();
    expect(await readFile(table, 'utf8')).toContain('precision');
    await details().getByRole('button', { name: 'Close marks' }).click();
  });

  it('filters the list and steps through cells and rows of the matrix', async () => {
    const { page } = app();
    const head = page.getByRole('region', { name: 'Clips' }).getByRole('heading').first();
    await page.getByRole('button', { name: 'marked', exact: true }).click();
    await expectPage(list().getByRole('option')).toHaveCount(2);
    await page.getByRole('button', { name: 'Show all classes' }).click();
    await expectPage(head).toHaveText('All classes');
    await page.getByRole('button', { name: 'all', exact: true }).click();
    await expectPage(page.getByText(/^18 clips, confident mistakes first$/u)).toBeVisible();
    await page.getByRole('button', { name: /^violin heard as violin/u }).click();
    await expectPage(head).toHaveText('violin heard rightly');
    await app().picture('inspect-right');
    await page.getByRole('button', { name: /^voice heard as violin/u }).click();
    await expectPage(head).toHaveText('voice heard as violin');
    await list().focus();
    await page.keyboard.press('ArrowRight');
    await expectPage(head).not.toHaveText('voice heard as violin');
    await page.keyboard.press('ArrowLeft');
    await expectPage(head).toHaveText('voice heard as violin');
    await page.getByRole('table', { name: 'Scores per class' }).getByRole('button', { name: 'piano' }).click();
    await expectPage(head).toHaveText('piano heard as anything');
  });

  it('says why there is no waveform, and draws it when there can be one', async () => {
    await app().page.getByRole('button', { name: 'all', exact: true }).click();
    const unseen = list().getByRole('option').nth(1);
    const file = join(folder, (await unseen.getAttribute('title')) ?? '');
    await rename(file, `${file}.away`);
    await unseen.click();
    await expectPage(details()).toContainText('No waveform:');
    await app().picture('inspect-no-waveform');
    await rename(`${file}.away`, file);
    await details().getByRole('button', { name: 'Try again' }).click();
    await expectPage(details().getByRole('img', { name: /^Waveform/u })).toBeVisible(SOON);
    await expectPage(details()).not.toContainText('No waveform:');
    // Its picture was missing, too, which the browser itself reports.
    app().takeProblems();
  });

  it('shows the marks in Datasets, where clips can be marked as well', async () => {
    const { page } = app();
    await openView(page, 'Datasets');
    await page.getByRole('searchbox').fill('pia');
    await page.getByRole('grid', { name: 'Clips' }).getByRole('row').nth(1).click();
    await page.getByRole('button', { name: 'Leave out' }).click();
    await expectPage(page.getByRole('row', { selected: true })).toContainText('left out');
    await app().picture('datasets-marked');
    await page.getByRole('button', { name: '3 marks' }).click();
    await expectPage(details().getByRole('listitem')).toHaveCount(3);
    await app().picture('datasets-marks');
    await page.keyboard.press('Control+z');
    await expectPage(details().getByRole('listitem')).toHaveCount(2);
  });

  it('trains again with them, and the run says so', async () => {
    const { page } = app();
    await openView(page, 'Inspect');
    await page.getByRole('button', { name: 'Train again with them' }).click();
    await expectPage(page.getByLabel('Name of the run')).toHaveValue('First, corrected');
    await expectPage(page.getByLabel('Epochs', { exact: true })).toHaveValue('4');
    await expectPage(page.getByRole('checkbox', { name: /Apply 2 marks/u })).toBeChecked();
    const split = page.getByRole('region', { name: 'Split' });
    await expectPage(split).toContainText('1 label corrected, 1 clip left out');
    await app().picture('train-again');
    await page.getByRole('checkbox', { name: /Apply 2 marks/u }).uncheck();
    await expectPage(split).not.toContainText('corrected');
    await page.getByRole('checkbox', { name: /Apply 2 marks/u }).check();
    await expectPage(split).toContainText('1 label corrected, 1 clip left out');
    await page.getByRole('button', { name: 'Start training' }).click();
    const corrected = async (): Promise<RunCard | undefined> =>
      (await app().ask('runs.list', null)).find(({ run }) => run.name === 'First, corrected');
    await expectPage(async () => {
      expect((await corrected())?.run.status).toBe('done');
    }).toPass(LONG);
    expect((await corrected())?.run).toMatchObject({
      corrections: { relabelled: 1, leftOut: 1 },
      dataset: { clips: 3 * CLIPS_PER_CLASS - 1 },
      training: { epochs: 4, validation: 0.34, labelSmoothing: 0.05, augmentation: CHANGES },
    });
    await openView(page, 'Inspect');
    await page.getByRole('combobox', { name: 'Run' }).selectOption({ label: 'First, corrected' });
    await expectPage(page.getByRole('region', { name: 'Result' })).toContainText('1 label corrected, 1 clip left out');
    await app().picture('inspect-corrected');
  });

  it('keeps the marks over a rescan and after a start', async () => {
    const before = await marksOf();
    await runJob(app(), 'datasets.rescan', { dataset });
    expect(await marksOf()).toEqual(before);
  });
});
