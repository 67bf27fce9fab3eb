import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isCancellation } from '../../../main/engine/common/errors.ts';
import { parseCorrectionsCsv } from '../../../main/engine/dataset/corrections-csv.ts';
import { describeScore } from '../../../main/engine/evaluation/describe-score.ts';
import { openLibrary, type Library } from '../../../main/engine/library/database.ts';
import { readRun, RUN_FILES } from '../../../main/engine/library/run-folder.ts';
import { resumeRun } from '../../../main/engine/workflows/resume.ts';
import { openDataset } from '../../../main/engine/workflows/scan.ts';
import { presetTraining } from '../../../main/engine/workflows/preset-training.ts';
import { trainRun } from '../../../main/engine/workflows/train.ts';
import type { TrainingTask } from '../../../main/engine/workflows/training-task.ts';
import { documentOf, runCli } from '../../helpers/cli.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';
import { tone, writeWav } from '../../helpers/wav.ts';
import { weightsHash } from '../../helpers/weights.ts';

const CLIPS = 6;
const CONFIG = { ...presetTraining('instrunet-seed'), epochs: 2 };

const at = suitePaths();
let number = 0;
const fresh = (name: string): string => at(`${name}-${number++}`);
const context = () => ({ libraryFolder: at('library'), workerFile: undefined });
const dataset = (): string => at('tones');

async function inLibrary(work: (library: Library) => void): Promise<void> {
  const library = await openLibrary(at('library'));
  work(library);
  library.close();
}

const mark = async (clip: string, to: string | null, note = ''): Promise<void> => {
  await inLibrary((library) => {
    const sha256 = library.loadDataset(dataset())?.clips.find(({ path }) => path === clip)?.sha256 ?? null;
    library.addCorrection(dataset(), { clip, sha256, from: clip.split('/')[0] ?? '', to, note });
  });
};

const train = (out: string, corrections: 'library' | 'none', task: TrainingTask = {}) =>
  trainRun(context(), { folder: dataset(), out, config: CONFIG, corrections }, task);

/** Cancels itself after the first epoch. */
function stopping(): TrainingTask {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onEvent: ({ type }) => {
      if (type === 'epoch') controller.abort();
    },
  };
}

beforeAll(async () => {
  for (const [index, label] of ['high', 'low'].entries()) {
    for (let clip = 0; clip < CLIPS; clip++) {
      await writeWav(join(dataset(), label, `take ${clip}.wav`), tone(1200 - 900 * index + 40 * clip, 3));
    }
  }
  await openDataset(context(), dataset(), {});
});

beforeEach(async () => {
  await inLibrary((library) => {
    for (const { id } of library.listCorrections(dataset())) library.removeCorrection(id);
  });
});

describe('a training with corrections', () => {
  it('learns and scores the corrected labels, and its run says which they were', async () => {
    await mark('high/take 0.wav', 'low', 'sounds, "low"');
    await mark('low/take 1.wav', null);
    const out = fresh('run');
    const notes: string[] = [];
    const { run, metrics } = await train(out, 'library', {
      onEvent: (news) => {
        if (news.type === 'note') notes.push(news.message);
      },
    });
    expect(notes).toContain('1 label corrected, 1 clip left out, as marked by you.');
    expect(run).toMatchObject({ corrections: { relabelled: 1, leftOut: 1 }, dataset: { clips: 2 * CLIPS - 1 } });
    expect(await readRun(out)).toMatchObject({ corrections: { relabelled: 1, leftOut: 1 } });
    const kept = parseCorrectionsCsv(await readFile(join(out, RUN_FILES.corrections), 'utf8'));
    expect(kept).toMatchObject([
      { clip: 'high/take 0.wav', from: 'high', to: 'low', note: 'sounds, "low"' },
      { clip: 'low/take 1.wav', from: 'low', to: null },
    ]);
    const split = await readFile(join(out, RUN_FILES.split), 'utf8');
    expect(split).toMatch(/^high\/take 0\.wav,.*,low,(training|validation)$/mu);
    expect(split).not.toContain('low/take 1.wav');
    expect(metrics.corrections).toEqual({ relabelled: 1, leftOut: 1 });
    if ('kind' in metrics) throw new Error('one label a clip was expected');
    expect(describeScore(metrics).join(' ')).toContain('1 label corrected, 1 clip left out');
  });

  it('that changes nothing is one without', async () => {
    const [plain, same] = [fresh('plain'), fresh('same')];
    const { run } = await train(plain, 'none');
    expect(run.corrections).toBeNull();
    expect((await train(same, 'library')).run.corrections).toBeNull();
    expect(await readdir(plain)).not.toContain(RUN_FILES.corrections);
    expect(await readdir(same)).not.toContain(RUN_FILES.corrections);
    expect(await weightsHash(join(same, RUN_FILES.model))).toBe(await weightsHash(join(plain, RUN_FILES.model)));
  });

  it('is refused where they leave nothing of a kind', async () => {
    for (let clip = 0; clip < CLIPS; clip++) await mark(`low/take ${clip}.wav`, null);
    await expect(train(fresh('one'), 'library')).rejects.toMatchObject({ code: 'too-few-classes' });
  });

  it('is resumed with those it began with, whatever was marked since', async () => {
    await mark('high/take 0.wav', 'low');
    const [whole, stopped] = [fresh('whole'), fresh('stopped')];
    await train(whole, 'library');
    await expect(train(stopped, 'library', stopping())).rejects.toSatisfy(isCancellation);
    await mark('high/take 0.wav', 'high');
    await mark('low/take 2.wav', null);
    const { run } = await resumeRun(context(), { folder: dataset(), out: stopped, given: {} }, {});
    expect(run).toMatchObject({ status: 'done', corrections: { relabelled: 1, leftOut: 0 } });
    expect(await weightsHash(join(stopped, RUN_FILES.model))).toBe(await weightsHash(join(whole, RUN_FILES.model)));
  });

  it('goes on where marks were asked for and there are none, then as now', async () => {
    const stopped = fresh('stopped');
    await expect(train(stopped, 'library', stopping())).rejects.toSatisfy(isCancellation);
    const { run } = await resumeRun(context(), { folder: dataset(), out: stopped, given: {}, corrections: true }, {});
    expect(run).toMatchObject({ status: 'done', corrections: null });
  });

  it('that began without any goes on without, and says so when asked for them', async () => {
    const stopped = fresh('stopped');
    await expect(train(stopped, 'none', stopping())).rejects.toSatisfy(isCancellation);
    await mark('high/take 0.wav', 'low');
    const request = { folder: dataset(), out: stopped, given: {} };
    await expect(resumeRun(context(), { ...request, corrections: true }, {})).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    expect((await resumeRun(context(), request, {})).run).toMatchObject({ status: 'done', corrections: null });
  });
});

describe('train on the command line', () => {
  const cli = (...options: string[]) =>
    runCli(at(), 'train', dataset(), '--out', fresh('cli'), '--epochs', '1', '--json', ...options);

  it('leaves marks alone and says that there are some, unless it is told to apply them', async () => {
    await mark('high/take 0.wav', 'low');
    const plain = await cli();
    expect(plain.stderr).toContain('Labels are as in the folder: 1 mark of yours not applied.');
    expect(plain.stderr).toContain('--corrections applies what you marked.');
    expect(documentOf(plain)).toMatchObject({ run: { corrections: null } });
    const corrected = await cli('--corrections');
    expect(corrected.stderr).toContain('1 label corrected, as marked by you.');
    expect(documentOf(corrected)).toMatchObject({
      run: { corrections: { relabelled: 1, leftOut: 0 } },
      metrics: { corrections: { relabelled: 1, leftOut: 0 } },
    });
  });
});
