import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { FORMAT_SECONDS, FORMATS, makeFormat } from '../fixtures/audio/formats.ts';
import { openFolder } from './helpers/jobs.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';

const EVERY_CLIP = {
  search: '',
  label: null,
  finding: null,
  recording: null,
  sort: 'path',
  descending: false,
  offset: 0,
  limit: 500,
} as const;

describeApp('in the window', () => {
  const app = suiteApp();
  const sounds = new Map<string, string>();

  beforeAll(async () => {
    const folder = join(app.folder(), 'formats');
    for (const name of Object.keys(FORMATS)) await makeFormat(name, join(folder, 'tone', name));
    await makeFormat('plain.wav', join(folder, 'other', 'plain.wav'));
    const dataset = await openFolder(app(), folder);
    const { rows } = await app().ask('datasets.clips', { ...EVERY_CLIP, dataset });
    for (const { path, sound } of rows) if (sound !== null) sounds.set(path, sound);
  });

  it.each(Object.keys(FORMATS))('%s is played to its end', async (name) => {
    const sound = sounds.get(`tone/${name}`) ?? 'none';
    const played = await app().page.evaluate(
      (source) =>
        new Promise<{ error: string | null; seconds: number; at: number }>((resolve) => {
          const audio = new Audio(source);
          audio.muted = true;
          const tell = (error: string | null): void => {
            resolve({ error, seconds: audio.duration, at: audio.currentTime });
          };
          audio.addEventListener('error', () => {
            tell(`${String(audio.error?.code)} ${audio.error?.message ?? ''}`);
          });
          audio.addEventListener('ended', () => {
            tell(null);
          });
          audio.playbackRate = 4;
          audio.play().catch((error: unknown) => {
            tell(String(error));
          });
        }),
      sound,
    );
    expect(played.error).toBeNull();
    expect(played.seconds).toBeCloseTo(FORMAT_SECONDS, 0);
    expect(played.at).toBeCloseTo(FORMAT_SECONDS, 0);
  });
});
