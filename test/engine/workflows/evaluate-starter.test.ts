import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readJson } from '../../../main/engine/common/files.ts';
import { describeProvenance, describeScore } from '../../../main/engine/evaluation/describe-score.ts';
import { MetricsSchema, type Metrics } from '../../../main/engine/evaluation/metrics.ts';
import { RUN_FILES } from '../../../main/engine/library/run-folder.ts';
import { evaluateModel } from '../../../main/engine/workflows/evaluate.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';
import { tone, writeWav } from '../../helpers/wav.ts';

const STARTER = join('resources', 'starter-model', 'model.keras');
const at = suitePaths();

async function evaluate(model: string, folder: string): Promise<Metrics> {
  const out = at(`${folder}-scored`);
  const context = { libraryFolder: at('library'), workerFile: undefined };
  await evaluateModel(context, { model, folder: at(folder), out }, {});
  return readJson(join(out, RUN_FILES.metrics), MetricsSchema);
}

describe('a score of the network that comes with the app', () => {
  beforeAll(async () => {
    const clips = {
      own: ['cel/a take.wav', 'vio/b take.wav'],
      irmas: ['[cel][cla]0001__1.wav', '[vio][pop_roc]0002__1.wav', 'cel/c take.wav'],
      unknown: ['[cel][cla]0003__1.wav', '[vio][cla]0004__1.wav'],
    };
    for (const [folder, names] of Object.entries(clips)) {
      for (const [index, name] of names.entries()) await writeWav(at(folder, name), tone(300 + 210 * index, 3));
    }
    await mkdir(at('elsewhere'));
    await copyFile(STARTER, at('elsewhere', 'model.keras'));
  });

  it('says what it was trained on, and that on which clips is not known', async () => {
    const metrics = await evaluate(STARTER, 'own');
    const learned = metrics.origin?.clips ?? 0;
    expect(learned).toBeGreaterThan(1000);
    expect(metrics).toMatchObject({ leak: null, origin: { data: 'IRMAS', alike: 0 } });
    expect(describeScore(metrics)[0]).toContain(
      `The network learned from ${learned.toLocaleString('en-US')} clips of IRMAS, and which is not known: if these`,
    );
  });

  it('says of clips that are named like those of IRMAS that they were probably heard', async () => {
    const metrics = await evaluate(STARTER, 'irmas');
    expect(metrics).toMatchObject({ leak: null, origin: { data: 'IRMAS', alike: 2 } });
    expect(describeScore(metrics)[0]).toContain(
      '2 of these 3 clips are named like clips of IRMAS: it has probably heard many of these very clips',
    );
    expect(describeProvenance(metrics)).toContain('trained on IRMAS, probably on many of these clips');
  });

  it('knows nothing of the same file elsewhere', async () => {
    const metrics = await evaluate(at('elsewhere', 'model.keras'), 'unknown');
    expect(metrics).toMatchObject({ leak: null, origin: null });
    expect(describeScore(metrics)[0]).toContain('What the network was trained on is not known');
  });
});
