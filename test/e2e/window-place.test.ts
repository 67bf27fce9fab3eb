import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { startApp } from './helpers/running-app.ts';
import { describeApp } from './helpers/suite-app.ts';
import { startXvfb, type VirtualDisplay } from './helpers/xvfb.ts';

/** Longer than a window manager takes to put its frame round a window. */
const SETTLED_MS = 1000;
const hasManager = process.platform === 'linux' && spawnSync('openbox', ['--version']).status === 0;

describeApp(`the place of the window${hasManager ? '' : ' (skipped: there is no openbox)'}`, () => {
  let screen: VirtualDisplay | null = null;
  let manager: ReturnType<typeof spawn> | null = null;

  beforeAll(async () => {
    if (!hasManager) return;
    screen = await startXvfb();
    manager = spawn('openbox', { env: { ...process.env, DISPLAY: screen?.name ?? '' }, stdio: 'ignore' });
    await pause(SETTLED_MS);
  });

  afterAll(async () => {
    if (manager?.exitCode === null) {
      const gone = once(manager, 'exit');
      manager.kill();
      await gone;
    }
    await screen?.stop();
  });

  it.skipIf(!hasManager)(
    'stays the same over starts under a window manager that adds a frame, and follows the user',
    async () => {
      const userData = await temporaryFolder();
      const placeOfStart = async (moveBy: number | null): Promise<readonly number[]> => {
        const { electron } = inject('stage');
        const app = await startApp({ electron: electron ?? '', display: screen?.name ?? null }, userData);
        await pause(SETTLED_MS);
        const place = await app.electron.evaluate(({ BrowserWindow }, by) => {
          const window = BrowserWindow.getAllWindows()[0];
          const bounds = window?.getBounds() ?? { x: 0, y: 0, width: 0, height: 0 };
          if (by !== null) window?.setBounds({ ...bounds, width: bounds.width + by });
          return [bounds.x, bounds.y, bounds.width, bounds.height];
        }, moveBy);
        if (moveBy !== null) await pause(SETTLED_MS);
        await app.close();
        return place;
      };
      // The first start has no place of its own yet.
      await placeOfStart(null);
      const second = await placeOfStart(null);
      expect(await placeOfStart(-60)).toEqual(second);
      const [x = 0, y = 0, width = 0, height = 0] = second;
      expect(await placeOfStart(null)).toEqual([x, y, width - 60, height]);
    },
  );
});
