import { cp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as expectPage } from '@playwright/test';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRun, RUN_FILES, writeRun } from '../../main/engine/library/run-folder.ts';
import { readKerasFile } from '../../main/engine/model/keras-file.ts';
import { QUICK_TRAINING } from '../helpers/quick-training.ts';
import { tone, writeWav } from '../helpers/wav.ts';
import { seriousFindings } from './helpers/axe.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import { makeSample, train } from './helpers/jobs.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';
import { resize } from './helpers/window-size.ts';

const LONG = { timeout: 120_000 };
/** A step that takes longer hangs. */
const STEP_MS = 20_000;
/** Longer than something can be undone. */
const DISCARDED = { timeout: 20_000 };
const LONG_NAME =
  'A training with a name that somebody wrote to remember everything about it, even the weather outside';
const SIZES = [
  { size: 'small', width: 960, height: 640 },
  { size: 'large', width: 1560, height: 1000 },
] as const;
const LOOKS = (['light', 'dark'] as const).flatMap((scheme) => SIZES.map((size) => ({ scheme, ...size })));

describeApp('the runs', () => {
  const app = suiteApp();
  let dataset: string;
  let first: string;

  const row = (name: string) => app().page.getByRole('row').filter({ hasText: name });
  const news = () => app().page.getByRole('list', { name: 'News' });
  const folderOf = (run: string): string => join(app.folder(), 'user-data', 'runs', run);
  const names = () => app().page.getByRole('row').locator('.name').allInnerTexts();
  const fromMenu = async (run: string, entry: RegExp): Promise<void> => {
    await app()
      .page.getByRole('button', { name: `More about ${run}`, exact: true })
      .click();
    await app().page.getByRole('menuitem', { name: entry }).click();
  };

  beforeAll(async () => {
    const { page } = app();
    page.setDefaultTimeout(STEP_MS);
    dataset = await makeSample(app());
    first = await train(app(), dataset, 'First run');
    await train(app(), dataset, 'More epochs', { epochs: 2 });
    await train(app(), dataset, 'Random split', { split: 'random' });
    await openView(page, 'Runs');
  });

  it('sort by each column, one way and the other', async () => {
    const { page } = app();
    expect(await names()).toEqual(['Random split', 'More epochs', 'First run']);
    await page.getByRole('button', { name: /^Name/u }).click();
    expect(await names()).toEqual(['First run', 'More epochs', 'Random split']);
    await page.getByRole('button', { name: /^Name/u }).click();
    expect(await names()).toEqual(['Random split', 'More epochs', 'First run']);
    await expectPage(page.getByRole('columnheader', { name: /^Name/u })).toHaveAttribute('aria-sort', 'descending');
    const listed = await app().ask('runs.list', null);
    const byF1 = [...listed].sort(
      (a, b) => (b.run.result?.scores[0]?.macroF1 ?? 0) - (a.run.result?.scores[0]?.macroF1 ?? 0),
    );
    await page.getByRole('button', { name: /^Macro F1/u }).click();
    expect(await names()).toEqual(byF1.map(({ run }) => run.name));
  });

  it('take another name, and keep theirs when that is not wanted after all', async () => {
    const { page } = app();
    await page.getByRole('button', { name: 'Rename Random split' }).click();
    await page.getByLabel('Name of the run').fill('something');
    await page.keyboard.press('Escape');
    await expectPage(row('Random split')).toBeVisible();
    await page.getByRole('button', { name: 'Rename Random split' }).click();
    await page.getByLabel('Name of the run').fill(LONG_NAME);
    await page.keyboard.press('Enter');
    await expectPage(row(LONG_NAME)).toBeVisible();
  });

  it('are scored on another dataset: a run that lists and is inspected like others', async () => {
    const { page } = app();
    await makeSample(app());
    await fromMenu('First run', /Evaluate on/u);
    const dialog = page.getByRole('dialog', { name: /^Evaluate/u });
    await expectPage(dialog).toContainText('11 of 11 classes known');
    await app().picture('runs-evaluate');
    await dialog.getByRole('button', { name: 'Evaluate', exact: true }).click();
    await expectPage(news()).toContainText('First run on Sample 2 was scored.', LONG);
    await expectPage(row('First run on Sample 2')).toContainText('evaluation');
    await page.getByRole('button', { name: 'Inspect', exact: true }).click();
    await expectPage(page.getByRole('table', { name: /confusion/iu })).toBeVisible();
    await expectPage(page.getByLabel('Run', { exact: true })).toContainText('First run on Sample 2');
    await expectPage(page.getByLabel('Result')).toContainText('66 clips');
    await openView(page, 'Runs');
  });

  it('say beside their score which classes the network did not know', async () => {
    const { page } = app();
    const second = (await app().ask('datasets.list', null)).find(({ name }) => name === 'Sample 2');
    await writeWav(join(second?.root ?? '', 'zither', 'a take.wav'), tone(440, 3));
    const model = { kind: 'run', id: first } as const;
    const { run } = await app().ask('runs.evaluate', { model, dataset: second?.id ?? '', name: 'With a zither' });
    await expectPage(news()).toContainText('With a zither was scored.', LONG);
    await page.getByRole('button', { name: 'With a zither', exact: true }).click();
    await expectPage(page.getByLabel('Result')).toContainText('left out, 1 clip in all: zither.');
    await app().picture('runs-unknown-class');
    await rm(join(second?.root ?? '', 'zither'), { recursive: true });
    await rm(folderOf(run), { recursive: true });
    await page.reload();
    await openView(page, 'Runs');
  });

  it('that were being scored when the engine ended are shown as interrupted, and can be taken away', async () => {
    const { page } = app();
    const [evaluated] = await app().ask('runs.list', null);
    const gone = folderOf(`${evaluated?.id ?? ''}-gone`);
    await cp(folderOf(evaluated?.id ?? ''), gone, { recursive: true });
    await writeRun(gone, {
      ...(await readRun(gone)),
      name: 'Cut short',
      status: 'running',
      finished: null,
      result: null,
    });
    await page.reload();
    await openView(page, 'Runs');
    await expectPage(row('Cut short')).toContainText('interrupted');
    await expectPage(row('Cut short').getByRole('button', { name: 'Resume' })).toHaveCount(0);
    await expectPage(row('Cut short').getByRole('button', { name: 'Delete Cut short' })).toBeEnabled();
    await rm(gone, { recursive: true });
    await page.reload();
    await openView(page, 'Runs');
  });

  it('and networks that were imported are scored from the head of the view', async () => {
    const { page } = app();
    const file = join(folderOf(first), RUN_FILES.model);
    await answerDialogs(app(), { open: [file] });
    const chosen = await app().ask('models.choose', null);
    const labels = { from: 'file' } as const;
    await app().ask('models.import', { grant: chosen?.grant ?? '', name: 'From elsewhere', labels });
    await page.reload();
    await openView(page, 'Runs');
    await page.getByRole('button', { name: 'Evaluate …' }).click();
    const dialog = page.getByRole('dialog', { name: /^Evaluate/u });
    await dialog.getByLabel('Network').selectOption({ label: 'From elsewhere' });
    await expectPage(dialog).toContainText('What it was trained on is not known here');
    await app().picture('runs-evaluate-imported');
    await dialog.getByLabel('Dataset').selectOption({ label: 'Sample 2' });
    await dialog.getByRole('button', { name: 'Evaluate', exact: true }).click();
    await expectPage(news()).toContainText('From elsewhere on Sample 2 was scored.', LONG);
    const made = (await app().ask('runs.list', null)).find(({ run }) => run.name === 'From elsewhere on Sample 2');
    expect(made?.run.model.name).toBe('From elsewhere');
    const network = row('From elsewhere on Sample 2').locator('.network');
    await expectPage(network).toHaveText('evaluation of From elsewhere');
    await app().picture('runs-of-imported');
    const [imported] = await app().ask('models.list', null);
    await app().ask('models.rename', { model: imported?.id ?? '', name: 'Renamed since' });
    await expectPage(network).toHaveText('evaluation of Renamed since');
    await rm(folderOf(made?.id ?? ''), { recursive: true });
    await page.reload();
    await openView(page, 'Runs');
  });

  it('that are being scored are told before they are done, and can be called off', async () => {
    const { page } = app();
    const going = await app().ask('runs.train', {
      ...{ dataset, name: 'In the way', corrections: false },
      training: { ...QUICK_TRAINING, epochs: 1000 },
    });
    await app().ask('runs.evaluate', { model: { kind: 'run', id: first }, dataset, name: 'Waiting evaluation' });
    const queue = page.getByRole('region', { name: 'Evaluations under way' });
    await expectPage(queue).toContainText('Waiting evaluation');
    await expectPage(queue).toContainText('waits to be scored');
    await queue.getByRole('button', { name: 'Cancel Waiting evaluation' }).click();
    await expectPage(queue).toBeHidden();
    await app().ask('jobs.cancel', { job: going.job });
    await expectPage
      .poll(async () => (await app().ask('jobs.list', null)).filter(({ state }) => state === 'running'), LONG)
      .toEqual([]);
    await rm(folderOf(going.run), { recursive: true });
    await page.reload();
    await openView(page, 'Runs');
  });

  describe('compared', () => {
    it('on the same clips, tell the difference with its interval and by class', async () => {
      const { page } = app();
      await page.getByLabel('Compare First run', { exact: true }).check();
      await page.getByLabel('Compare More epochs').check();
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      const listed = await app().ask('runs.list', null);
      const second = listed.find(({ run }) => run.name === 'More epochs');
      const [one, other] = await Promise.all(
        [first, second?.id ?? ''].map(async (run) => (await app().ask('runs.get', { run })).metrics),
      );
      if (one == null || other == null) throw new Error('a run has no metrics');
      const points = (other.accuracy - one.accuracy) * 100;
      const words = `${points > 0 ? '+' : points < 0 ? '−' : ''}${Math.abs(points).toFixed(1)} points`;
      await expectPage(page.getByLabel('Difference')).toContainText(words);
      await expectPage(page.getByLabel('Difference')).toContainText(`On the same ${String(one.clips)} clips`);
      await expectPage(page.getByRole('note')).toHaveCount(0);
      const table = page.getByRole('table', { name: 'F1 of each class' });
      await expectPage(table.getByRole('row')).toHaveCount(12);
      const violin = [one, other].map(({ perClass }) => perClass.find(({ code }) => code === 'vio')?.f1 ?? NaN);
      await expectPage(table.getByRole('row', { name: /violin/u })).toContainText(violin[1]?.toFixed(2) ?? '');
      await expectPage(page.getByRole('img', { name: 'Loss of both runs by epoch' })).toBeVisible();
      await expectPage(page.getByLabel(/^Run A: First run/u)).toContainText('Guessing');
    });

    it.each(LOOKS)('are readable in $scheme at a $size window', async ({ scheme, size, width, height }) => {
      const { page } = app();
      await page.emulateMedia({ colorScheme: scheme });
      await resize(app(), { width, height });
      await app().picture(`runs-compare-${scheme}-${size}`);
      expect(await seriousFindings(page)).toEqual([]);
    });

    it('on different clips, warn that the figures are not comparable', async () => {
      const { page } = app();
      await page.getByRole('button', { name: 'All runs' }).click();
      await page.getByLabel(`Compare ${LONG_NAME}`).check();
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      const warning = page.getByRole('note', { name: 'Not comparable' });
      await expectPage(warning).toContainText('cannot be compared directly');
      await expectPage(warning).toContainText('different clips');
      await expectPage(warning).toContainText('split at random by clip');
      await app().picture('runs-compare-different');
      await page.getByRole('button', { name: 'All runs' }).click();
    });
  });

  describe('exported', () => {
    const out = (name: string): string => join(app.folder(), name);

    const exported = async (entry: RegExp, name: string): Promise<void> => {
      await answerDialogs(app(), { save: out(name) });
      await fromMenu('First run', entry);
      await expectPage(news()).toContainText(`${name} was written.`, LONG);
    };

    it('as network open again in the engine', async () => {
      await exported(/\.keras/u, 'first.keras');
      const { network, labels } = await readKerasFile(out('first.keras'));
      expect(labels?.classes).toHaveLength(11);
      expect(network.weights.length).toBeGreaterThan(0);
    });

    it('for browsers are a model with its labels', async () => {
      await exported(/TensorFlow\.js/u, 'first tfjs');
      expect((await readdir(out('first tfjs'))).sort()).toEqual([
        'group1-shard1of1.bin',
        'instrunet.json',
        'model.json',
      ]);
    });

    it('as report hold everything but the network', async () => {
      await exported(/report/u, 'first report');
      const all = await readdir(folderOf(first));
      expect(await readdir(out('first report'))).toEqual(all.filter((name) => name !== RUN_FILES.model));
    });

    it('whole are a zip of the very same files', async () => {
      await exported(/\.zip/u, 'first.zip');
      const entries = unzipSync(await readFile(out('first.zip')));
      const all = await readdir(folderOf(first));
      expect(Object.keys(entries).sort()).toEqual(all.map((name) => `${first}/${name}`).sort());
      for (const name of all) {
        const original = await readFile(join(folderOf(first), name));
        expect(Buffer.compare(original, entries[`${first}/${name}`] ?? new Uint8Array())).toBe(0);
      }
    });

    it('nowhere, when the dialog is cancelled', async () => {
      await answerDialogs(app(), { save: null });
      await fromMenu('First run', /\.zip/u);
      expect((await app().ask('jobs.list', null)).filter(({ state }) => state === 'running')).toEqual([]);
    });
  });

  describe('deleted', () => {
    it('come back when that is undone', async () => {
      const { page } = app();
      await page.getByRole('button', { name: 'Delete First run on Sample 2' }).click();
      await expectPage(row('First run on Sample 2')).toHaveCount(0);
      await app().picture('runs-undo');
      await page.getByRole('button', { name: 'Undo' }).click();
      await expectPage(row('First run on Sample 2')).toBeVisible();
    });

    it('stay where there is no trash, and the app says so', async () => {
      const { page, electron } = app();
      await electron.evaluate(({ shell }) => {
        shell.trashItem = () => Promise.reject(new Error('there is no trash here'));
      });
      await page.getByRole('button', { name: 'Delete First run on Sample 2' }).click();
      await expectPage(news()).toContainText('could not be moved to the trash', DISCARDED);
      await expectPage(row('First run on Sample 2')).toBeVisible();
      await app().picture('runs-no-trash');
      await page.getByRole('button', { name: 'Dismiss' }).click();
    });

    it('go to the trash', async () => {
      const { page, electron } = app();
      await electron.evaluate(({ shell }) => {
        const trashed: string[] = [];
        Object.assign(globalThis, { trashed });
        shell.trashItem = (path) => {
          trashed.push(path);
          return Promise.resolve();
        };
      });
      await page.getByRole('button', { name: 'Delete First run on Sample 2' }).click();
      await expectPage(async () => {
        const trashed = await electron.evaluate(() => (globalThis as { trashed?: string[] }).trashed ?? []);
        expect(trashed.map((path) => path.startsWith(join(app.folder(), 'user-data', 'runs')))).toEqual([true]);
        await rename(trashed[0] ?? '', join(app.folder(), 'trashed'));
      }).toPass(DISCARDED);
      await rm(join(app.folder(), 'trashed'), { recursive: true });
    });
  });

  it('that failed or were interrupted say why, and can go on', async () => {
    const { page } = app();
    for (const [id, change] of [
      ['failed', { status: 'failed', error: 'The disk is full. Make room and go on.', name: 'Failed' }],
      ['interrupted', { status: 'running', name: 'Interrupted' }],
    ] as const) {
      await cp(folderOf(first), folderOf(id), { recursive: true });
      await writeRun(folderOf(id), { ...(await readRun(folderOf(id))), ...change, result: null });
    }
    await page.reload();
    await expectPage(row('Failed')).toContainText('The disk is full');
    await expectPage(row('Failed').getByRole('button', { name: 'Resume' })).toBeVisible();
    await expectPage(row('Interrupted')).toContainText('interrupted');
  });

  it.each(LOOKS)('are readable in $scheme at a $size window', async ({ scheme, size, width, height }) => {
    const { page } = app();
    await page.emulateMedia({ colorScheme: scheme });
    await resize(app(), { width, height });
    await app().picture(`runs-list-${scheme}-${size}`);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'More about First run', exact: true }).click();
    await app().picture(`runs-menu-${scheme}-${size}`);
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expectPage(page.getByRole('button', { name: 'More about First run', exact: true })).toBeFocused();
  });
});
