import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as expectPage, type Page } from '@playwright/test';
import { beforeAll, expect, it } from 'vitest';
import { Random } from '../../main/engine/common/random.ts';
import { encodeWav } from '../../main/engine/dataset/sample/wav.ts';
import { makeOtherSound } from '../../main/engine/training/other-sounds/sounds.ts';
import { runCli } from '../helpers/cli.ts';
import { planMixtures, writeMixtures } from '../helpers/mixtures.ts';
import { seriousFindings } from './helpers/axe.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import { makeSample, openFolder, runJob, train } from './helpers/jobs.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';
import { LARGE, resize, SMALL } from './helpers/window-size.ts';

describeApp('clips with several labels', () => {
  const app = suiteApp();
  const planned = planMixtures(['cel', 'flu', 'pia', 'vio', 'voi'], 16, 1);
  let mixtures: string;

  const runsOf = (page: Page) =>
    page.evaluate(async () => {
      const reply = await window.instrunet.call('runs.list', null);
      const cards = reply.ok ? reply.data : [];
      return cards.map(({ id, run: { name, status, training, result } }) => ({
        ...{ id, name, status, outputs: training?.outputs, otherSounds: training?.otherSounds },
        decision: result?.decision?.kind,
      }));
    });
  const lastJob = (page: Page): Promise<string> =>
    page.evaluate(async () => {
      const reply = await window.instrunet.call('jobs.list', null);
      return (reply.ok ? reply.data : []).filter(({ kind }) => kind === 'classify').at(-1)?.id ?? '';
    });

  beforeAll(async () => {
    const folder = join(app.folder(), 'Excerpts');
    await writeMixtures(folder, planned, 1);
    await train(app(), await makeSample(app()), 'First run');
    mixtures = await openFolder(app(), folder);
  });

  it('are shown with all their labels', async () => {
    const { page } = app();
    await openView(page, 'Datasets');
    await page.getByRole('region', { name: 'All datasets' }).getByText('Excerpts').click();
    const row = page.getByRole('row').filter({ hasText: 'Piece b-1' });
    await expect.poll(() => row.innerText()).toMatch(/(cel|flu|pia|vio|voi)\s+(cel|flu|pia|vio|voi)/u);
    await app().picture('several-labels-dataset');
    await row.click();
    await page.getByText('Classes', { exact: true }).waitFor();
    await app().picture('several-labels-clip');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('are trained on once several instruments may sound, and the figures can be looked at', async () => {
    const { page } = app();
    await openView(page, 'Datasets');
    await page.getByRole('button', { name: 'Train on it' }).click();
    const [one, several] = [/One instrument a clip/u, /Several instruments may sound/u].map((name) =>
      page.getByRole('radio', { name }),
    );
    const told = page.getByText('Set by the dataset: several labels a clip.');
    const choose = (label: string) => page.getByRole('combobox', { name: 'Dataset' }).selectOption({ label });
    await told.waitFor();
    await page.getByRole('row', { name: /^Together, each once/u }).waitFor();
    expect([await several?.isChecked(), await one?.isDisabled()]).toEqual([true, true]);
    for (const [size, scheme] of [
      [SMALL, 'light'],
      [LARGE, 'dark'],
    ] as const) {
      await resize(app(), size);
      await page.emulateMedia({ colorScheme: scheme });
      await app().picture(`several-labels-train-chosen-${scheme}`);
    }
    expect(await seriousFindings(page)).toEqual([]);
    await choose('Sample');
    await told.waitFor({ state: 'hidden' });
    expect([await one?.isChecked(), await one?.isDisabled()]).toEqual([true, false]);
    await several?.check();
    await choose('Excerpts');
    await choose('Sample');
    expect(await several?.isChecked()).toBe(true);
    await choose('Excerpts');
    await page.getByLabel('Sounds without an instrument, %').fill('50');
    await page.getByLabel('Validation, %').fill('40');
    await page.getByLabel('Start from', { exact: true }).selectOption({ label: 'instrunet-fast' });
    await page.getByLabel('Epochs').fill('6');
    await page.getByLabel('Name of the run').fill('Of several');
    await app().picture('several-labels-train');
    await page.getByRole('button', { name: 'Start training' }).click();
    await expect
      .poll(async () => (await runsOf(page)).find(({ name }) => name === 'Of several')?.status, { timeout: 120_000 })
      .toBe('done');
    const run = (await runsOf(page)).find(({ name }) => name === 'Of several');
    expect(run).toMatchObject({ outputs: 'sigmoid', otherSounds: 0.5, decision: 'each' });
    await openView(page, 'Inspect');
    await page.getByRole('combobox', { name: 'Run' }).selectOption({ label: 'Of several' });
    const table = page.getByRole('table', { name: 'Scores per class' });
    await table.getByRole('columnheader', { name: 'Heard from' }).waitFor();
    await expectPage(table.getByRole('row')).toHaveCount(6);
    await page.getByText('Thresholds were chosen on these clips').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await app().picture(`several-labels-inspect-${scheme}`);
    }
  });

  it('are named with all that is heard, or as none of these, the same as on the command line', async () => {
    const { page } = app();
    const rain = join(app.folder(), 'rain.wav');
    await writeFile(rain, encodeWav(Float64Array.from(makeOtherSound('rain', 6, new Random(5, 'rain')))));
    const files = [...planned.slice(0, 4).map(({ path }) => join(app.folder(), 'Excerpts', `${path}.wav`)), rain];
    await openView(page, 'Classify');
    await page.getByRole('combobox', { name: 'Network' }).selectOption({ label: 'Of several' });
    await app().drop(files);
    const items = page.getByRole('list', { name: 'Results' }).getByRole('article');
    await expect.poll(() => items.count(), { timeout: 60_000 }).toBe(files.length);
    for (const scheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await app().picture(`several-labels-classify-${scheme}`);
    }
    const out = join(app.folder(), 'named.csv');
    await answerDialogs(app(), { save: out });
    await runJob(app(), 'classify.export', { jobs: [await lastJob(page)], format: 'csv', threshold: null });
    const run = (await runsOf(page)).find(({ name }) => name === 'Of several');
    const library = await page.evaluate(async () => {
      const reply = await window.instrunet.call('app.info', null);
      return reply.ok ? reply.data.libraryFolder : '';
    });
    const model = join(library, 'runs', run?.id ?? '');
    const { stdout, stderr } = await runCli(app.folder(), 'classify', model, ...files, '--format', 'csv');
    expect(await readFile(out, 'utf8'), stderr).toBe(stdout);
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('button', { name: /Take one for all/u }).click();
    await page.getByLabel('Counts as heard from, %').fill('100');
    const verdicts = page.getByRole('list', { name: 'Verdicts' });
    await verdicts.getByRole('button', { name: `none of these ${String(files.length)}` }).waitFor();
    await app().picture('several-labels-none');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('are cross-validated, with thresholds that do not flatter', async () => {
    const { page } = app();
    await openView(page, 'Train');
    await page.getByRole('button', { name: 'New training' }).click();
    await page.getByRole('combobox', { name: 'Dataset' }).selectOption({ label: 'Excerpts' });
    await page.getByRole('checkbox', { name: /^Score every clip/u }).check();
    await page.getByLabel('Folds', { exact: true }).fill('2');
    await page.getByLabel('Epochs').fill('3');
    await page.getByLabel('Name of the run').fill('Every excerpt');
    await page.getByRole('button', { name: 'Start training' }).click();
    await expect
      .poll(async () => (await runsOf(page)).find(({ name }) => name === 'Every excerpt')?.status, { timeout: 120_000 })
      .toBe('done');
    await openView(page, 'Inspect');
    await page.getByRole('combobox', { name: 'Run' }).selectOption({ label: 'Every excerpt' });
    await page.getByText(/2-fold cross-validation \(0\.\d\d, 0\.\d\d\)/u).waitFor();
    await page.getByText('no clip had a say in the thresholds that it was judged by').waitFor();
    await expectPage(page.getByText('Thresholds were chosen on these clips')).toHaveCount(0);
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await app().picture(`several-labels-folds-${scheme}`);
    }
    expect(await seriousFindings(page)).toEqual([]);
    await openView(page, 'Runs');
    const row = page.getByRole('row').filter({ hasText: 'Every excerpt' });
    await row.getByText('2 folds').waitFor();
    await row.getByText(/micro F1 0\.\d\d/u).waitFor();
    await app().picture('several-labels-folds-runs');
  });

  it('are scored, and the run is listed by its micro F1', async () => {
    const { page } = app();
    const first = (await runsOf(page)).find(({ name }) => name === 'First run');
    const model = { kind: 'run', id: first?.id ?? '' } as const;
    const job = await runJob(app(), 'runs.evaluate', { model, dataset: mixtures, name: 'On excerpts' });
    expect(job.state).toBe('done');
    await openView(page, 'Runs');
    await page
      .getByRole('row')
      .filter({ hasText: 'On excerpts' })
      .getByText(/micro F1 0\.\d\d/u)
      .waitFor();
    await app().picture('several-labels-runs');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'On excerpts', exact: true }).click();
    await page.getByText('Best fixed answer').waitFor();
  });
});
