import { join } from 'node:path';
import { expect as expectPage } from '@playwright/test';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { writeHeldBackClips } from '../../main/engine/dataset/sample/held-back.ts';
import { documentOf, runCli } from '../helpers/cli.ts';
import { suitePaths } from '../helpers/temporary-folder.ts';
import { startApp, type RunningApp } from './helpers/running-app.ts';
import { describeApp } from './helpers/suite-app.ts';

const LONG = { timeout: 120_000 };

describeApp('the network that comes with the app', () => {
  const at = suitePaths();
  let app: RunningApp;

  beforeAll(async () => {
    const cli = async (...parameters: string[]) => documentOf(await runCli(at(), ...parameters, '--json'));
    await cli('sample', at('clips'), '--clips-per-class', '12');
    await cli('train', at('clips'), '--out', at('run'), '--preset', 'instrunet-fast', '--epochs', '2', '--seed', '1');
    await cli('make-starter', at('run'), '--right', '0.5', '--out', at('starter'));
    await writeHeldBackClips(at('unheard'), {});
    app = await startApp(inject('stage'), at('user-data'), [], at('starter'));
  });

  afterAll(async () => {
    await app.close();
  });

  it('is offered on the first screen, before anything was trained', async () => {
    const { page } = app;
    const offer = page.getByRole('button', { name: 'the network that comes with the app' });
    await expectPage(offer).toBeVisible(LONG);
    await app.picture('starter-first-start');
    await offer.click();
    await expectPage(page.getByRole('heading', { level: 1, name: 'Classify' })).toBeVisible();
    expect(app.takeProblems()).toEqual([]);
  });

  it('names what is dropped in the first minute, and says what it is', async () => {
    const { page } = app;
    await app.drop([join(at('unheard'), 'violin-1.wav'), join(at('unheard'), 'cello-1.wav')]);
    const results = page.getByRole('list', { name: 'Results' });
    await expectPage(results.getByText('violin-1.wav')).toBeVisible(LONG);
    await expectPage(results.getByText('cello-1.wav')).toBeVisible(LONG);
    await expectPage(page.getByRole('note', { name: 'About the network' })).toContainText(/right on \d+ %/u);
    await app.picture('starter');
    expect(app.takeProblems()).toEqual([]);
  });

  it('shows its card', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Model card' }).click();
    const dialog = page.getByRole('dialog', { name: 'Model card' });
    await expectPage(dialog.getByRole('heading', { name: 'What it is not for' })).toBeAttached();
    await app.picture('starter-card');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expectPage(dialog).toBeHidden();
    expect(app.takeProblems()).toEqual([]);
  });
});
