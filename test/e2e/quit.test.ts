import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as expectPage } from '@playwright/test';
import { expect, inject, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { QUICK_TRAINING } from '../helpers/quick-training.ts';
import { makeSample } from './helpers/jobs.ts';
import { startApp } from './helpers/running-app.ts';
import { describeApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';

const EPOCHS = 20;

describeApp('quitting during a training', () => {
  it('asks, and brings the training to an end from which the next start goes on', async () => {
    const userData = await temporaryFolder();
    const first = await startApp(inject('stage'), userData);
    const dataset = await makeSample(first);
    const epoch = first.page.evaluate(
      () =>
        new Promise((resolve) => {
          window.instrunet.on('epoch', resolve);
        }),
    );
    const training = { ...QUICK_TRAINING, epochs: EPOCHS };
    const { run } = await first.ask('runs.train', { dataset, name: 'Long', training, corrections: false });
    await epoch;
    const asked = await first.electron.evaluate(
      ({ dialog, BrowserWindow }) =>
        new Promise<string>((resolve) => {
          dialog.showMessageBox = (...parameters: readonly unknown[]) => {
            resolve(JSON.stringify(parameters.at(-1)));
            return Promise.resolve({ response: 1, checkboxChecked: false });
          };
          BrowserWindow.getAllWindows()[0]?.close();
        }),
    );
    expect(asked).toContain('Long');
    expect(await first.ask('jobs.list', null)).toContainEqual(
      expect.objectContaining({ kind: 'train', state: 'running' }),
    );
    await first.close();
    const runFile = join(userData, 'runs', run, 'run.json');
    expect(JSON.parse(await readFile(runFile, 'utf8'))).toMatchObject({ status: 'cancelled' });

    const second = await startApp(inject('stage'), userData);
    const listed = await second.ask('runs.list', null);
    expect(listed.map(({ id, resumable }) => ({ id, resumable }))).toEqual([{ id: run, resumable: true }]);
    const before = (await second.ask('runs.get', { run })).history.length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(EPOCHS);
    await openView(second.page, 'Runs');
    await second.page
      .getByRole('button', { name: /resume|go on|continue/iu })
      .first()
      .click();
    await expectPage(async () => {
      expect((await second.ask('runs.get', { run })).run).toMatchObject({ status: 'done', error: null });
    }).toPass({ timeout: 120_000 });
    const { history, metrics } = await second.ask('runs.get', { run });
    expect(history.map(({ epoch }) => epoch)).toEqual(Array.from({ length: EPOCHS }, (_, index) => index + 1));
    expect(metrics).not.toBeNull();
    expect(second.takeProblems()).toEqual([]);
    await second.close();
  });
});
