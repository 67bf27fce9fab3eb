import { writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as expectPage } from '@playwright/test';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { makeRecording } from '../../main/engine/dataset/sample/recording.ts';
import { encodeWav } from '../../main/engine/dataset/sample/wav.ts';
import { suitePaths } from '../helpers/temporary-folder.ts';
import { openFolder } from './helpers/jobs.ts';
import { startApp, type RunningApp } from './helpers/running-app.ts';
import { describeApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';
import { resize } from './helpers/window-size.ts';

const LONG = { timeout: 120_000 };

describeApp('the network that comes with the app, scored on clips named like its own', () => {
  const at = suitePaths();
  let app: RunningApp;

  beforeAll(async () => {
    for (const [index, label] of ['cel', 'flu', 'pia'].entries()) {
      await mkdir(at('My IRMAS', label), { recursive: true });
      for (let take = 0; take < 4; take++) {
        const recording = makeRecording({ seed: 3, collection: 'training', label, index: take });
        const name = `[${label}][cla]${String(index * 100 + take).padStart(4, '0')}__1.wav`;
        await writeFile(at('My IRMAS', label, name), encodeWav(recording.renderClip(1, 3)));
      }
    }
    app = await startApp(inject('stage'), at('user-data'), [], join('resources', 'starter-model'));
    await openFolder(app, at('My IRMAS'));
  });

  afterAll(async () => {
    await app.close();
  });

  it('is said to have probably heard them, before and beside the score', async () => {
    const { page } = app;
    await openView(page, 'Runs');
    await page.getByRole('button', { name: 'Evaluate …' }).click();
    const dialog = page.getByRole('dialog', { name: /^Evaluate/u });
    await expectPage(dialog).toContainText('probably heard many of these very clips');
    await app.picture('starter-evaluate');
    await dialog.getByRole('button', { name: 'Evaluate', exact: true }).click();
    await expectPage(page.getByRole('list', { name: 'News' })).toContainText('was scored.', LONG);
    const row = page.getByRole('row').filter({ hasText: 'Starter network on My IRMAS' });
    await expectPage(row.locator('.network')).toHaveText('evaluation of Starter network');
    await row.getByRole('button', { name: 'Starter network on My IRMAS', exact: true }).click();
    const result = page.getByRole('region', { name: 'Result' });
    await expectPage(result).toContainText(/Trained on [\d,]+ clips of IRMAS, and these are named like those/u);
    for (const [width, height, scheme] of [
      [960, 640, 'light'],
      [1560, 1000, 'dark'],
    ] as const) {
      await resize(app, { width, height });
      await page.emulateMedia({ colorScheme: scheme });
      await app.picture(`starter-scored-${scheme}`);
    }
    expect(app.takeProblems()).toEqual([]);
  });
});
