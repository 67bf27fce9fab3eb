import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';
import { suiteFolder } from '../../helpers/temporary-folder.ts';
import { startApp, type RunningApp } from './running-app.ts';

/** A suite that needs Electron and a screen; where one is missing it is skipped and its name says why. */
export function describeApp(name: string, tests: () => void): void {
  const stage = inject('stage');
  if (stage.electron === null) describe.skip(`${name} (skipped: ${stage.why})`, tests);
  else describe(name, tests);
}

export interface SuiteApp {
  (): RunningApp;
  /** The folder with everything the app and the tests of the suite write. */
  folder(): string;
}

/**
 * One app for all tests of the suite that calls this, on an empty folder of its own. Each test fails on what went wrong
 * in the page or in main while it ran.
 */
export function suiteApp(): SuiteApp {
  const folder = suiteFolder();
  let app: RunningApp | undefined;
  beforeAll(async () => {
    app = await startApp(inject('stage'), `${folder()}/user-data`);
  });
  afterEach(() => {
    expect(app?.takeProblems()).toEqual([]);
  });
  afterAll(async () => {
    await app?.close();
  });
  const current = (): RunningApp => {
    if (app === undefined) throw new Error('the app of a suite exists only while its tests run');
    return app;
  };
  return Object.assign(current, { folder });
}
