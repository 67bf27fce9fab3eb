import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RUN_FILES, type Run } from '../../../main/engine/library/run-folder.ts';
import { documentOf, runCli, startCli } from '../../helpers/cli.ts';
import { weightsHash } from '../../helpers/weights.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';

const EPOCHS = '4';

async function statusOf(run: string): Promise<string> {
  return (JSON.parse(await readFile(join(run, RUN_FILES.run), 'utf8')) as Run).status;
}

describe('a training that is interrupted', () => {
  const folder = suiteFolder();
  let dataset: string;
  let uninterrupted: string;

  const train = (run: string, ...more: string[]): string[] => ['train', dataset, '--out', run, ...more];
  const weightsOf = (run: string): Promise<string> => weightsHash(join(run, RUN_FILES.model));

  beforeAll(async () => {
    dataset = join(folder(), 'sample');
    uninterrupted = join(folder(), 'uninterrupted');
    documentOf(await runCli(folder(), 'sample', dataset, '--clips-per-class', '30', '--json'));
    documentOf(await runCli(folder(), ...train(uninterrupted, '--epochs', EPOCHS, '--json')));
  });

  it('by Ctrl-C answers 130 within seconds and resumes to the same network', async () => {
    const run = join(folder(), 'cancelled');
    const cli = startCli(folder(), train(run, '--epochs', EPOCHS, '--json'));
    await cli.saw(`Epoch 1/${EPOCHS}`);
    const asked = performance.now();
    cli.child.kill('SIGINT');
    const { code, stdout, stderr } = await cli.finished;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toEqual({ cancelled: true });
    expect(performance.now() - asked).toBeLessThan(5000);
    expect(stderr).toContain('--resume');
    expect(await statusOf(run)).toBe('cancelled');

    const resumed = documentOf(await runCli(folder(), ...train(run, '--resume', '--json'))) as { run: Run };
    expect(resumed.run.status).toBe('done');
    expect(await weightsOf(run)).toEqual(await weightsOf(uninterrupted));
  });

  it('by a kill loses at most the epoch it was in, and resumes to the same history', async () => {
    const run = join(folder(), 'killed');
    const cli = startCli(folder(), train(run, '--epochs', EPOCHS));
    await cli.saw(`Epoch 2/${EPOCHS}`);
    cli.child.kill('SIGKILL');
    await cli.finished;
    expect(await statusOf(run)).toBe('running');

    const resumed = await runCli(folder(), ...train(run, '--resume'));
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).not.toContain(`Epoch 2/${EPOCHS}`);
    expect(await weightsOf(run)).toEqual(await weightsOf(uninterrupted));
    const losses = async (each: string) =>
      (await readFile(join(each, RUN_FILES.history), 'utf8')).split('\n').map((line) => line.split(',').slice(0, 5));
    expect(await losses(run)).toEqual(await losses(uninterrupted));
  });

  it('goes on to its end when nobody reads its news any more', async () => {
    const run = join(folder(), 'unread');
    const cli = startCli(folder(), train(run, '--epochs', EPOCHS));
    await cli.saw(`Epoch 1/${EPOCHS}`);
    cli.child.stderr?.destroy();
    expect((await cli.finished).code).toBe(0);
    expect(await statusOf(run)).toBe('done');
  });

  it('is not resumed with other options, which would be another training', async () => {
    const run = join(folder(), 'other-options');
    const cli = startCli(folder(), train(run, '--epochs', EPOCHS));
    await cli.saw(`Epoch 1/${EPOCHS}`);
    cli.child.kill('SIGINT');
    await cli.finished;
    const { code, stderr } = await runCli(folder(), ...train(run, '--resume', '--batch-size', '8'));
    expect(code).toBe(2);
    expect(stderr).toContain('batchSize is 32, not 8');
    const changed = await runCli(folder(), ...train(run, '--resume', '--roll', '0.25'));
    expect(changed.code).toBe(2);
    expect(changed.stderr).toContain('roll is 1, not 0.25');
    expect(await statusOf(run)).toBe('cancelled');
  });

  it('resumes where it had to make the images itself, to the same network', async () => {
    const run = join(folder(), 'cold');
    const emptyLibrary = join(folder(), 'no-images-yet');
    const cli = startCli(emptyLibrary, train(run, '--epochs', EPOCHS));
    await cli.saw(`Epoch 1/${EPOCHS}`);
    cli.child.kill('SIGINT');
    await cli.finished;
    const { code, stderr } = await runCli(emptyLibrary, ...train(run, '--resume'));
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(await weightsOf(run)).toEqual(await weightsOf(uninterrupted));
  });

  it('takes a Ctrl-C that npm hands on a moment later for the same one', async () => {
    const run = join(folder(), 'told-twice');
    const cli = startCli(folder(), train(run, '--epochs', EPOCHS));
    await cli.saw(`Epoch 1/${EPOCHS}`);
    cli.child.kill('SIGINT');
    setTimeout(() => cli.child.kill('SIGINT'), 2);
    expect((await cli.finished).code).toBe(130);
    expect(await statusOf(run)).toBe('cancelled');
  });

  it('is not resumed once it has finished', async () => {
    const { code, stderr } = await runCli(folder(), ...train(uninterrupted, '--resume'));
    expect(code).toBe(1);
    expect(stderr).toContain('has finished');
  });
});

describe('a cross-validation that is interrupted', () => {
  const folder = suiteFolder();

  it('says which run the same command goes on with, and does', async () => {
    const [dataset, run] = [join(folder(), 'sample'), join(folder(), 'folds')];
    documentOf(await runCli(folder(), 'sample', dataset, '--clips-per-class', '12', '--json'));
    const command = ['cross-validate', dataset, '--out', run, '--folds', '2', '--name', 'two folds'];
    command.push('--preset', 'instrunet-fast', '--epochs', '2');
    const cli = startCli(folder(), command);
    await cli.saw('Fold 2 of 2');
    cli.child.kill('SIGINT');
    const { code, stderr } = await cli.finished;
    expect(code).toBe(130);
    expect(stderr).toContain(`The same command with --resume goes on with ${run}.`);

    const resumed = documentOf(await runCli(folder(), ...command, '--resume', '--json')) as { run: Run };
    expect(resumed.run).toMatchObject({ status: 'done', name: 'two folds' });
  });
});
