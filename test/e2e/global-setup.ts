import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { build } from '../../scripts/build.mjs';
import { hasDisplay } from '../../scripts/display.mjs';
import { startXvfb } from './helpers/xvfb.ts';

/** Where the tests find Electron and a screen, or why they cannot run. */
export type Stage =
  { readonly electron: string; readonly display: string | null } | { readonly electron: null; readonly why: string };

declare module 'vitest' {
  interface ProvidedContext {
    stage: Stage;
  }
}

/** Builds the app once and gives all end-to-end tests one screen. */
export default async function prepareStage(project: TestProject): Promise<() => Promise<void>> {
  const nothing = (): Promise<void> => Promise.resolve();
  const electron = process.env['INSTRUNET_ELECTRON'];
  if (electron === undefined || !existsSync(electron)) {
    project.provide('stage', { electron: null, why: 'set-up could get no Electron' });
    return nothing;
  }
  const screen = hasDisplay() ? null : await startXvfb();
  if (screen === null && !hasDisplay()) {
    project.provide('stage', { electron: null, why: 'there is neither a display nor Xvfb' });
    return nothing;
  }
  const stop = (): Promise<void> => screen?.stop() ?? Promise.resolve();
  try {
    await build();
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('stage', { electron, display: screen?.name ?? null });
  return stop;
}
