import { readdir, stat } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClassifiedFile } from '../../../main/engine/classify/result.ts';
import { readRun, RUN_FILES } from '../../../main/engine/library/run-folder.ts';
import { readStarter, starterFile } from '../../../main/engine/library/starter-folder.ts';
import { readKerasFile } from '../../../main/engine/model/keras-file.ts';
import { modelCard } from '../../../main/engine/workflows/model-card.ts';
import { buildBundles } from '../../../scripts/build.mjs';
import { documentOf, runCli } from '../../helpers/cli.ts';
import { EngineClient } from '../../helpers/engine-client.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';

/** What shortened weights may change of a probability. */
const TOLERANCE = 0.01;
const at = suitePaths();
/** So few that a hardly trained network does it. */
const few = ['--right', '0.05'];

describe('the starter network', () => {
  const cli = (...parameters: string[]) => runCli(at(), ...parameters);
  const named = async (model: string): Promise<ClassifiedFile[]> => {
    const result = documentOf(await cli('classify', model, at('held'), '--top', '11', '--json'));
    return (result as { files: ClassifiedFile[] }).files;
  };

  beforeAll(async () => {
    await buildBundles();
    documentOf(await cli('sample', at('clips'), '--clips-per-class', '12', '--held-back', at('held'), '--json'));
    const options = ['--preset', 'instrunet-fast', '--epochs', '2', '--seed', '1', '--json'];
    documentOf(await cli('train', at('clips'), '--out', at('run'), ...options));
  });

  it('is asked for in vain where the build has none', async () => {
    const { code, stderr } = await cli('classify', 'starter', at('held'));
    expect([code, stderr]).toEqual([1, expect.stringContaining('built without a starter network')]);
  });

  it('is not said to be of IRMAS where it is not', async () => {
    const { code, stderr } = await cli('make-starter', at('run'), '--data', 'irmas', '--out', at('wrong'));
    expect([code, stderr]).toEqual([2, expect.stringContaining('is not IRMAS')]);
  });

  it('is packed smaller, with a card that follows from what lies beside it', async () => {
    documentOf(await cli('make-starter', at('run'), ...few, '--out', at('starter'), '--json'));
    expect((await readdir(at('starter'))).sort()).toEqual([
      'MODEL_CARD.md',
      'metrics.json',
      'model.keras',
      'starter.json',
    ]);
    const found = await readStarter(at('starter'));
    expect(found?.card).toBe(found === null ? '' : modelCard(found.starter, found.metrics));
    expect(found?.card).toContain('synthetic');
    const [packed, whole] = [await stat(at('starter', 'model.keras')), await stat(at('run', RUN_FILES.model))];
    expect(packed.size).toBeLessThan(whole.size * 0.75);
  });

  it('names what the network of the run names, as surely', async () => {
    const [starter, run] = [await named('starter'), await named(at('run'))];
    const figures = (files: ClassifiedFile[]) =>
      files.flatMap(({ top }) => [...top].sort((a, b) => a.label.localeCompare(b.label)).map((one) => one.probability));
    const [ours, theirs] = [figures(starter), figures(run)];
    expect(ours.length).toBe(theirs.length);
    expect(ours.length).toBeGreaterThan(0);
    expect(Math.max(...ours.map((value, index) => Math.abs(value - (theirs[index] ?? NaN))))).toBeLessThan(TOLERANCE);
  });

  it('is scored and exported by its name', async () => {
    documentOf(await cli('evaluate', 'starter', at('clips'), '--out', at('scored'), '--json'));
    documentOf(await cli('export', 'starter', '--out', at('copy.keras'), '--json'));
    expect((await stat(at('copy.keras'))).size).toBe((await stat(at('starter', 'model.keras'))).size);
  });

  it('takes the score of an evaluation, and refuses one of another network', async () => {
    documentOf(await cli('evaluate', at('run'), at('clips'), '--out', at('evaluated'), '--json'));
    documentOf(
      await cli('make-starter', at('run'), '--evaluation', at('evaluated'), ...few, '--out', at('other'), '--json'),
    );
    const [own, other] = [await readStarter(at('starter')), await readStarter(at('other'))];
    expect(other?.metrics.side).toBe('folder');
    // The clips put away have no say in the threshold, and are counted by it.
    const validation = own?.starter.sides.find(({ side }) => side === 'validation')?.clips;
    expect(own?.starter.sure).toMatchObject({ chosen: { clips: validation }, scored: null });
    expect(other?.starter.sure).toMatchObject({
      ...{ threshold: own?.starter.sure?.threshold, chosen: own?.starter.sure?.chosen },
      scored: { clips: other?.metrics.clips },
    });
    expect(other?.card).toContain('which had no say in that');
    documentOf(
      await cli('train', at('clips'), '--out', at('seed'), '--preset', 'instrunet-seed', '--epochs', '1', '--json'),
    );
    const { code, stderr } = await cli('make-starter', at('seed'), '--evaluation', at('evaluated'), '--out', at('not'));
    expect([code, stderr]).toEqual([1, expect.stringContaining('another network')]);
  });

  it('that judges each class by itself keeps its thresholds, and its card says what is heard by them', async () => {
    documentOf(await cli('sample', at('noises'), '--clips-per-class', '6', '--seed', '9', '--json'));
    const options = ['--preset', 'instrunet-fast', '--epochs', '2', '--outputs', 'sigmoid', '--test', '0.2', '--json'];
    const others = ['--other-sounds', '0.1', '--other-sounds-from', at('noises'), '--members', '2'];
    documentOf(await cli('train', at('clips'), '--out', at('each'), ...options, ...others));
    const note = 'The noises are nobody’s.';
    documentOf(await cli('make-starter', at('each'), '--note', note, '--out', at('each-starter'), '--json'));
    const found = await readStarter(at('each-starter'));
    if (found === null) throw new Error('no starter was made');
    const { starter, metrics, card } = found;
    const decision = (await readRun(at('each'))).result?.decision;
    expect(decision).toEqual({ kind: 'each', thresholds: starter.heard?.thresholds });
    expect((await readKerasFile(starterFile(at('each-starter'), 'network'))).labels?.decision).toEqual(decision);
    expect(starter).toMatchObject({ sure: null, note, heard: { scored: { clips: metrics.clips } } });
    expect(metrics.side).toBe('test');
    expect(card).toBe(modelCard(starter, metrics));
    const { otherSounds, heard } = starter;
    expect(card).toContain(`Of ${String(otherSounds?.heldBack)} others of the kind, held back, it takes`);
    expect(card).toContain(`in ${String(heard?.scored?.right)} (`);
    for (const words of [note, '“none of these”', '10.0 % as many', 'networks side by side | 2, which'])
      expect(card).toContain(words);
  });

  it('is offered and used behind a port', async () => {
    const client = new EngineClient(at('library'), at('starter'));
    expect(await client.ask('models.starter', null)).toMatchObject({ name: 'Starter network', data: null });
    const listening = { hopSeconds: 1.5, aggregation: 'mean', topK: 3 } as const;
    const { job } = await client.ask('classify.start', { model: { kind: 'starter' }, files: [at('held')], listening });
    expect(await client.ended(job)).toMatchObject({ state: 'done', error: null });
    expect(await new EngineClient(at('library')).ask('models.starter', null)).toBeNull();
  });
});
