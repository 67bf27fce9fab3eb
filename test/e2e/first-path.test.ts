import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect as expectPage } from '@playwright/test';
import { expect, it } from 'vitest';
import type { ClassifiedFile } from '../../main/engine/classify/result.ts';
import { writeHeldBackClips } from '../../main/engine/dataset/sample/held-back.ts';
import { lastHeard, listen } from './helpers/sound.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView, timeView } from './helpers/views.ts';

const SOON = { timeout: 30_000 };
const LONG = { timeout: 120_000 };
const EPOCHS = 2;
/** Within this a click must have been answered by a painted frame, whatever else the machine does. */
const SOONEST_MS = 200;

declare global {
  interface Window {
    /** What the page was told while the tests of this file ran. */
    told?: { batches: number; epochs: number[]; classified: { at: number; result: ClassifiedFile }[] };
  }
}

describeApp('the first path', () => {
  const app = suiteApp();

  it('begins with an empty library and says what can be done', async () => {
    const { page } = app();
    await expectPage(page.getByRole('button', { name: /sample dataset/iu })).toBeVisible();
    await expectPage(page.getByRole('button', { name: /open.*folder/iu }).first()).toBeVisible();
    expect(await app().ask('datasets.list', null)).toEqual([]);
    expect(await app().ask('runs.list', null)).toEqual([]);
    await app().picture('first-start');
  });

  it('makes the sample dataset, shows its progress and then counts per class', async () => {
    const { page } = app();
    await page.getByRole('button', { name: /sample dataset/iu }).click();
    await expectPage(page.getByRole('contentinfo').getByRole('progressbar')).toBeVisible(SOON);
    await expectPage(page.getByRole('table').getByText('Violin').first()).toBeVisible(LONG);
    const [dataset] = await app().ask('datasets.list', null);
    if (dataset === undefined) throw new Error('no dataset is listed');
    expect(dataset.synthetic).toBe(true);
    const { perClass } = dataset.summary;
    expect(perClass).toHaveLength(11);
    for (const { name, clips } of perClass) {
      await expectPage(
        page
          .getByRole('row')
          .filter({ hasText: new RegExp(name, 'iu') })
          .filter({ hasText: String(clips) })
          .first(),
      ).toBeVisible();
    }
    await app().picture('dataset');
  });

  it('trains with live progress and stays usable meanwhile', async () => {
    const { page } = app();
    await page.evaluate(() => {
      const told: NonNullable<typeof window.told> = { batches: 0, epochs: [], classified: [] };
      window.told = told;
      window.instrunet.on('batch', () => {
        told.batches += 1;
      });
      window.instrunet.on('epoch', ({ record }) => told.epochs.push(record.epoch));
      window.instrunet.on('classified', ({ result }) => told.classified.push({ at: performance.now(), result }));
    });
    await openView(page, 'Train');
    await page.getByLabel(/epochs/iu).fill(String(EPOCHS));
    await page.getByRole('button', { name: /^(start|train)/iu }).click();
    await expectPage(page.getByRole('contentinfo').getByRole('progressbar')).toBeVisible(SOON);
    await page.waitForFunction(() => (window.told?.batches ?? 0) > 0, undefined, LONG);
    await app().picture('training');
    const answers: number[] = [];
    for (const view of ['Datasets', 'Runs', 'Settings', 'Datasets', 'Classify', 'Train'] as const) {
      answers.push(await timeView(page, view));
      await page.waitForTimeout(200);
    }
    expect((await app().ask('jobs.list', null)).at(-1)).toMatchObject({ kind: 'train', state: 'running' });
    expect(Math.max(...answers), `milliseconds: ${answers.map(Math.round).join(', ')}`).toBeLessThan(SOONEST_MS);
    await page.waitForFunction((count) => window.told?.epochs.length === count, EPOCHS, LONG);
    expect(await page.evaluate(() => window.told?.epochs)).toEqual([1, 2]);
    await expectPage(page.getByRole('contentinfo').getByRole('progressbar')).toHaveCount(0, LONG);
    await app().picture('trained');
  });

  it('lists the run with how it was split and what guessing would score', async () => {
    const { page } = app();
    await openView(page, 'Runs');
    const [listed] = await app().ask('runs.list', null);
    if (listed === undefined) throw new Error('no run is listed');
    expect(listed.run).toMatchObject({ status: 'done', training: { epochs: EPOCHS, split: 'grouped' } });
    const row = page.getByRole('row').filter({ hasText: listed.run.name });
    await expectPage(row).toContainText(/recording/iu);
    const score = listed.run.result?.scores[0];
    if (score === undefined) throw new Error('the run has no score');
    await expectPage(row).toContainText((score.accuracy * 100).toFixed(1));
    await expectPage(row).toContainText((score.majorityAccuracy * 100).toFixed(1));
    await app().picture('runs');
  });

  it('inspects confusion and plays a clip that was heard as something else', async () => {
    const { page } = app();
    const statuses: { readonly range: string | undefined; readonly status: number }[] = [];
    page.on('response', (response) => {
      if (response.url().startsWith('media:')) {
        statuses.push({ range: response.request().headers()['range'], status: response.status() });
      }
    });
    await listen(page);
    await openView(page, 'Inspect');
    await expectPage(page.getByRole('table', { name: /confusion/iu })).toBeVisible(SOON);
    await app().picture('inspect');
    await page.getByRole('button', { name: /^play/iu }).first().click();
    await expectPage(async () => {
      const heard = await lastHeard(page);
      expect(heard?.source).toMatch(/^media:\/\/clip\//u);
      expect(heard?.time).toBeGreaterThan(0.3);
      expect(heard?.duration).toBeCloseTo(3, 1);
    }).toPass(SOON);
    expect(statuses).toContainEqual({ range: 'bytes=0-', status: 206 });

    const source = (await lastHeard(page))?.source ?? '';
    const [listed] = await app().ask('runs.list', null);
    const mistakes = { run: listed?.id ?? '', label: null, predicted: null, both: false, show: 'wrong' as const };
    const { rows } = await app().ask('runs.clips', { ...mistakes, offset: 0, limit: 500 });
    expect(rows.filter(({ label, predicted }) => label === predicted)).toEqual([]);
    expect(rows.map(({ sound }) => sound)).toContain(source);
    const part = await page.evaluate(async (address) => {
      const response = await fetch(address, { headers: { Range: 'bytes=1000-1999' } });
      const { byteLength } = await response.arrayBuffer();
      return { status: response.status, range: response.headers.get('content-range'), byteLength };
    }, source);
    expect(part).toMatchObject({ status: 206, byteLength: 1000 });
    expect(part.range).toMatch(/^bytes 1000-1999\//u);
  });

  it('names dropped files one by one, says why one is broken and walks a folder', async () => {
    const { page } = app();
    const held = join(app.folder(), 'unheard');
    await writeHeldBackClips(held, {});
    const broken = join(app.folder(), 'broken.wav');
    await writeFile(broken, 'no sound at all');
    const empty = join(app.folder(), 'nothing in it');
    await mkdir(empty);
    await app().drop([join(held, 'violin-1.wav'), join(held, 'cello-1.wav'), broken, empty, held]);
    await app().picture('dropped');
    await page.waitForFunction(() => (window.told?.classified.length ?? 0) === 18, undefined, LONG);
    const told = await page.evaluate(() => window.told?.classified ?? []);
    const failed = told.filter(({ result }) => result.error !== null);
    expect(failed.map(({ result }) => basename(result.file))).toEqual(['broken.wav', 'nothing in it']);
    expect(new Set(told.map(({ at }) => Math.round(at))).size).toBeGreaterThan(3);
    await expectPage(page.getByText('broken.wav').first()).toBeVisible();
    await expectPage(page.getByText(failed[0]?.result.error?.message ?? '').first()).toBeVisible();
    await expectPage(page.getByText('violin-1.wav').first()).toBeVisible();
    await app().picture('classified');
  });
});
