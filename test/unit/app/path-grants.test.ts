import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PathGrants } from '../../../main/app/path-grants.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

describe('path grants', () => {
  it('name a file and a folder by ids that tell nothing of their place', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'clip.wav');
    await writeFile(file, 'x');
    await mkdir(join(folder, 'violin'));
    const grants = new PathGrants();
    const items = await grants.grant([file, join(folder, 'violin')]);
    expect(items.map(({ name, kind }) => ({ name, kind }))).toEqual([
      { name: 'clip.wav', kind: 'file' },
      { name: 'violin', kind: 'folder' },
    ]);
    expect(JSON.stringify(items)).not.toContain(folder);
    expect(items.map(({ grant }) => grants.resolve(grant))).toEqual([file, join(folder, 'violin')]);
  });

  it('are refused for another kind than was granted', async () => {
    const folder = await temporaryFolder();
    const grants = new PathGrants();
    const [item] = await grants.grant([folder]);
    const grant = item?.grant ?? '';
    expect(grants.resolve(grant, 'folder')).toBe(folder);
    expect(grants.resolve(grant, 'file')).toBeNull();
  });

  it('pass over what is not there, relative paths and paths with a null byte', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'clip.wav');
    await writeFile(file, 'x');
    const grants = new PathGrants();
    const refused = ['', join(folder, 'missing'), relative(process.cwd(), file), `${file}\0.png`];
    expect(await grants.grant(refused)).toEqual([]);
  });

  it('have the path without its detours', async () => {
    const folder = await temporaryFolder();
    const grants = new PathGrants();
    const [item] = await grants.grant([`${folder}/../${folder.split('/').at(-1) ?? ''}/.`]);
    expect(grants.resolve(item?.grant ?? '')).toBe(folder);
  });

  it('know no id they did not give', () => {
    const grants = new PathGrants();
    for (const id of [randomUUID(), '', '/etc', '__proto__', 'constructor']) expect(grants.resolve(id)).toBeNull();
  });
});
