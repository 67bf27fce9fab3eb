import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectAudio } from '../../../main/engine/audio/inspect.ts';
import { PlayableSounds } from '../../../main/engine/server/playable-sounds.ts';
import { FORMAT_SECONDS, FORMATS, makeFormat, PLAYED_AS_IS } from '../../fixtures/audio/formats.ts';
import { suitePaths, temporaryFolder } from '../../helpers/temporary-folder.ts';

const at = suitePaths();

describe('a sound for the player', () => {
  it.each(Object.keys(FORMATS))('%s is the file itself or a FLAC of the same sound', async (name) => {
    await makeFormat(name, at(name));
    const path = await new PlayableSounds(at('sounds')).of(at(name));
    if (PLAYED_AS_IS.has(name)) {
      expect(path).toBe(at(name));
      return;
    }
    expect(path).toMatch(/sounds.[0-9a-f]{64}\.flac$/u);
    expect((await readFile(path)).toString('latin1', 0, 4)).toBe('fLaC');
    const [copy, original] = [await inspectAudio(path), await inspectAudio(at(name))];
    expect(copy.duration).toBeCloseTo(FORMAT_SECONDS, 0);
    expect(copy.duration).toBeCloseTo(original.duration, 1);
    expect(copy.peak).toBeCloseTo(original.peak, 2);
    expect(copy.sampleRate).toBeLessThanOrEqual(48_000);
    expect(copy.channels).toBeLessThanOrEqual(2);
  });

  it('is written once, also when asked for twice at a time, and anew when the file changes', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'take.aiff');
    const sounds = new PlayableSounds(join(folder, 'sounds'));
    await makeFormat('big-endian.aiff', file);
    const [first, second] = await Promise.all([sounds.of(file), sounds.of(file)]);
    expect(second).toBe(first);
    expect(await sounds.of(file)).toBe(first);
    expect(await readdir(join(folder, 'sounds'))).toHaveLength(1);
    await makeFormat('core.caf', file);
    expect(await sounds.of(file)).not.toBe(first);
  });

  it('takes no more room than it may: the copies used longest ago go, one that may be playing never', async () => {
    const folder = await temporaryFolder();
    const names = ['one.aiff', 'two.aiff', 'three.aiff', 'four.aiff'].map((name) => join(folder, name));
    for (const file of names) await makeFormat('big-endian.aiff', file);
    const [one = '', two = '', three = '', four = ''] = names;
    const copies = join(folder, 'sounds');
    const size = (await stat(await new PlayableSounds(copies).of(one))).size;
    const sounds = new PlayableSounds(copies, { bytes: 2.5 * size, inUseMs: 60_000 });
    const longAgo = async (copy: string, minutes: number): Promise<void> => {
      const then = new Date(Date.now() - minutes * 60_000);
      await utimes(copy, then, then);
    };
    const [first, second] = [await sounds.of(one), await sounds.of(two)];
    await longAgo(first, 30);
    await longAgo(second, 20);
    expect(await sounds.of(one)).toBe(first);
    const third = await sounds.of(three);
    expect((await readdir(copies)).sort()).toEqual([first, third].map((path) => basename(path)).sort());
    // All of them were used just now: none goes, though there are too many.
    const fourth = await sounds.of(four);
    expect((await readdir(copies)).sort()).toEqual([first, third, fourth].map((path) => basename(path)).sort());
  });

  it('that cannot be read is said so, and leaves nothing behind', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'words.wma'), 'no sound at all');
    const sounds = new PlayableSounds(join(folder, 'sounds'));
    await expect(sounds.of(join(folder, 'words.wma'))).rejects.toMatchObject({ code: 'unreadable-audio' });
    expect(await readdir(join(folder, 'sounds'))).toEqual([]);
    await expect(sounds.of(join(folder, 'gone.wma'))).rejects.toMatchObject({ code: 'not-found' });
    await mkdir(join(folder, 'folder.wav'));
    await expect(sounds.of(join(folder, 'folder.wav'))).rejects.toThrow();
  });
});
