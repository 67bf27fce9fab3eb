import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import type { DroppedItem } from '../../preload/contract.ts';
import { tone, writeWav } from '../helpers/wav.ts';
import { appCommand, appEnvironment } from './helpers/running-app.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';

describeApp('a second start', () => {
  const app = suiteApp();

  it('ends at once and hands its files to the first window', async () => {
    const stage = inject('stage');
    if (stage.electron === null) throw new Error(stage.why);
    const file = join(app.folder(), 'a tone, ünïcode.wav');
    await writeWav(file, tone(440, 1));
    const { page, electron } = app();
    const told = page.evaluate(
      () =>
        new Promise<readonly DroppedItem[]>((resolve) => {
          window.instrunet.on('files', ({ dropped }) => {
            resolve(dropped);
          });
        }),
    );
    const second = spawn(stage.electron, [...appCommand(stage, join(app.folder(), 'user-data'), [file])], {
      env: appEnvironment(stage),
      stdio: 'ignore',
    });
    const code = await new Promise((resolve) => second.once('exit', resolve));
    expect(code).toBe(0);
    expect(await told).toEqual([{ grant: expect.any(String) as string, name: 'a tone, ünïcode.wav', kind: 'file' }]);
    expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });
});
