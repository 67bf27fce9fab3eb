import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as expectPage, type Locator } from '@playwright/test';
import { beforeAll, expect, it } from 'vitest';
import { Random } from '../../main/engine/common/random.ts';
import { encodeWav } from '../../main/engine/dataset/sample/wav.ts';
import { makeOtherSound } from '../../main/engine/training/other-sounds/sounds.ts';
import { seriousFindings } from './helpers/axe.ts';
import { cutOff } from './helpers/cut-off.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import { makeSample } from './helpers/jobs.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';
import { openView } from './helpers/views.ts';
import { LARGE, resize, SMALL } from './helpers/window-size.ts';

const SOON = { timeout: 30_000 };
const LONG = { timeout: 120_000 };
const RAIN = 'Rain on the roof, speech in the corridor and traffic in the street, recorded in the spring of 2026';
const SOUNDS = 10;
const LOOKS = [
  { colorScheme: 'light', size: SMALL, name: 'small' },
  { colorScheme: 'dark', size: LARGE, name: 'large' },
] as const;

describeApp('sounds without an instrument', () => {
  const app = suiteApp();
  let dataset: string;

  const field = (): Locator => app().page.getByRole('group', { name: 'Your own sounds without an instrument' });
  const choose = async (folder: string | null): Promise<void> => {
    await answerDialogs(app(), { open: folder === null ? null : [folder] });
    await field().getByRole('button', { name: 'Choose folder …' }).click();
  };
  const several = (): Locator => app().page.getByRole('radio', { name: /Several instruments may sound/u });
  const start = (): Promise<void> => app().page.getByRole('button', { name: 'Start training' }).click();

  beforeAll(async () => {
    await mkdir(join(app.folder(), RAIN));
    await mkdir(join(app.folder(), 'Nothing'));
    for (let index = 0; index < SOUNDS; index++) {
      const rain = Float64Array.from(makeOtherSound('rain', 3, new Random(index, 'rain')));
      await writeFile(join(app.folder(), RAIN, `${String.fromCharCode(97 + index)} rain.wav`), encodeWav(rain));
    }
    dataset = await makeSample(app());
    await openView(app().page, 'Train');
  });

  it('are chosen by their folder where each instrument is judged by itself, and can be taken away again', async () => {
    const { page } = app();
    await page.getByLabel('Start from').selectOption({ label: 'instrunet-fast' });
    await expectPage(field()).toHaveCount(0);
    await several().check();
    await choose(null);
    await expectPage(field()).not.toContainText(RAIN);
    await app().picture('other-sounds-none');
    await choose(join(app.folder(), RAIN));
    await expectPage(field()).toContainText(RAIN);
    const remove = field().getByRole('button', { name: `Train without ${RAIN}` });
    await expectPage(remove).toBeFocused();
    for (const { colorScheme, size, name } of LOOKS) {
      await page.emulateMedia({ colorScheme });
      await resize(app(), size);
      await field().scrollIntoViewIfNeeded();
      await app().picture(`other-sounds-chosen-${name}`);
      expect(await cutOff(page)).toEqual([]);
    }
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await expectPage(field().getByRole('button', { name: 'Choose folder …' })).toBeFocused();
    await choose(join(app.folder(), RAIN));
    await page.getByRole('radio', { name: /One instrument a clip/u }).check();
    await expectPage(field()).toHaveCount(0);
    await several().check();
    await page.getByLabel('Start from').selectOption({ label: 'instrunet-seed' });
    await several().check();
    await expectPage(field()).toContainText(RAIN);
  });

  it('that cannot be learned from are refused, and nothing that was filled in is lost', async () => {
    const { page } = app();
    const { root } = await app().ask('datasets.get', { dataset });
    const name = page.getByLabel('Name of the run');
    await page.getByLabel('Epochs').fill('2');
    await name.fill('With rain');
    await field().getByRole('button').click();
    await choose(join(root, 'vio'));
    await start();
    await expectPage(page.getByRole('alert')).toContainText('must lie beside each other', SOON);
    await expectPage(name).toHaveValue('With rain');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await field().getByRole('button').click();
    await choose(join(app.folder(), 'Nothing'));
    await start();
    await expectPage(page.getByText('It could not begin.')).toBeVisible(LONG);
    await expectPage(page.getByText('Loss', { exact: true })).toHaveCount(0);
    await expectPage(page.getByRole('main').getByRole('alert')).toContainText('in which no instrument plays');
    await app().picture('other-sounds-refused');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('button', { name: 'Back to the options' }).click();
    await expectPage(name).toHaveValue('With rain');
    await expectPage(page.getByLabel('Epochs')).toHaveValue('2');
    await expectPage(field()).toContainText('Nothing');
  });

  it('are learned from, and the score says how many were taken for an instrument', async () => {
    const { page } = app();
    await field().getByRole('button').click();
    await choose(join(app.folder(), RAIN));
    await start();
    await expectPage(page.getByText(`Learns from 8 sounds without an instrument (${RAIN}), too; 2`)).toBeVisible(LONG);
    const result = page.getByRole('region', { name: 'Result' });
    await expectPage(result).toContainText(`Of 2 sounds without an instrument (${RAIN}) held back from training`, LONG);
    for (const { colorScheme, size, name } of LOOKS) {
      await page.emulateMedia({ colorScheme });
      await resize(app(), size);
      await app().picture(`other-sounds-done-${name}`);
      expect(await seriousFindings(page)).toEqual([]);
    }
    await page.getByRole('button', { name: 'Inspect the result' }).click();
    await expectPage(result).toContainText('held back from training', SOON);
    for (const { colorScheme, size, name } of LOOKS) {
      await page.emulateMedia({ colorScheme });
      await resize(app(), size);
      await app().picture(`other-sounds-inspect-${name}`);
    }
    await openView(page, 'Runs');
    const taken = page.getByRole('row').filter({ hasText: 'With rain' }).getByText('other sounds');
    await expectPage(taken).toHaveText(/^mistook (none|[12]) of 2 other sounds$/u);
    await expectPage(taken).toHaveAttribute('title', /^Of 2 sounds without an instrument .* held back from training/u);
    for (const { colorScheme, size, name } of LOOKS) {
      await page.emulateMedia({ colorScheme });
      await resize(app(), size);
      await app().picture(`other-sounds-runs-${name}`);
      expect(await cutOff(page)).toEqual([]);
    }
    await openView(page, 'Inspect');
  });

  it('are taken over by a training that is repeated with the marks applied', async () => {
    const { page } = app();
    const [first] = await app().ask('runs.list', null);
    const { rows } = await app().ask('datasets.clips', {
      ...{ dataset, search: '', label: null, finding: null, recording: null, side: null },
      ...{ sort: 'path', descending: false, offset: 0, limit: 1 },
    });
    await app().ask('marks.add', { dataset, clip: rows[0]?.path ?? '', to: null, note: '' });
    await page.getByRole('button', { name: 'Train again with it' }).click();
    await expectPage(field()).toContainText(RAIN);
    await start();
    await expectPage(page.getByRole('region', { name: 'Result' })).toContainText('held back from training', LONG);
    const [again] = await app().ask('runs.list', null);
    expect(again?.run).toMatchObject({ name: 'With rain, corrected', otherSounds: { name: RAIN, training: 8 } });
    expect(again?.run.otherSounds?.fingerprint).toBe(first?.run.otherSounds?.fingerprint);
  });
});
