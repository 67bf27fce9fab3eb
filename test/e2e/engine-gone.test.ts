import { kill } from 'node:process';
import { expect as expectPage } from '@playwright/test';
import { expect, it } from 'vitest';
import { QUICK_TRAINING } from '../helpers/quick-training.ts';
import { engineProcess } from './helpers/engine.ts';
import { makeSample } from './helpers/jobs.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';

const EPOCHS = 8;
const LONG = { timeout: 60_000 };

describeApp('the engine killed during a training', () => {
  const app = suiteApp();
  let run: string;

  it('leaves the window, which says so', async () => {
    const { page } = app();
    const dataset = await makeSample(app());
    const epoch = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          window.instrunet.on('epoch', ({ record }) => {
            resolve(record.epoch);
          });
        }),
    );
    const gone = page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          window.instrunet.on('engine', (engine) => {
            if (engine.state === 'gone') resolve(engine.message);
          });
        }),
    );
    const training = { ...QUICK_TRAINING, epochs: EPOCHS };
    ({ run } = await app().ask('runs.train', { dataset, name: 'Interrupted', training, corrections: false }));
    await epoch;
    const engine = await engineProcess(app());
    if (engine === null) throw new Error('no engine among the processes of the app');
    kill(engine, 'SIGKILL');
    expect(await gone).toMatch(/engine|stopped/iu);
    await expectPage(page.getByText(/(engine|training).*(stopped|ended|gone|interrupted)/iu).first()).toBeVisible();
    await app().picture('engine-gone');
  });

  it('offers to go on from the last epoch, and does so', async () => {
    const { page } = app();
    await openView(page, 'Runs');
    const listed = await app().ask('runs.list', null);
    expect(listed.map(({ id, resumable }) => ({ id, resumable }))).toEqual([{ id: run, resumable: true }]);
    const before = (await app().ask('runs.get', { run })).history.length;
    expect(before).toBeGreaterThan(0);
    await page
      .getByRole('button', { name: /resume|go on|continue/iu })
      .first()
      .click();
    await expectPage(async () => {
      const { status, error } = (await app().ask('runs.get', { run })).run;
      expect({ status, error }).toEqual({ status: 'done', error: null });
    }).toPass(LONG);
    const { history, metrics, resumable } = await app().ask('runs.get', { run });
    expect(history.map(({ epoch }) => epoch)).toEqual(Array.from({ length: EPOCHS }, (_, index) => index + 1));
    expect(metrics).not.toBeNull();
    expect(resumable).toBe(false);
    expect(await engineProcess(app())).not.toBeNull();
  });
});
