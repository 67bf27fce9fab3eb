import { join } from 'node:path';
import { expect as expectPage } from '@playwright/test';
import { beforeAll, expect, it } from 'vitest';
import { writeHeldBackClips } from '../../main/engine/dataset/sample/held-back.ts';
import { tone, writeWav } from '../helpers/wav.ts';
import { QUICK_TRAINING } from '../helpers/quick-training.ts';
import { seriousFindings } from './helpers/axe.ts';
import { cutOff } from './helpers/cut-off.ts';
import { makeSample, openFolder, train } from './helpers/jobs.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';
import { resize } from './helpers/window-size.ts';

const SOON = { timeout: 30_000 };
const LONG = { timeout: 120_000 };
const CLIPS_PER_CLASS = 30;
const SIZES = [
  { width: 960, height: 640 },
  { width: 1280, height: 800 },
  { width: 1600, height: 1000 },
] as const;
const SCHEMES = ['light', 'dark'] as const;
/** As long as a file's name can be that people still make. */
const LONG_NAME = 'Everything that was recorded in the old hall between the first of May and the last day of June';

/** Each view on a library as it is after an afternoon, at every size and in both themes; the README shows some of it. */
describeApp('the window, looked at', () => {
  const app = suiteApp();

  /** Looks at what is open now: nothing is cut off, nothing hard to read; a picture of each is left. */
  const look = async (name: string, schemes: readonly (typeof SCHEMES)[number][] = SCHEMES): Promise<void> => {
    const { page } = app();
    const wrong: string[] = [];
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      for (const size of colorScheme === 'light' ? SIZES : SIZES.slice(1, 2)) {
        await resize(app(), size);
        await page.waitForTimeout(150);
        await app().picture(`look-${name}-${colorScheme}-${String(size.width)}`);
        const at = `${colorScheme}, ${String(size.width)}: `;
        wrong.push(...(await cutOff(page)).map((what) => at + what));
      }
      wrong.push(...(await seriousFindings(page)).map((what) => `${colorScheme}: ${what}`));
    }
    expect(wrong).toEqual([]);
  };

  beforeAll(async () => {
    const { page } = app();
    const dataset = await makeSample(app(), CLIPS_PER_CLASS);
    const presets = await app().ask('runs.presets', null);
    const fast = { ...presets.find(({ name }) => name === 'instrunet-fast')?.training, validation: 0.34 };
    await train(app(), dataset, 'Sample, half the epochs', { ...fast, epochs: 6 });
    await train(app(), dataset, 'Sample, by recording', { ...fast, epochs: 12 });
    const run = (await app().ask('runs.list', null)).at(-1)?.id ?? '';
    const wrong = { label: null, predicted: null, both: false, show: 'wrong', offset: 0, limit: 3 } as const;
    const { rows } = await app().ask('runs.clips', { run, ...wrong });
    for (const { clip, predicted } of rows) {
      await app().ask('marks.add', { dataset, clip, to: predicted, note: '' });
    }
    await openView(page, 'Inspect');
    await expectPage(page.getByRole('listbox', { name: 'Clips of the cell' })).toBeVisible(SOON);
  });

  it('Datasets', async () => {
    const { page } = app();
    await openView(page, 'Datasets');
    await expectPage(page.getByRole('button', { name: 'Train on it' })).toBeVisible(SOON);
    await look('datasets');
    await page.getByRole('row').nth(4).click();
    await look('datasets-clip');
    await page.keyboard.press('Escape');
  });

  it('Runs and their comparison', async () => {
    const { page } = app();
    await openView(page, 'Runs');
    await look('runs');
    for (const box of await page.getByRole('checkbox', { name: /^Compare/u }).all()) await box.check();
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await expectPage(page.getByRole('img', { name: 'Loss of both runs by epoch' })).toBeVisible(SOON);
    await look('comparison');
    await page.getByRole('button', { name: 'All runs' }).click();
  });

  it('Inspect, with marks', async () => {
    const { page } = app();
    await openView(page, 'Inspect');
    await expectPage(page.getByRole('listbox', { name: 'Clips of the cell' })).toBeVisible(SOON);
    await page.waitForTimeout(600);
    await look('inspect');
    await page.getByRole('button', { name: /^\d+ marks?$/u }).click();
    await look('inspect-marks');
    await page.getByRole('button', { name: 'Close marks' }).click();
  });

  it('Classify', async () => {
    const { page } = app();
    const held = join(app.folder(), 'unheard');
    await writeHeldBackClips(held, {});
    await writeWav(join(held, 'silence.wav'), new Float32Array(48_000));
    await writeWav(join(held, `${LONG_NAME}.wav`), tone(330, 25));
    await openView(page, 'Classify');
    await look('classify-empty');
    await app().drop([join(held, 'violin-1.wav'), held, join(held, 'gone.wav')]);
    await expectPage(page.getByRole('button', { name: 'Export', exact: true })).toBeEnabled(LONG);
    await expectPage(page.getByRole('contentinfo').getByRole('progressbar')).toHaveCount(0, LONG);
    await page
      .getByRole('article')
      .nth(1)
      .click({ position: { x: 200, y: 8 } });
    await look('classify');
    await page.keyboard.press('Enter');
    await look('classify-details');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Options', exact: true }).click();
    await look('classify-options');
    await page.getByRole('button', { name: 'Options', exact: true }).click();
  });

  it('Settings', async () => {
    await openView(app().page, 'Settings');
    await look('settings');
  });

  it('forty classes and very long names', async () => {
    const { page } = app();
    const folder = join(app.folder(), LONG_NAME);
    for (let index = 0; index < 40; index++) {
      const name = index === 7 ? LONG_NAME : `class ${String(index + 1)} of forty`;
      for (let clip = 0; clip < 3; clip++) {
        await writeWav(join(folder, name, `${String(clip)}.wav`), tone(100 + 40 * index + clip, 3));
      }
    }
    const dataset = await openFolder(app(), folder);
    await train(app(), dataset, LONG_NAME, { validation: 0.34 });
    await openView(page, 'Datasets');
    await look('forty-datasets', ['light']);
    await openView(page, 'Runs');
    await look('forty-runs', ['light']);
    await page.getByRole('button', { name: LONG_NAME, exact: true }).click();
    await expectPage(page.getByRole('listbox', { name: 'Clips of the cell' })).toBeVisible(SOON);
    await look('forty-inspect', ['light']);
  });

  it('Train: the form, a training that runs and others that wait', async () => {
    const { page } = app();
    await openView(page, 'Train');
    const sample = (await app().ask('datasets.list', null)).find(({ synthetic }) => synthetic)?.id ?? '';
    await page.getByLabel('Dataset', { exact: true }).selectOption(sample);
    await page.waitForTimeout(800);
    await look('train-form');
    const training = { ...QUICK_TRAINING, epochs: 60, validation: 0.34 };
    for (const name of ['Sample, sixty epochs', 'Waiting', LONG_NAME]) {
      await app().ask('runs.train', { dataset: sample, name, training, corrections: false });
    }
    await look('train-queue');
    await page.getByRole('button', { name: 'Show Sample, sixty epochs' }).click();
    await expectPage(page.getByText(/^Epoch 1\d of 60$/u)).toBeVisible(LONG);
    await look('train-running');
    for (const { id } of await app().ask('jobs.list', null)) await app().call('jobs.cancel', { job: id });
  });
});
