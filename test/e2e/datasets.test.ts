import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as expectPage, type Locator, type Page } from '@playwright/test';
import { beforeAll, expect, it } from 'vitest';
import type { Input } from '../../preload/contract.ts';
import { openLibrary } from '../../main/engine/library/database.ts';
import { makeLargeDataset } from '../helpers/make-clip.ts';
import { tone, writeWav } from '../helpers/wav.ts';
import { seriousFindings } from './helpers/axe.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import { makeSample } from './helpers/jobs.ts';
import { lastHeard, listen } from './helpers/sound.ts';
import { chooseInMenus, outside, watchOutside } from './helpers/outside.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { LARGE, MEDIUM, resize, SMALL } from './helpers/window-size.ts';

const SOON = { timeout: 10_000 };

/** Eight good clips and one of every kind of fault. */
async function makeFaultyFolder(folder: string): Promise<void> {
  for (const [index, label] of ['cel', 'vio'].entries()) {
    for (let clip = 1; clip <= 4; clip++) {
      const pitch = 200 + 100 * clip + 37 * index;
      await writeWav(join(folder, label, `good ${String(clip)}.wav`), tone(pitch, 3));
    }
  }
  const same = tone(880, 2);
  await writeWav(join(folder, 'cel', 'silent.wav'), new Float32Array(48_000));
  await writeWav(join(folder, 'cel', 'clipped.wav'), tone(330, 2, 16_000, 3));
  await writeWav(join(folder, 'cel', 'twin one.wav'), same);
  await writeWav(join(folder, 'cel', 'twin two.wav'), same);
  await writeWav(join(folder, 'vio', 'contrary.wav'), same);
  await writeFile(join(folder, 'vio', 'broken.wav'), 'no sound at all');
  await writeFile(join(folder, 'vio', 'notes.txt'), 'not a clip');
}

function rows(page: Page): Locator {
  return page
    .getByRole('grid', { name: 'Clips' })
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') });
}

describeApp('datasets', () => {
  const app = suiteApp();
  let folder: string;

  beforeAll(async () => {
    folder = join(app.folder(), 'instruments');
    await makeFaultyFolder(folder);
    await listen(app().page);
    await watchOutside(app());
  });

  async function total(count: number): Promise<void> {
    await expectPage(app().page.getByText(new RegExp(`^Clip [\\d,]+ of ${String(count)}$`, 'u'))).toBeVisible(SOON);
  }

  it('says what the sample would cost, for every size', async () => {
    const { page } = app();
    await expectPage(page.getByText(/660 clips, 87 MB, about\s+\d+ \w+ to make here/u)).toBeVisible({
      timeout: 30_000,
    });
    await page.getByLabel('Size of the sample').selectOption({ label: 'Small: 20 clips a class' });
    await expectPage(page.getByText(/220 clips, 29 MB, about/u)).toBeVisible();
    await resize(app(), SMALL);
    await app().picture('datasets-empty');
    await resize(app(), MEDIUM);
  });

  it('opens a dropped folder, counts what is wrong with it and opens each finding', async () => {
    const { page } = app();
    await app().drop([folder]);
    await page.getByRole('button', { name: 'Open as dataset' }).click();
    await total(14);
    const findings = page.getByRole('region', { name: 'Findings' });
    for (const [kind, clips] of [
      ['Unreadable', ['broken.wav']],
      ['Silent', ['silent.wav']],
      ['Clipped', ['clipped.wav']],
      ['Duplicate', ['contrary.wav', 'twin one.wav', 'twin two.wav']],
      ['Contradictory label', ['contrary.wav', 'twin one.wav', 'twin two.wav']],
    ] as const) {
      const finding = findings.getByRole('button', { name: kind });
      await expectPage(finding).toContainText(String(clips.length));
      await finding.click();
      await total(clips.length);
      for (const clip of clips) await expectPage(rows(page).filter({ hasText: clip })).toHaveCount(1);
      await finding.click();
      await total(14);
    }
    await page.getByText('1 file left alone').click();
    await expectPage(page.getByText('.txt')).toBeVisible();
    await app().picture('datasets-faulty');
  });

  it('shows contradictory clips side by side and goes from one to the other', async () => {
    const { page } = app();
    await page.getByLabel('Finding', { exact: true }).selectOption('contradictory-label');
    await rows(page).filter({ hasText: 'contrary.wav' }).click();
    const pair = page.getByRole('region', { name: 'The same sound under another class' });
    await expectPage(pair.getByText('violin')).toBeVisible();
    await expectPage(pair.getByRole('img')).toHaveCount(2);
    await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
    await app().picture('datasets-pair');
    await pair.getByRole('button', { name: 'twin one.wav', exact: true }).click();
    await expectPage(page.getByRole('heading', { name: 'twin one.wav' })).toBeVisible();
    await page.getByRole('button', { name: 'Show all', exact: true }).click();
    await total(14);
  });

  it('counts training and validation per class and opens the clips of a bar', async () => {
    const { page } = app();
    const { split, id: dataset } = await onlyDataset();
    const held = split?.counts.find(({ label, side }) => label === 'vio' && side === 'validation')?.clips ?? 0;
    expect(held).toBeGreaterThan(0);
    await page.getByRole('button', { name: /^violin, validation/u }).click();
    await total(held);
    const shown = await app().ask('datasets.clips', { ...EVERYTHING, dataset, label: 'vio', side: 'validation' });
    expect(shown.total).toBe(held);
    await page.getByRole('button', { name: 'length', exact: true }).click();
    await expectPage(page.getByRole('table', { name: 'Sound per class' })).toContainText('18 s');
    await page.getByRole('button', { name: 'clips', exact: true }).click();
    await page.getByRole('button', { name: 'Show all', exact: true }).click();
    await total(14);
  });

  it('searches, sorts and filters the table', async () => {
    const { page } = app();
    await page.getByRole('searchbox').fill('violin good');
    await total(4);
    await page.getByLabel('Class', { exact: true }).selectOption('cel');
    await expectPage(page.getByText('No clip is like that')).toBeVisible();
    await page.getByRole('button', { name: 'Show all clips' }).click();
    await page.getByRole('button', { name: 'Length', exact: true }).click();
    await page.getByRole('button', { name: /^Length [↑↓]/u }).click();
    await expectPage(rows(page).first()).toContainText('3.0 s');
    await page.getByRole('button', { name: 'Clip', exact: true }).click();
    await expectPage(rows(page).first()).toContainText('clipped.wav');
    await total(14);
  });

  it('goes through the table by keyboard and plays', async () => {
    const { page } = app();
    const grid = page.getByRole('grid', { name: 'Clips' });
    await grid.focus();
    const at = (place: number): Promise<void> =>
      expectPage(page.getByText(`Clip ${String(place)} of 14`, { exact: true })).toBeVisible();
    await page.keyboard.press('End');
    await at(14);
    await page.keyboard.press('Home');
    await at(1);
    await page.keyboard.press('ArrowDown');
    await at(2);
    await page.keyboard.press('PageDown');
    await expectPage(page.getByText('Clip 2 of 14', { exact: true })).toBeHidden();
    await page.keyboard.press('PageUp');
    await page.keyboard.press('ArrowUp');
    await at(1);
    await page.keyboard.press('Enter');
    await expectPage(async () => {
      expect((await lastHeard(page))?.paused).toBe(false);
    }).toPass(SOON);
    await page.keyboard.press('Space');
    expect((await lastHeard(page))?.paused).toBe(true);
  });

  it('offers what can be done with a clip on its menu, by mouse and by keyboard', async () => {
    const { page } = app();
    const row = rows(page).filter({ hasText: 'good 2.wav' }).first();
    await chooseInMenus(app(), 'Copy path');
    await row.click({ button: 'right' });
    await expectPage(async () => {
      expect((await outside(app())).clipboard).toBe(join(folder, 'cel', 'good 2.wav'));
    }).toPass(SOON);
    const reveal = (await outside(app())).menus[0]?.find((label) => label?.startsWith('Show in') === true) ?? '';
    await chooseInMenus(app(), reveal);
    await page.getByRole('grid', { name: 'Clips' }).focus();
    await page.keyboard.press('Shift+F10');
    await expectPage(async () => {
      expect((await outside(app())).revealed).toEqual([join(folder, 'cel', 'good 2.wav')]);
    }).toPass(SOON);
    expect((await outside(app())).menus[1]).toEqual((await outside(app())).menus[0]);
    await chooseInMenus(app(), 'Show all clips of its recording');
    await page.keyboard.press('ContextMenu');
    await total(1);
    await page.getByRole('button', { name: 'Show all', exact: true }).click();
  });

  it('hands a clip that is dragged out to the system as a file', async () => {
    const { page } = app();
    const from = await rows(page).filter({ hasText: 'good 3.wav' }).first().boundingBox();
    if (from === null) throw new Error('the row is not there');
    await page.mouse.move(from.x + 80, from.y + 12);
    await page.mouse.down();
    await page.mouse.move(from.x + 120, from.y + 40, { steps: 4 });
    await page.mouse.up();
    await expectPage(async () => {
      expect((await outside(app())).dragged).toEqual([{ file: join(folder, 'cel', 'good 3.wav'), iconEmpty: false }]);
    }).toPass(SOON);
  });

  it('saves the list that is shown, with its findings', async () => {
    const { page } = app();
    const file = join(app.folder(), 'clips.csv');
    await answerDialogs(app(), { save: file });
    await page.getByLabel('Finding', { exact: true }).selectOption('silent');
    await page.getByRole('button', { name: 'Export as CSV …' }).click();
    await expectPage(page.getByText('The list was saved.').last()).toBeVisible(SOON);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines[0]).toBe('clip,label,recording,group,seconds,usable,findings,notes');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('cel/silent.wav,cel,');
    expect(lines[1]).toContain(',false,silent,');
    await page.getByRole('button', { name: 'Show all', exact: true }).click();
  });

  it('says what a rescan found different', async () => {
    const { page } = app();
    await writeWav(join(folder, 'cel', 'later.wav'), tone(512, 2));
    await writeWav(join(folder, 'vio', 'broken.wav'), tone(640, 2));
    await rm(join(folder, 'cel', 'silent.wav'));
    await page.getByRole('button', { name: 'Rescan' }).click();
    await expectPage(page.getByText('instruments: 1 new, 1 gone, 1 changed.').last()).toBeVisible(SOON);
    await total(14);
    await expectPage(page.getByRole('region', { name: 'Findings' }).getByText('Unreadable')).toHaveCount(0);
  });

  it('shows a folder that is opened again, once', async () => {
    const sample = await makeSample(app());
    const { page } = app();
    await page.getByRole('button', { name: /^Sample/u }).click();
    await expectPage(page.getByRole('heading', { level: 1, name: 'Sample' })).toBeVisible();
    await answerDialogs(app(), { open: [folder] });
    await page.getByRole('button', { name: 'Open a folder' }).click();
    await expectPage(page.getByRole('heading', { level: 1, name: 'instruments' })).toBeVisible();
    expect(await app().ask('datasets.list', null)).toHaveLength(2);
    await app().ask('datasets.remove', { dataset: sample });
  });

  it('says that a folder is gone and finds it where it was moved to', async () => {
    const { page } = app();
    const moved = join(app.folder(), 'elsewhere', 'instruments');
    await mkdir(join(app.folder(), 'elsewhere'));
    await rename(folder, moved);
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await expectPage(page.getByText('Its folder is not where it was.')).toBeVisible(SOON);
    await app().picture('datasets-lost');
    expect(await seriousFindings(page)).toEqual([]);
    await answerDialogs(app(), { open: [app.folder()] });
    await page.getByRole('button', { name: 'Locate …' }).click();
    await expectPage(page.getByText(/holds none of the clips/u).last()).toBeVisible(SOON);
    await page.getByRole('button', { name: 'Dismiss' }).first().click();
    await answerDialogs(app(), { open: [moved] });
    await page.getByRole('button', { name: 'Locate …' }).click();
    await expectPage(page.getByText('Its folder is not where it was.')).toBeHidden(SOON);
    await total(14);
    expect(await app().ask('datasets.list', null)).toMatchObject([{ root: moved }]);
    folder = moved;
  });

  it('takes a dataset off the list, and back', async () => {
    const { page } = app();
    await page.getByRole('button', { name: 'Remove' }).click();
    await expectPage(page.getByText('Which instruments shall be told apart?')).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await total(14);
    expect(await app().ask('datasets.list', null)).toHaveLength(1);
  });

  async function onlyDataset() {
    const [card] = await app().ask('datasets.list', null);
    if (card === undefined) throw new Error('there is no dataset');
    return app().ask('datasets.get', { dataset: card.id });
  }
});

const EVERYTHING: Omit<Input<'datasets.clips'>, 'dataset'> = {
  ...{ search: '', label: null, finding: null, recording: null, side: null },
  ...{ sort: 'path', descending: false, offset: 0, limit: 10 },
};

describeApp('a dataset of 100,000 clips', () => {
  const app = suiteApp();

  beforeAll(async () => {
    const library = await openLibrary(join(app.folder(), 'user-data'));
    const dataset = makeLargeDataset(100_000);
    library.saveDataset({
      ...dataset,
      root: join(app.folder(), 'large'),
      name: 'Recordings of the whole orchestra, spring and autumn sessions, all microphones, second selection',
    });
    library.close();
    await app().page.reload();
    await expectPage(app().page.getByText('Clip 1 of 100,000')).toBeVisible({ timeout: 60_000 });
  });

  it('can be scrolled through and typed into without waiting', async () => {
    const { page } = app();
    await resize(app(), SMALL);
    await page.getByRole('grid', { name: 'Clips' }).focus();
    await page.keyboard.press('End');
    await expectPage(page.getByText('Clip 100,000 of 100,000')).toBeVisible();
    await expectPage(rows(page).last()).toContainText('rec 0249_9.wav', SOON);
    await app().picture('datasets-large-end');
    const longest = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let worst = 0;
          let before = performance.now();
          const until = before + 3000;
          const look = (now: number): void => {
            worst = Math.max(worst, now - before);
            before = now;
            if (now < until) requestAnimationFrame(look);
            else resolve(worst);
          };
          requestAnimationFrame(look);
        }),
    );
    await page.getByRole('searchbox').pressSequentially('rec 0123_4', { delay: 60 });
    await expectPage(page.getByText(/^Clip 1 of 40$/u)).toBeVisible();
    // Frames of a fallback without graphics hardware; one that is longer would be felt.
    expect(await longest).toBeLessThan(250);
    // There are no files behind these clips, so that none has a picture.
    expect(
      app()
        .takeProblems()
        .filter((problem) => !problem.includes('404')),
    ).toEqual([]);
    await page.getByRole('button', { name: 'Show all', exact: true }).click();
  });

  it.each(['light', 'dark'] as const)('is readable in %s', async (colorScheme) => {
    const { page } = app();
    await page.emulateMedia({ colorScheme });
    await resize(app(), LARGE);
    await expectPage(page.getByText('Clip 1 of 100,000')).toBeVisible();
    await app().picture(`datasets-large-${colorScheme}`);
    expect(await seriousFindings(page)).toEqual([]);
  });
});
