import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { planMixtures, writeMixtures } from '../helpers/mixtures.ts';
import { seriousFindings } from './helpers/axe.ts';
import { makeSample, openFolder, runJob, train } from './helpers/jobs.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';

describeApp('clips with several labels', () => {
  const app = suiteApp();
  let mixtures: string;

  beforeAll(async () => {
    const folder = join(app.folder(), 'Excerpts');
    await writeMixtures(folder, planMixtures(['cel', 'flu', 'pia', 'vio', 'voi'], 8, 1), 1);
    await train(app(), await makeSample(app()), 'First run');
    mixtures = await openFolder(app(), folder);
  });

  it('are shown with all their labels, and cannot be trained on', async () => {
    const { page } = app();
    await openView(page, 'Datasets');
    await page.getByRole('region', { name: 'All datasets' }).getByText('Excerpts').click();
    const row = page.getByRole('row').filter({ hasText: 'Piece b-1' });
    await expect.poll(() => row.innerText()).toMatch(/(cel|flu|pia|vio|voi)\s+(cel|flu|pia|vio|voi)/u);
    expect(await page.getByRole('button', { name: 'Train on it' }).isDisabled()).toBe(true);
    await app().picture('several-labels-dataset');
    await row.click();
    await page.getByText('Classes', { exact: true }).waitFor();
    await app().picture('several-labels-clip');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('are scored, and the run is listed by its micro F1', async () => {
    const { page } = app();
    const [first] = await page.evaluate(async () => {
      const reply = await window.instrunet.call('runs.list', null);
      return reply.ok ? reply.data : [];
    });
    const model = { kind: 'run', id: first?.id ?? '' } as const;
    const job = await runJob(app(), 'runs.evaluate', { model, dataset: mixtures, name: 'On excerpts' });
    expect(job.state).toBe('done');
    await openView(page, 'Runs');
    await page.getByText(/micro F1 0\.\d\d/u).waitFor();
    await app().picture('several-labels-runs');
    expect(await seriousFindings(page)).toEqual([]);
    await openView(page, 'Inspect');
    await page.getByText('Confusion matrix').waitFor();
  });
});
