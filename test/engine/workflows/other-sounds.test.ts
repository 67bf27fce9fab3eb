import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isCancellation } from '../../../main/engine/common/errors.ts';
import { Random } from '../../../main/engine/common/random.ts';
import { readRun, RUN_FILES, type TrainingConfig } from '../../../main/engine/library/run-folder.ts';
import { describeOtherSounds } from '../../../main/engine/workflows/describe-other-sounds.ts';
import { presetTraining } from '../../../main/engine/workflows/preset-training.ts';
import { resumeRun } from '../../../main/engine/workflows/resume.ts';
import { trainRun } from '../../../main/engine/workflows/train.ts';
import type { TrainedRun, TrainingTask } from '../../../main/engine/workflows/training-task.ts';
import { containing } from '../../helpers/containing.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';
import { tone, writeWav } from '../../helpers/wav.ts';
import { weightsHash } from '../../helpers/weights.ts';

const RATE = 16_000;
const CONFIG: TrainingConfig = { ...presetTraining('instrunet-fast'), epochs: 6, outputs: 'sigmoid', batchSize: 8 };
const at = suitePaths();
const context = () => ({ libraryFolder: at('library'), workerFile: undefined });

interface Wish {
  readonly config?: Partial<TrainingConfig>;
  readonly otherSounds?: string | undefined;
  readonly task?: TrainingTask;
}

const train = (out: string, { config = {}, otherSounds = at('others'), task = {} }: Wish = {}): Promise<TrainedRun> =>
  trainRun(
    context(),
    { folder: at('tones'), out: at(out), config: { ...CONFIG, ...config }, otherSounds, corrections: 'none' },
    task,
  );

function noise(seed: number): Float32Array {
  const random = new Random(seed, 'noise');
  return Float32Array.from({ length: 3 * RATE }, () => random.between(-0.5, 0.5));
}

/** Stops after its second epoch. */
function stopping(): TrainingTask {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onEvent: (news) => {
      if (news.type === 'epoch' && news.record.epoch === 2) controller.abort();
    },
  };
}

describe('sounds in which none of the classes sounds', () => {
  const notes: string[] = [];
  let trained: TrainedRun;

  beforeAll(async () => {
    for (const [index, label] of ['high', 'low'].entries()) {
      for (let clip = 0; clip < 10; clip++) {
        const name = `${String.fromCharCode(97 + clip)} take.wav`;
        await writeWav(at('tones', label, name), tone(300 + 900 * index + 40 * clip, 3));
      }
    }
    for (let clip = 0; clip < 10; clip++) {
      const name = `${String.fromCharCode(97 + clip)} noise.wav`;
      await writeWav(clip < 5 ? at('others', name) : at('others', 'deeper', 'low', name), noise(clip));
    }
    await cp(at('tones', 'high', 'a take.wav'), at('others', 'stray.wav'));
    trained = await train('run', {
      task: {
        onEvent: (news) => {
          if (news.type === 'note') notes.push(news.message);
        },
      },
    });
  });

  it('are taken from wherever they lie in their folder, split as the clips are, and never are a class', async () => {
    const run = await readRun(at('run'));
    expect(run.classes.map(({ code }) => code)).toEqual(['high', 'low']);
    expect(run.otherSounds).toMatchObject({ name: 'others', root: at('others'), training: 8, heldBack: 2 });
    expect(run.result?.takenForClasses?.sounds).toBe(2);
  });

  it('leave out what is a clip of the dataset, too, and say so', () => {
    expect(notes.filter((note) => note.includes('are clips of the dataset, too'))).toHaveLength(1);
    expect(notes).toContainEqual(containing('8 sounds without an instrument in others'));
  });

  it('count as taken for a class where one reaches its threshold, which is told', () => {
    const { run } = trained;
    const taken = { sounds: 20, taken: 3, classes: [{ code: 'low', sounds: 3 }] };
    const told = (takenForClasses: typeof taken): string | null =>
      describeOtherSounds({ ...run, result: run.result === null ? null : { ...run.result, takenForClasses } });
    expect(told(taken)).toContain('3 (15.0 %) were taken for an instrument: low 3.');
    expect(told({ sounds: 20, taken: 0, classes: [] })).toContain('none was taken for an instrument');
    expect(describeOtherSounds(run)).toContain('2 sounds without an instrument (others)');
  });

  it('make another network than training without them', async () => {
    const without = await trainRun(
      context(),
      { folder: at('tones'), out: at('without'), config: CONFIG, corrections: 'none' },
      {},
    );
    expect(without.run.otherSounds).toBeNull();
    expect(without.run.result?.takenForClasses).toBeNull();
    expect(await weightsHash(at('without', RUN_FILES.model))).not.toBe(await weightsHash(at('run', RUN_FILES.model)));
  });

  it('belong to a run that is resumed, to the same end', async () => {
    await expect(train('stopped', { task: stopping() })).rejects.toSatisfy(isCancellation);
    const request = { folder: at('tones'), out: at('stopped'), given: {} };
    await expect(resumeRun(context(), { ...request, otherSounds: at('tones') }, {})).rejects.toMatchObject({
      code: 'invalid-argument',
      message: containing('keeps its sounds without an instrument'),
    });
    const resumed = await resumeRun(context(), { ...request, otherSounds: at('others') }, {});
    expect(await weightsHash(at('stopped', RUN_FILES.model))).toBe(await weightsHash(at('run', RUN_FILES.model)));
    expect(resumed.run.result?.takenForClasses).toEqual(trained.run.result?.takenForClasses);
  });

  it('must be the same when a run is resumed', async () => {
    await cp(at('others'), at('changing'), { recursive: true });
    await expect(train('changed', { otherSounds: at('changing'), task: stopping() })).rejects.toSatisfy(isCancellation);
    await rm(at('changing', 'a noise.wav'));
    const request = { folder: at('tones'), out: at('changed'), given: {} };
    await expect(resumeRun(context(), request, {})).rejects.toMatchObject({
      code: 'incompatible-run',
      message: containing('have changed since the run began'),
    });
  });

  it.each([
    ['a network that must name one class', { config: { outputs: 'softmax' } }, 'judges each class by itself'],
    ['a folder that is the dataset', { otherSounds: 'tones' }, 'beside each other'],
    ['a folder in the dataset', { otherSounds: join('tones', 'low') }, 'beside each other'],
  ] as const)('are refused for %s', async (_what, { otherSounds, ...wish }: Wish, message) => {
    const folder = otherSounds === undefined ? undefined : at(otherSounds);
    await expect(train('refused', { ...wish, otherSounds: folder ?? at('others') })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: containing(message),
    });
    await expect(readRun(at('refused'))).rejects.toMatchObject({ code: 'not-found' });
  });
});
