import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentOf, runCli, startCli } from '../../helpers/cli.ts';
import { suiteFolder } from '../../helpers/temporary-folder.ts';

describe('a naming that is interrupted', () => {
  const folder = suiteFolder();
  const dataset = (): string => join(folder(), 'sample');
  const run = (): string => join(folder(), 'run');

  beforeAll(async () => {
    documentOf(await runCli(folder(), 'sample', dataset(), '--clips-per-class', '30', '--json'));
    documentOf(await runCli(folder(), 'train', dataset(), '--out', run(), '--epochs', '1', '--json'));
  });

  it('by Ctrl-C writes what has been named until then, and answers 130', async () => {
    const violins = join(dataset(), 'vio');
    const [clip = ''] = await readdir(violins);
    const [first, broken, out] = ['first.wav', 'broken.wav', 'named.csv'].map((name) => join(folder(), name));
    await copyFile(join(violins, clip), first ?? '');
    await writeFile(broken ?? '', 'no sound at all');
    const files = [first ?? '', broken ?? '', dataset()];
    const cli = startCli(folder(), ['classify', run(), ...files, '--format', 'csv', '--out', out ?? '']);
    await cli.saw('Left out');
    cli.child.kill('SIGINT');
    const { code, stderr } = await cli.finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/Cancelled after [\d,]+ files?\./u);
    const rows = parse<{ file: string }>(await readFile(out ?? '', 'utf8'), { columns: true });
    const named = new Set(rows.map(({ file }) => file));
    expect(named.has(first ?? '')).toBe(true);
    expect(named.size).toBeLessThan(332);
  });
});
