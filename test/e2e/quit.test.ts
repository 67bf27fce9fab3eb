import { expect, inject, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { makeSample, QUICK_TRAINING } from './helpers/jobs.ts';
import { startApp } from './helpers/running-app.ts';
import { describeApp } from './helpers/suite-app.ts';

describeApp('quitting during a training', () => {
  it('asks; the run can go on after the next start', async () => {
    const userData = await temporaryFolder();
    const first = await startApp(inject('stage'), userData);
    const dataset = await makeSample(first);
    const epoch = first.page.evaluate(
      () =>
        new Promise((resolve) => {
          window.instrunet.on('epoch', resolve);
        }),
    );
    const training = { ...QUICK_TRAINING, epochs: 1000 };
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

    const second = await startApp(inject('stage'), userData);
    const listed = await second.ask('runs.list', null);
    expect(listed.map(({ id, resumable }) => ({ id, resumable }))).toEqual([{ id: run, resumable: true }]);
    expect(second.takeProblems()).toEqual([]);
    await second.close();
  });
});
