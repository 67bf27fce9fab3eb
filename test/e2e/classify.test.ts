import { copyFile, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect as expectPage, type Page } from '@playwright/test';
import { unzipSync, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeHeldBackClips } from '../../main/engine/dataset/sample/held-back.ts';
import { RUN_FILES } from '../../main/engine/library/run-folder.ts';
import { LABELS_FILE } from '../../main/engine/model/model-labels.ts';
import { runCli } from '../helpers/cli.ts';
import { tone, writeWav } from '../helpers/wav.ts';
import { kill } from 'node:process';
import { seriousFindings } from './helpers/axe.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import { engineProcess } from './helpers/engine.ts';
import { makeSample, train } from './helpers/jobs.ts';
import { resize } from './helpers/window-size.ts';
import { lastHeard, listen } from './helpers/sound.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';

const LONG = { timeout: 120_000 };
/** A step that takes longer hangs. */
const STEP_MS = 20_000;
const MANY = 1000;
/** Time within which a click must be answered. */
const ANSWER_MS = 200;
const SCHEMES = ['light', 'dark'] as const;
const SIZES = [
  { name: 'small', width: 960, height: 640 },
  { name: 'large', width: 1560, height: 1000 },
] as const;

describeApp('naming recordings', () => {
  const app = suiteApp();
  let held: string;
  let dataset: string;
  let run: string;
  let network: string;

  const results = () => app().page.getByRole('list', { name: 'Results' });
  const item = (name: string) => results().getByRole('listitem').filter({ hasText: name }).first();
  const summary = () => app().page.getByRole('list', { name: 'Verdicts' });
  const noJob = () => expectPage(app().page.getByRole('contentinfo').getByRole('progressbar')).toHaveCount(0, LONG);

  /** Waits for a piece of news, whatever other news there is beside it, and closes it. */
  const dismiss = async (text: string): Promise<void> => {
    const news = app().page.getByRole('list', { name: 'News' }).getByRole('listitem').filter({ hasText: text });
    await news.getByRole('button', { name: 'Dismiss' }).click();
    await expectPage(news).toHaveCount(0);
  };

  const clear = async (): Promise<void> => {
    await app().page.getByRole('button', { name: 'Clear', exact: true }).click();
    await expectPage(app().page.getByText('Drop recordings here')).toBeVisible();
  };

  beforeAll(async () => {
    app().page.setDefaultTimeout(STEP_MS);
    held = join(app.folder(), 'unheard');
    await writeHeldBackClips(held, {});
  });

  it('keeps what was dropped before there is a network, and names it then', async () => {
    const { page } = app();
    await app().drop([join(held, 'violin-1.wav'), join(held, 'cello-1.wav')]);
    await expectPage(page.getByText('2 items waiting for a network')).toBeVisible();
    await app().picture('classify-waiting');
    dataset = await makeSample(app());
    run = await train(app(), dataset, 'First run');
    network = join(app.folder(), 'user-data', 'runs', run, RUN_FILES.model);
    await expectPage(item('violin-1.wav')).toBeVisible(LONG);
    await expectPage(item('cello-1.wav')).toBeVisible(LONG);
    await clear();
  });

  it('asks what a folder is, and names what is in it', async () => {
    const { page } = app();
    await app().drop([held]);
    const dialog = page.getByRole('dialog', { name: 'What to do with the folder' });
    await expectPage(dialog).toBeVisible();
    await app().picture('classify-folder');
    await dialog.getByRole('button', { name: 'Name the instruments in it' }).click();
    await expectPage(summary().getByRole('button').first()).toContainText('14', LONG);
    await noJob();
  });

  describe.each(['csv', 'json', 'audacity'] as const)('as %s', (format) => {
    it('exports what the command line writes for the same files', async () => {
      const { page } = app();
      const [ours, theirs] = [join(app.folder(), `ours.${format}`), join(app.folder(), `theirs.${format}`)];
      await answerDialogs(app(), { save: ours });
      await page.getByRole('button', { name: 'Export', exact: true }).click();
      await page.getByRole('menuitem', { name: { csv: /CSV/u, json: /JSON/u, audacity: /Audacity/u }[format] }).click();
      await expectPage(page.getByRole('list', { name: 'News' })).toContainText(`ours.${format} was written.`);
      const model = join(app.folder(), 'user-data', 'runs', run);
      const { code } = await runCli(...[app.folder(), 'classify', model, held, '--format', format, '--out', theirs]);
      expect(code).toBe(0);
      if (format !== 'audacity') {
        expect(await readFile(ours, 'utf8')).toBe(await readFile(theirs, 'utf8'));
        return;
      }
      const tracks = await readdir(theirs);
      expect(tracks.length).toBe(14);
      expect(await readdir(ours)).toEqual(tracks);
      for (const track of tracks) {
        expect(await readFile(join(ours, track), 'utf8')).toBe(await readFile(join(theirs, track), 'utf8'));
      }
    });
  });

  it('shows the same files with other options, names them again and remembers the choice', async () => {
    const { page } = app();
    await page.getByRole('button', { name: 'Options', exact: true }).click();
    await page.getByLabel('Hop, seconds').fill('1');
    await page.getByLabel('Classes listed').fill('5');
    await expectPage(page.getByText(/with other choices than now/u)).toBeVisible();
    const again = page.evaluate(
      () =>
        new Promise<number[]>((resolve) => {
          window.instrunet.on('classified', ({ result }) => {
            if (result.file.includes('-then-')) resolve(result.windows.slice(0, 3).map(({ start }) => start));
          });
        }),
    );
    await page.getByRole('button', { name: 'Name all again' }).click();
    expect(await again).toEqual([0, 1, 2]);
    await noJob();
    await expectPage(page.getByText(/with other choices than now/u)).toHaveCount(0);
    await expectPage(summary().getByRole('button').first()).toContainText('14');
    expect(await page.evaluate(() => localStorage.getItem('listening'))).toContain('"hopSeconds":1,');
  });

  it('calls what is below the threshold not sure, and keeps the figures', async () => {
    const { page } = app();
    const bars = await item('acoustic-guitar-1.wav').getByRole('list').first().innerText();
    await page.getByLabel('Not sure below, %').fill('100');
    await expectPage(summary().getByRole('button', { name: /not sure/u })).toContainText('14');
    await expectPage(item('acoustic-guitar-1.wav')).toContainText('not sure');
    expect(await item('acoustic-guitar-1.wav').getByRole('list').first().innerText()).toBe(bars);
    await app().picture('classify-not-sure');
    await page.getByLabel('Not sure below, %').fill('0');
    await expectPage(summary().getByRole('button', { name: /not sure/u })).toHaveCount(0);
    await page.getByRole('button', { name: 'Options', exact: true }).click();
  });

  it('plays from where the timeline is clicked, and its playhead moves', async () => {
    const { page } = app();
    await listen(page);
    const [long = ''] = (await readdir(held)).filter((name) => name.includes('-then-'));
    await item(long).scrollIntoViewIfNeeded();
    const line = item(long).getByRole('img');
    await line.click();
    await expectPage(async () => {
      const heard = await lastHeard(page);
      expect(heard?.time).toBeGreaterThan(4.1);
      expect(heard?.time).toBeLessThan(7);
    }).toPass({ timeout: STEP_MS });
    const at = () => line.locator('.playhead').evaluate((head) => Number.parseFloat((head as HTMLElement).style.left));
    const before = await at();
    expect(before).toBeGreaterThan(49);
    await expectPage(async () => {
      expect(await at()).toBeGreaterThan(before + 1);
    }).toPass({ timeout: STEP_MS });
    await app().picture('classify-playing');
  });

  it('goes through the list by keys: next, play, every window, back', async () => {
    const { page } = app();
    await item('cello-1.wav').click({ position: { x: 300, y: 8 } });
    await page.keyboard.press('ArrowDown');
    const selected = results().locator('[aria-current="true"]');
    const name = await selected.getByRole('heading').innerText();
    expect(name).not.toBe('cello-1.wav');
    await page.keyboard.press('Space');
    await expectPage(selected.getByRole('button', { name: `Stop ${name}` })).toBeVisible();
    await page.keyboard.press('Space');
    await expectPage(selected.getByRole('button', { name: `Play ${name}` })).toBeVisible();
    await page.keyboard.press('Enter');
    const windows = page.getByRole('list', { name: `Windows of ${name}` });
    await expectPage(windows.getByRole('button', { name: /^Play 0:00–/u })).toBeVisible();
    await page.keyboard.press('Escape');
    await expectPage(windows).toHaveCount(0);
    await expectPage(selected).toBeFocused();
  });

  it('takes a network from a .keras file, and says who named its classes where the file does not', async () => {
    const { page } = app();
    const [whole, bare] = [join(app.folder(), 'whole.keras'), join(app.folder(), 'bare.keras')];
    await copyFile(network, whole);
    const { [LABELS_FILE]: labels, ...others } = unzipSync(await readFile(network));
    expect(labels).toBeDefined();
    await writeFile(bare, zipSync(others, { level: 0 }));
    await app().drop([whole, bare]);
    const dialog = page.getByRole('dialog', { name: /^Import/u });
    await expectPage(dialog).toContainText('It names its classes itself');
    await dialog.getByLabel('Name', { exact: true }).fill('The whole one');
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await expectPage(dialog).toContainText('It does not say what its 11 outputs stand for');
    await app().picture('classify-import');
    await dialog.getByLabel(/Typed in/u).check();
    await dialog.getByLabel('Classes in the order of the outputs').fill('cel, cla');
    await expectPage(dialog).toContainText('2 of 11 named');
    await expectPage(dialog.getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
    await dialog.getByLabel(/classes of a dataset/u).check();
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await expectPage(dialog).toHaveCount(0);
    await expectPage(page.getByLabel('Network')).toContainText('The whole one');
    await expectPage(page.getByText(/^Named by “First run”/u)).toBeVisible();
    const before = await item('acoustic-guitar-1.wav').getByRole('list').first().innerText();
    await page.getByRole('button', { name: 'Name all again' }).click();
    await expectPage(summary().getByRole('button').first()).toContainText('14', LONG);
    await noJob();
    await expect.poll(() => item('acoustic-guitar-1.wav').getByRole('list').first().innerText()).toBe(before);
    await item('acoustic-guitar-1.wav').dblclick({ position: { x: 300, y: 8 } });
    await expectPage(page.getByRole('complementary')).toContainText('named by the alphabetical order of the classes');
    await app().picture('classify-details');
    await page.getByRole('button', { name: 'Close details' }).click();
  });

  it('says why a file is no network', async () => {
    const broken = join(app.folder(), 'broken.keras');
    await writeFile(broken, 'no network');
    await app().drop([broken]);
    await dismiss('This model cannot be opened');
  });

  it('renames an imported network, and puts one into the trash after a time to undo it', async () => {
    const { page, electron } = app();
    await page.getByRole('button', { name: 'Options', exact: true }).click();
    await page.getByRole('button', { name: 'Rename The whole one' }).click();
    await page.getByLabel('Name of the network').fill('Another name');
    await page.keyboard.press('Enter');
    await expectPage(page.getByRole('button', { name: 'Remove Another name' })).toBeVisible();
    await app().picture('classify-options');
    await page.getByRole('button', { name: 'Remove Another name' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectPage(page.getByRole('button', { name: 'Remove Another name' })).toBeVisible();
    await electron.evaluate(({ shell }) => {
      shell.trashItem = () => Promise.reject(new Error('there is no trash here'));
    });
    await page.getByRole('button', { name: 'Remove Another name' }).click();
    await dismiss('could not be moved to the trash');
    await expectPage(page.getByRole('button', { name: 'Remove Another name' })).toBeVisible();
    await page.getByRole('button', { name: 'Options', exact: true }).click();
    app().takeProblems();
  });

  describe.each(SCHEMES)('in %s', (colorScheme) => {
    it.each(SIZES)('is readable at a $name window with long names, errors and silence', async ({ name, ...size }) => {
      const { page } = app();
      await clear();
      await page.emulateMedia({ colorScheme });
      await resize(app(), size);
      const odd = join(app.folder(), `odd ${colorScheme} ${name}`);
      const long = `${'a recording with a very long name, as people have them '.repeat(2)}17.wav`;
      await writeWav(join(odd, 'silence.wav'), new Float32Array(48_000));
      await writeWav(join(odd, 'short.wav'), tone(440, 0.4));
      await writeWav(join(odd, long), tone(330, 40));
      await writeFile(join(odd, 'broken.wav'), 'no sound at all');
      await app().drop([join(odd, 'silence.wav'), join(odd, long), join(odd, 'broken.wav'), join(odd, 'short.wav')]);
      await expectPage(item('short.wav')).toBeVisible(LONG);
      await noJob();
      await app().picture(`classify-odd-${colorScheme}-${name}`);
      await item(long).click({ position: { x: 300, y: 8 } });
      await page.keyboard.press('Enter');
      await expectPage(page.getByRole('complementary')).toBeVisible();
      await app().picture(`classify-odd-details-${colorScheme}-${name}`);
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Options', exact: true }).click();
      await app().picture(`classify-options-${colorScheme}-${name}`);
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Options', exact: true }).click();
    });
  });

  it('narrows the list to a verdict', async () => {
    const verdict = summary().getByRole('button', { name: /not readable/u });
    const count = Number(/\d+/u.exec(await verdict.innerText())?.[0]);
    await verdict.click();
    await expectPage(results().getByRole('article')).toHaveCount(count);
    const all = summary().getByRole('button', { name: /^all/u });
    await all.click();
    await expectPage(all).toHaveAttribute('aria-pressed', 'true');
    await expectPage(results().getByRole('article').nth(count)).toBeAttached();
  });

  describe('before the engine has answered', () => {
    /** Drops a recording on an engine that is held up, does something in the window, and lets the engine go on. */
    const whileItStarts = async (act: () => Promise<void>): Promise<void> => {
      const engine = await engineProcess(app());
      if (engine === null) throw new Error('no engine among the processes of the app');
      await clear();
      kill(engine, 'SIGSTOP');
      try {
        await app().drop([join(held, 'violin-1.wav')]);
        await expectPage(app().page.getByText('opening the network')).toBeVisible();
        await act();
      } finally {
        kill(engine, 'SIGCONT');
      }
      // Answered after what was asked for before it.
      await app().ask('models.list', null);
      await noJob();
    };

    it('the list can be cleared, and what was asked for does not come back', async () => {
      await whileItStarts(clear);
      expect(await app().ask('jobs.list', null)).not.toContainEqual(expect.objectContaining({ state: 'running' }));
      await expectPage(app().page.getByText('Drop recordings here')).toBeVisible();
      await app().drop([join(held, 'cello-1.wav')]);
      await expectPage(item('cello-1.wav')).toBeVisible(LONG);
      await expectPage(results().getByRole('article')).toHaveCount(1);
      await noJob();
    });

    it('it can be cancelled', async () => {
      const { page } = app();
      await whileItStarts(() => page.getByRole('button', { name: 'Cancel', exact: true }).click());
      await expectPage(page.getByText('Drop recordings here')).toBeVisible();
      await app().drop([join(held, 'cello-1.wav')]);
      await expectPage(item('cello-1.wav')).toBeVisible(LONG);
      await noJob();
      await expectPage(results().getByRole('article')).toHaveCount(1);
    });
  });

  describe('a thousand files', () => {
    let many: string[];

    beforeAll(async () => {
      const folder = join(app.folder(), 'many');
      many = Array.from({ length: MANY }, (_, index) => join(folder, `${String(index).padStart(4, '0')}.wav`));
      for (const [index, path] of many.entries()) await writeWav(path, tone(150 + index, 0.3));
      await clear();
    });

    it('are named while every click is answered at once; another drop waits behind them', async () => {
      const { page } = app();
      await app().drop(many);
      await expectPage(page.getByText(/of 1,000 files/u)).toBeVisible(LONG);
      await app().drop([join(held, 'violin-1.wav')]);
      await expectPage(page.getByText('then violin-1.wav')).toBeVisible();
      await app().picture('classify-many');
      const answers: number[] = [];
      for (let click = 0; click < 10; click++) answers.push(await clickTime(page, click % 2 === 0));
      expect(answers.filter((time) => time > ANSWER_MS)).toEqual([]);
      expect((await app().ask('jobs.list', null)).some(({ state }) => state === 'running')).toBe(true);
      await noJob();
      await expectPage(summary().getByRole('button').first()).toContainText('1,001');
      expect(await results().getByRole('article').count()).toBeLessThan(60);
      await results().focus();
      await page.keyboard.press('End');
      await expectPage(item('violin-1.wav')).toBeVisible();
      await clear();
    });

    it('stop when cancelled, and what was named stays', async () => {
      const { page } = app();
      await app().drop(many);
      await expectPage(summary().getByRole('button').first()).toBeVisible(LONG);
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await noJob();
      await expectPage(page.getByRole('button', { name: 'Export', exact: true })).toBeEnabled();
      const counts = await summary().getByRole('button').allInnerTexts();
      const named = Number(/[\d,]+/u.exec(counts[0] ?? '')?.[0].replace(',', ''));
      expect(named).toBeGreaterThan(0);
      expect(named).toBeLessThan(MANY);
    });
  });
});

/** Milliseconds from a real click on a view's entry until that view has been painted. */
async function clickTime(page: Page, away: boolean): Promise<number> {
  const painted = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const stop = (event: MouseEvent): void => {
          removeEventListener('click', stop, true);
          requestAnimationFrame(() => {
            setTimeout(() => {
              resolve(performance.now() - event.timeStamp);
            });
          });
        };
        addEventListener('click', stop, true);
      }),
  );
  await page
    .getByRole('navigation')
    .getByRole('link', { name: away ? 'Settings' : 'Classify' })
    .click();
  return painted;
}
