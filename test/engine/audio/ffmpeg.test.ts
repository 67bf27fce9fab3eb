import { chmod, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { locateFfmpeg } from '../../../main/engine/audio/ffmpeg.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';

const at = suitePaths();

describe('locateFfmpeg', () => {
  it('finds one and says where it came from', async () => {
    const { path, source } = await locateFfmpeg();
    expect(path).toMatch(/ffmpeg/);
    expect(['INSTRUNET_FFMPEG', 'ffmpeg-static', '@ffmpeg-installer/ffmpeg', 'PATH']).toContain(source);
  });

  it('takes the one the environment names', async () => {
    await writeFile(at('my ffmpeg'), '#!/bin/sh\necho ffmpeg version 99\n');
    await chmod(at('my ffmpeg'), 0o755);
    expect(await locateFfmpeg({ INSTRUNET_FFMPEG: at('my ffmpeg') })).toEqual({
      path: at('my ffmpeg'),
      source: 'INSTRUNET_FFMPEG',
    });
  });

  it('does not take another one in place of one that cannot be run', async () => {
    await writeFile(at('note.txt'), 'no program');
    for (const wanted of [at('note.txt'), at('nowhere'), at()]) {
      await expect(locateFfmpeg({ INSTRUNET_FFMPEG: wanted })).rejects.toMatchObject({ code: 'runtime-missing' });
    }
  });

  it.each([
    ['made for another system', '\x7fELF\x02\x01\x01\0garbage', 'does not run'],
    ['lacking a library', '#!/bin/sh\necho libmissing.so: cannot open >&2\nexit 127\n', 'libmissing.so: cannot open'],
    ['which is another program', '#!/bin/sh\necho hello\n', 'is no ffmpeg'],
  ])('does not blame the files for an ffmpeg %s', async (_what, content, words) => {
    await writeFile(at('broken'), content);
    await chmod(at('broken'), 0o755);
    await expect(locateFfmpeg({ INSTRUNET_FFMPEG: at('broken') })).rejects.toMatchObject({
      code: 'runtime-missing',
      message: expect.stringContaining(words) as string,
    });
  });
});
